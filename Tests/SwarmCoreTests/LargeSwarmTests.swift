import Metainfo
import PeerWire
import TestKit
import Testing

@testable import SwarmCore

/// More peers than memory or single writes are meant for.
@Suite("Large swarm")
struct LargeSwarmTests {
    private static let block = PieceLayout.blockLength
    private static let piece = 4 * block
    private let content: [UInt8]

    init() {
        var generator = SeededGenerator(seed: 31)
        content = generator.bytes(8 * Self.piece)
    }

    private func request(_ piece: Int, _ block: Int) -> BlockRequest {
        BlockRequest(piece: UInt32(piece), begin: UInt32(block * Self.block), length: UInt32(Self.block))
    }

    @Test("tells every one of many peers of every verified piece")
    func announces() async throws {
        let stage = try SwarmStage(content: content, pieceLength: Self.piece)
        await stage.swarm.start()
        var crowd: [FakePeer] = []
        for number in 1...40 { crowd.append(try await stage.connect(UInt8(number))) }
        let giver = try await stage.connect(50, has: [2, 5], says: [.unchoke])

        for request in giver.requests { try await stage.sendBlock(request, from: giver) }

        try await stage.settle("all know both pieces", crowd) {
            crowd.allSatisfy { $0.messages.contains(.have(2)) && $0.messages.contains(.have(5)) }
        }
        #expect(crowd.allSatisfy { peer in peer.messages.filter { $0 == .have(2) }.count == 1 })
        try await stage.shutdown()
    }

    @Test("serves more peers than its cache has room for, each with what it asked for")
    func servesCrowd() async throws {
        // Room for 512 KiB of spans of 64 KiB each; 40 peers are served at a time.
        let stage = try SwarmStage(
            content: content, pieceLength: Self.piece, have: Set(0..<8), uploadSlots: 40, uploadMemory: 512 << 10)
        await stage.swarm.start()
        var crowd: [FakePeer] = []
        for number in 1...40 { crowd.append(try await stage.connect(UInt8(number), says: [.interested])) }
        try await stage.pass(seconds: 2, crowd)

        for (index, peer) in crowd.enumerated() {
            for block in 0..<3 { try await stage.say(.request(request(index % 8, block)), from: peer) }
            try await stage.say(.request(request((index + 3) % 8, 2)), from: peer)
        }

        try await stage.settle("all are served", crowd) { crowd.allSatisfy { $0.blocks.count == 4 } }
        for peer in crowd {
            for block in peer.blocks {
                let start = Int(block.request.piece) * Self.piece + Int(block.request.begin)
                #expect(block.payload == Array(content[start..<(start + Self.block)]))
            }
        }
        try await stage.shutdown()
    }

    @Test("serves though other torrents hold all memory for uploads")
    func servesWithoutMemory() async throws {
        let stage = try SwarmStage(content: content, pieceLength: Self.piece, have: Set(0..<8), uploadMemory: 1)
        await stage.swarm.start()
        let peer = try await stage.connect(1, says: [.interested])

        for block in 0..<4 { try await stage.say(.request(request(6, block)), from: peer) }

        try await stage.settle("it is served", [peer]) { peer.blocks.count == 4 }
        try await stage.shutdown()
    }
}

@Suite("Peer queue")
struct PeerQueueTests {
    @Test("lets each wait once and serves those first that came first")
    func order() {
        var queue = PeerQueue()
        for number in [3, 1, 3, 2] { queue.insert(PeerNumber(UInt32(number))) }

        #expect(queue.next(2) == [PeerNumber(3), PeerNumber(1)])
        queue.insert(PeerNumber(3))
        #expect(queue.next(9) == [PeerNumber(2), PeerNumber(3)])
        #expect(queue.isEmpty)
    }
}
