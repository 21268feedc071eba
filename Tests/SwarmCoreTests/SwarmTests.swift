import Metainfo
import NIOCore
import PeerWire
import TestKit
import Testing

@testable import SwarmCore

/// A whole swarm on virtual time: peers are played by the test, disk and hashing are real.
@Suite("Swarm")
struct SwarmTests {
    private static let block = PieceLayout.blockLength
    private let content: [UInt8]

    init() {
        var generator = SeededGenerator(seed: 11)
        content = generator.bytes(10 * 2 * Self.block + 5000)  // ten pieces of two blocks, and a short one
    }

    private func stage(have: Set<Int> = [], slots: Int = 4) async throws -> SwarmStage {
        let stage = try SwarmStage(content: content, pieceLength: 2 * Self.block, have: have, uploadSlots: slots)
        await stage.swarm.start()
        return stage
    }

    @Test("says what it has and asks for nothing while choked")
    func greets() async throws {
        let stage = try await stage(have: [0, 3])

        let fake = try await stage.connect(1, has: [1, 2])

        #expect(fake.messages.contains(.bitfield([0b1001_0000, 0])))
        #expect(fake.messages.contains(.interested))
        #expect(fake.requests.isEmpty)
        try await stage.shutdown()
    }

    @Test("takes a late bitfield for so many haves, as aria2 means it")
    func lateBitfield() async throws {
        let stage = try await stage(have: [0, 1])
        let fake = try await stage.connect(1)
        try await stage.say(.have(0), from: fake)

        try await stage.say(.bitfield([0b1100_0000, 0]), from: fake)
        let before = fake.messages.contains(.interested)
        try await stage.say(.bitfield([0b1110_0000, 0]), from: fake)

        #expect(!fake.isClosed)
        #expect(!before)
        #expect(fake.messages.contains(.interested))
        try await stage.shutdown()
    }

    @Test("speaks the fast extension only with those who do")
    func fastExtension() async throws {
        let stage = try await stage()

        let fast = try await stage.connect(1, reserved: [.fast])
        let plain = try await stage.connect(2, reserved: [])

        #expect(fast.messages == [.haveNone])
        #expect(plain.messages == [])
        try await stage.shutdown()
    }

    @Test("downloads a torrent whole from one peer and tells the others of each piece")
    func downloads() async throws {
        let stage = try await stage()
        let seed = try await stage.connect(1, has: Array(0..<11), says: [.unchoke])
        let other = try await stage.connect(2)

        var answered = 0
        try await stage.settle("the torrent is whole", [seed, other]) {
            let requests = seed.requests
            while answered < requests.count {
                try await stage.sendBlock(requests[answered], from: seed)
                answered += 1
            }
            return stage.events.isCompleted
        }

        #expect(await stage.swarm.verifiedPieces().isAllSet)
        try await stage.settle("all pieces were announced", [seed, other]) {
            other.messages.count { if case .have = $0 { true } else { false } } == 11
        }
        #expect(answered == 21)
        #expect(seed.messages.count { if case .have = $0 { true } else { false } } == 11, "a seed is told as well")
        try await stage.shutdown()
    }

    @Test("bans the one peer that sent a bad piece and fetches the piece from another")
    func bansLiar() async throws {
        let stage = try await stage(have: Set(0..<10))
        let liar = try await stage.connect(1, has: [10], says: [.unchoke])
        for request in liar.requests { try await stage.sendBlock(request, from: liar, damage: 1) }

        try await stage.settle("the liar is banned", [liar]) { liar.isClosed }
        let honest = try await stage.connect(2, has: [10], says: [.unchoke])
        for request in honest.requests { try await stage.sendBlock(request, from: honest) }
        try await stage.settle("the torrent is whole", [honest]) { stage.events.isCompleted }

        #expect(stage.events.bannedHosts == ["127.0.1.1"])
        try await stage.shutdown()
    }

    @Test("finds out which of two senders of a piece lied, and bans only that one")
    func convictsByBlock() async throws {
        let stage = try await stage(have: Set(1..<11))
        let liar = try await stage.connect(1, has: [0])
        let honest = try await stage.connect(2, has: [0])
        let first = BlockRequest(piece: 0, begin: 0, length: UInt32(Self.block))
        let second = BlockRequest(piece: 0, begin: UInt32(Self.block), length: UInt32(Self.block))

        // Each sends one block of the piece; the liar's is damaged.
        try await stage.say(.unchoke, from: liar)
        try await stage.sendBlock(first, from: liar, damage: 1)
        try await stage.say(.choke, from: liar)
        try await stage.say(.unchoke, from: honest)
        try await stage.sendBlock(second, from: honest)
        try await stage.settle("the piece is asked for again", [liar, honest]) { honest.requests.contains(first) }
        try await stage.sendBlock(first, from: honest)
        try await stage.sendBlock(second, from: honest)
        try await stage.settle("the torrent is whole", [liar, honest]) { stage.events.isCompleted }

        #expect(stage.events.bannedHosts == ["127.0.1.1"])
        #expect(!honest.isClosed)
        try await stage.shutdown()
    }

    @Test("asks another peer when one unchokes and sends nothing")
    func antiSnubbing() async throws {
        let stage = try await stage(have: Set(0..<10))
        let silent = try await stage.connect(1, has: [10], says: [.unchoke])
        let honest = try await stage.connect(2, has: [10])
        #expect(!silent.requests.isEmpty)

        try await stage.pass(seconds: 40, [silent, honest])
        try await stage.say(.unchoke, from: honest)

        #expect(!honest.requests.isEmpty)
        try await stage.shutdown()
    }

    @Test("in the end game asks a second peer and cancels at the slower one")
    func endGame() async throws {
        let stage = try await stage(have: Set(0..<10))
        let slow = try await stage.connect(1, has: [10], says: [.unchoke])
        let fast = try await stage.connect(2, has: [10], says: [.unchoke])
        let last = BlockRequest(piece: 10, begin: 0, length: 5000)
        #expect(slow.requests == [last])
        #expect(fast.requests == [last])

        try await stage.sendBlock(last, from: fast)
        try await stage.settle("the torrent is whole", [slow, fast]) { stage.events.isCompleted }

        #expect(slow.messages.contains(.cancel(last)))
        try await stage.shutdown()
    }

    @Test("takes the blocks back from a peer that chokes, unless it speaks the fast extension")
    func chokeDropsRequests() async throws {
        let stage = try await stage(have: Set(0..<10))
        let first = try await stage.connect(1, has: [10], says: [.unchoke])
        #expect(first.requests.count == 1)

        try await stage.say(.choke, from: first)
        try await stage.say(.unchoke, from: first)

        #expect(first.requests.count == 2)
        try await stage.shutdown()
    }

    @Test("uploads just what was asked for, to those it has unchoked")
    func uploads() async throws {
        let stage = try await stage(have: Set(0..<11))
        let peer = try await stage.connect(1, says: [.interested])
        #expect(peer.messages.contains(.unchoke))
        let requests = [
            BlockRequest(piece: 2, begin: 0, length: UInt32(Self.block)),
            BlockRequest(piece: 2, begin: UInt32(Self.block), length: UInt32(Self.block)),
            BlockRequest(piece: 10, begin: 0, length: 5000),
            BlockRequest(piece: 4, begin: 100, length: 77),  // odd, but lawful
        ]

        for request in requests { try await stage.say(.request(request), from: peer) }
        try await stage.settle("all is sent", [peer]) { peer.blocks.count == 4 }

        for request in requests {
            let sent = try #require(peer.blocks.first { $0.request == request })
            let start = Int(stage.layout.offset(of: Int(request.piece))) + Int(request.begin)
            #expect(sent.payload == Array(content[start..<(start + Int(request.length))]))
        }
        try await stage.shutdown()
    }

    @Test("gives not one byte to a choked peer, and rejects if the peer understands that")
    func chokedGetsNothing() async throws {
        let stage = try await stage(have: Set(0..<11), slots: 1)
        _ = try await stage.connect(1, says: [.interested])
        let choked = try await stage.connect(2, reserved: [.fast], says: [.interested])
        let request = BlockRequest(piece: 0, begin: 0, length: UInt32(Self.block))

        try await stage.say(.request(request), from: choked)
        try await stage.pass(seconds: 2, [choked])

        #expect(choked.messages.contains(.reject(request)))
        #expect(choked.blocks.isEmpty)
        try await stage.shutdown()
    }

    @Test(
        "throws out peers that break the protocol",
        arguments: [
            [PeerMessage.bitfield([1])], [.bitfield([0xFF, 0xFF])], [.have(11)], [.have(.max)],
            [.have(1), .bitfield([0xFF, 0xFF])], [.haveAll],
            [.request(BlockRequest(piece: 11, begin: 0, length: 16384))],
            [.request(BlockRequest(piece: 0, begin: 32768, length: 1))],
            [.request(BlockRequest(piece: 0, begin: .max, length: 16384))],
            [.request(BlockRequest(piece: 0, begin: 0, length: 0))],
            [.request(BlockRequest(piece: 10, begin: 0, length: 5001))],
        ])
    func violations(messages: [PeerMessage]) async throws {
        let stage = try await stage(have: Set(0..<11))
        let peer = try await stage.connect(1, reserved: [], says: [.interested])

        for message in messages { try await stage.say(message, from: peer) }

        #expect(peer.isClosed)
        #expect(peer.blocks.isEmpty)
        try await stage.shutdown()
    }

    @Test("bounds what an impatient peer can queue")
    func requestFlood() async throws {
        let stage = try await stage(have: Set(0..<11))
        let peer = try await stage.connect(1, reserved: [.fast], says: [.interested])
        peer.isWritable = false

        var flood = ByteBuffer()
        for _ in 0..<50_000 {
            flood.write(peerMessage: .request(BlockRequest(piece: 0, begin: 0, length: UInt32(Self.block))))
        }
        try await stage.send(flood, from: peer)

        let rejected = peer.messages.count { if case .reject = $0 { true } else { false } }
        #expect(rejected == 50_000 - UploadQueue.limit)
        try await stage.shutdown()
    }

    @Test("loses no request of a peer that cannot be told of a reject: it stops reading instead")
    func requestBackPressure() async throws {
        let stage = try await stage(have: Set(0..<11))
        let peer = try await stage.connect(1, reserved: [], says: [.interested])
        peer.isWritable = false

        var flood = ByteBuffer()
        for _ in 0..<3000 {
            flood.write(peerMessage: .request(BlockRequest(piece: 10, begin: 0, length: 5000)))
        }
        try await stage.send(flood, from: peer)
        #expect(!peer.isRead)
        peer.isWritable = true
        try await stage.settle("every request is answered", [peer]) { peer.blocks.count == 3000 }

        #expect(peer.isRead)
        try await stage.shutdown()
    }

    @Test("keeps quiet connections alive and closes dead ones")
    func keepAlive() async throws {
        let stage = try await stage(have: [0])
        let alive = try await stage.connect(1)
        let dead = try await stage.connect(2)

        for _ in 0..<5 {
            try await stage.pass(seconds: 60, [alive, dead])
            try await stage.say(.keepAlive, from: alive)
        }

        #expect(!alive.isClosed)
        #expect(dead.isClosed)
        #expect(alive.messages.contains(.keepAlive))
        try await stage.shutdown()
    }

    @Test("drops itself, a second connection of one peer, and a seed when it is a seed")
    func unwelcome() async throws {
        let stage = try await stage(have: Set(0..<11))

        let itself = try await stage.connect(0)
        let first = try await stage.connect(1)
        let twin = try await stage.connect(1)
        let seed = try await stage.connect(2, has: Array(0..<11))

        #expect(itself.number == nil)
        #expect(first.number != nil && !first.isClosed)
        #expect(twin.number == nil)
        #expect(seed.isClosed)
        try await stage.shutdown()
    }
}
