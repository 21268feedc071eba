import Metainfo
import NIOCore
import PeerWire
import TestKit
import Testing

@testable import SwarmCore

/// Peers that break the rules, by malice or by mistake: the download goes on, and only the guilty pay.
@Suite("Faulty peers")
struct FaultyPeerTests {
    private static let block = PieceLayout.blockLength
    private let content: [UInt8]

    init() {
        var generator = SeededGenerator(seed: 12)
        content = generator.bytes(4 * 2 * Self.block)  // four pieces of two blocks
    }

    private func stage(have: Set<Int> = [], maxPeers: Int = 300) async throws -> SwarmStage {
        let stage = try SwarmStage(
            content: content, pieceLength: 2 * Self.block, have: have, uploadSlots: 4, maxPeers: maxPeers)
        await stage.swarm.start()
        return stage
    }

    private func request(_ piece: UInt32, _ block: Int, length: Int = Self.block) -> BlockRequest {
        BlockRequest(piece: piece, begin: UInt32(block * Self.block), length: UInt32(length))
    }

    /// Sends a part of a block: the header with the first part only.
    private func sendPart(
        of request: BlockRequest, _ range: Range<Int>, damage: UInt8 = 0, _ stage: SwarmStage, _ fake: FakePeer
    ) async throws {
        var bytes = ByteBuffer()
        if range.lowerBound == 0 {
            bytes.writeBlockHeader(piece: request.piece, begin: request.begin, length: request.length)
        }
        let start = Int(stage.layout.offset(of: Int(request.piece))) + Int(request.begin)
        for offset in range { bytes.writeInteger(content[start + offset] &+ damage) }
        try await stage.send(bytes, from: fake)
    }

    @Test("asks others for blocks that a peer sends one byte short")
    func shortBlocks() async throws {
        let stage = try await stage(have: [1, 2, 3])
        for number in UInt8(10)...13 {
            let fake = try await stage.connect(number, has: [0], says: [.unchoke])
            for wanted in fake.requests {
                try await stage.sendBlock(
                    BlockRequest(piece: wanted.piece, begin: wanted.begin, length: wanted.length - 1), from: fake)
            }
        }

        let honest = try await stage.connect(2, has: [0], says: [.unchoke])
        var answered = 0
        for _ in 0..<200 where !stage.events.isCompleted {
            while answered < honest.requests.count {
                try await stage.sendBlock(honest.requests[answered], from: honest)
                answered += 1
            }
            try await stage.pass(seconds: 1, [honest])
        }

        try await stage.settle("the torrent is whole", [honest]) { stage.events.isCompleted }
        #expect(stage.events.bannedHosts == [])
        try await stage.shutdown()
    }

    @Test("keeps the bytes of two peers apart that are in the middle of the same block")
    func mixedBlocks() async throws {
        let stage = try await stage(have: [1, 2, 3])
        let honest = try await stage.connect(1, has: [0], says: [.unchoke])
        let liar = try await stage.connect(2, has: [0], says: [.unchoke])
        let (first, second) = (request(0, 0), request(0, 1))
        try #require(honest.requests.contains(first) && liar.requests.contains(first))

        try await sendPart(of: first, 0..<8000, stage, honest)
        try await sendPart(of: first, 0..<8000, damage: 1, stage, liar)
        try await sendPart(of: first, 8000..<Self.block, stage, honest)
        try await stage.sendBlock(second, from: honest)

        try await stage.settle("the torrent is whole", [honest, liar]) { stage.events.isCompleted }
        #expect(stage.events.bannedHosts == [])
        #expect(!honest.isClosed)
        try await stage.shutdown()
    }

    @Test("takes a block from whoever finishes it, though another peer began it and stalls")
    func stalledBlock() async throws {
        let stage = try await stage(have: [1, 2, 3])
        let stalling = try await stage.connect(1, has: [0], says: [.unchoke])
        let honest = try await stage.connect(2, has: [0], says: [.unchoke])
        try await sendPart(of: request(0, 0), 0..<100, damage: 1, stage, stalling)

        for block in 0..<2 {
            try await sendPart(of: request(0, block), 0..<9000, stage, honest)
            try await sendPart(of: request(0, block), 9000..<Self.block, stage, honest)
        }

        try await stage.settle("the torrent is whole", [honest, stalling]) { stage.events.isCompleted }
        #expect(stage.events.bannedHosts == [])
        try await stage.shutdown()
    }

    @Test("bans a liar that left before its piece was checked")
    func liarLeft() async throws {
        let stage = try await stage(have: [1, 2, 3])
        let liar = try await stage.connect(1, has: [0], says: [.unchoke])
        for wanted in liar.requests { try await stage.sendBlock(wanted, from: liar, damage: 1) }
        await stage.close(liar)

        try await stage.settle("the liar is banned", []) { stage.events.bannedHosts == ["127.0.1.1"] }
        let back = try await stage.connect(1)

        #expect(back.number == nil)
        try await stage.shutdown()
    }

    @Test("asks a peer that rejects everything only so often in a second")
    func rejectsAll() async throws {
        let stage = try await stage()
        let fake = try await stage.connect(1, reserved: [.fast], has: [0, 1, 2, 3], says: [.unchoke])

        var answered = 0
        while answered < fake.requests.count, answered < 10_000 {
            try await stage.say(.reject(fake.requests[answered]), from: fake)
            answered += 1
        }
        let before = fake.requests.count
        try await stage.pass(seconds: 1, [fake])

        #expect(before < 200)
        #expect(fake.requests.count > before)
        try await stage.shutdown()
    }

    @Test("takes the blocks of a peer that answers though it has choked us")
    func answersChoked() async throws {
        let stage = try await stage()
        let fake = try await stage.connect(1, has: [0, 1, 2, 3], says: [.unchoke])
        let asked = fake.requests
        try await stage.say(.choke, from: fake)

        for wanted in asked { try await stage.sendBlock(wanted, from: fake) }

        try await stage.settle("the torrent is whole", [fake]) { stage.events.isCompleted }
        #expect(asked.count == 8)
        try await stage.shutdown()
    }

    @Test("lets idle peers go when there is no room for a new one, but no peer that trades")
    func idlers() async throws {
        let stage = try await stage(have: [0, 1, 2, 3], maxPeers: 3)
        let trader = try await stage.connect(1, says: [.interested])
        let idlers = [try await stage.connect(2), try await stage.connect(3)]
        let early = try await stage.connect(4)
        try await stage.pass(seconds: 5, [trader])

        let late = try await stage.connect(5, says: [.interested])

        #expect(early.number == nil)
        #expect(late.number != nil)
        #expect(!trader.isClosed)
        #expect(idlers.count(where: \.isClosed) == 1)
        try await stage.shutdown()
    }

    @Test("a crowd from one host makes room for others, and only for others")
    func crowd() async throws {
        let stage = try await stage(have: [0, 1, 2, 3], maxPeers: 12)
        var crowd: [FakePeer] = []
        for number in UInt8(1)...12 {
            crowd.append(try await stage.connect(number, host: "127.0.2.1", says: [.interested]))
        }

        let another = try await stage.connect(13, host: "127.0.2.1")
        let stranger = try await stage.connect(14)

        #expect(another.number == nil)
        #expect(stranger.number != nil)
        #expect(crowd.count(where: \.isClosed) == 1)
        try await stage.shutdown()
    }

    @Test("throws a peer out that asks on and on and reads no answer")
    func deafPeer() async throws {
        let stage = try await stage(have: [0, 1, 2, 3])
        let fake = try await stage.connect(1, reserved: [.fast])
        fake.isWritable = false
        var bytes = ByteBuffer()
        for _ in 0..<1000 { bytes.write(peerMessage: .request(request(1, 0))) }

        var rounds = 0
        while !fake.isClosed, rounds < 1000 {
            try await stage.send(bytes, from: fake)
            rounds += 1
        }

        #expect(fake.isClosed)
        #expect(rounds < 80)
        try await stage.shutdown()
    }
}
