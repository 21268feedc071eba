import Metainfo
import PeerWire
import Storage
import TestKit
import Testing

@testable import SwarmCore

@Suite("Swarm with file priorities")
struct PrioritySwarmTests {
    private static let piece = 2 * PieceLayout.blockLength
    private let content: [UInt8]

    init() {
        var generator = SeededGenerator(seed: 21)
        content = generator.bytes(8 * Self.piece)
    }

    /// Four files of two pieces each.
    private func stage(have: Set<Int> = [], _ priorities: [FilePriority] = []) async throws -> SwarmStage {
        let stage = try SwarmStage(
            content: content, pieceLength: Self.piece, have: have,
            fileLengths: Array(repeating: 2 * Self.piece, count: 4)
        ) { $0.priorities = priorities }
        await stage.swarm.start()
        return stage
    }

    private func answerAll(_ peer: FakePeer, on stage: SwarmStage, from first: Int = 0) async throws -> Int {
        var answered = first
        while answered < peer.requests.count {
            try await stage.sendBlock(peer.requests[answered], from: peer)
            answered += 1
        }
        return answered
    }

    @Test("is complete with what is wanted, loses interest, and serves what it has")
    func partialSeed() async throws {
        let stage = try await stage([.off, .normal, .off, .off])
        let seed = try await stage.connect(1, reserved: [.fast], says: [.haveAll, .unchoke])
        let leech = try await stage.connect(2, has: [7])

        var answered = 0
        try await stage.settle("the wanted file is here", [seed, leech]) {
            answered = try await answerAll(seed, on: stage, from: answered)
            return stage.events.isCompleted
        }
        try await stage.say(.interested, from: leech)
        try await stage.say(.request(BlockRequest(piece: 2, begin: 0, length: 16384)), from: leech)

        #expect(Set(seed.requests.map(\.piece)) == [2, 3])
        #expect(seed.isClosed, "a seed has nothing more for us, nor we for it")
        #expect(leech.messages.contains(.notInterested) || !leech.messages.contains(.interested))
        try await stage.settle("the block is served", [leech]) { leech.blocks.count == 1 }
        let figures = stage.swarm.gauges.figures
        #expect(figures.wanted == Int64(2 * Self.piece))
        #expect(figures.wantedLeft == 0)
        #expect(figures.left == Int64(6 * Self.piece))
        try await stage.shutdown()
    }

    @Test("cancels what is in flight of a file that is turned off, and is complete when that was the last")
    func turnedOffInFlight() async throws {
        let stage = try await stage(have: [0, 1, 2, 3, 4, 5])
        let peer = try await stage.connect(1, has: [6, 7], says: [.unchoke])
        let asked = peer.requests
        #expect(Set(asked.map(\.piece)) == [6, 7])

        await stage.swarm.setPriorities([.normal, .normal, .normal, .off])
        try peer.drain()

        #expect(peer.requests.isEmpty, "every request was cancelled")
        #expect(peer.messages.contains(.notInterested))
        #expect(stage.events.isCompleted)
        // A block that was on its way harms nobody.
        try await stage.sendBlock(asked[0], from: peer)
        #expect(!peer.isClosed)
        #expect(stage.swarm.gauges.figures.wantedPiecesLeft == 0)
        try await stage.shutdown()
    }

    @Test("asks again for a file that is turned on after completion")
    func turnedOnAgain() async throws {
        let stage = try await stage(have: [0, 1], [.normal, .off, .off, .off])
        let peer = try await stage.connect(1, has: [0, 1, 2, 3, 4], says: [.unchoke])
        #expect(!peer.messages.contains(.interested))
        #expect(!peer.isClosed, "it may still want something of us")

        await stage.swarm.setPriorities([.normal, .high, .off, .off])
        try peer.drain()

        #expect(peer.messages.contains(.interested))
        #expect(Set(peer.requests.map(\.piece)) == [2, 3])
        var answered = 0
        try await stage.settle("the file is here", [peer]) {
            answered = try await answerAll(peer, on: stage, from: answered)
            return stage.events.isCompleted
        }
        let have = await stage.swarm.verifiedPieces()
        #expect((0..<8).filter { have[$0] } == [0, 1, 2, 3])
        try await stage.shutdown()
    }

    @Test("is not interested in a peer that has unwanted pieces only, until it has others")
    func unwantedOnly() async throws {
        let stage = try await stage([.normal, .off, .off, .off])
        let peer = try await stage.connect(1, has: [4, 5], says: [.unchoke])
        let before = peer.messages.contains(.interested)

        try await stage.say(.have(6), from: peer)
        let between = peer.messages.contains(.interested)
        try await stage.say(.have(1), from: peer)

        #expect(!before && !between)
        #expect(peer.messages.contains(.interested))
        #expect(Set(peer.requests.map(\.piece)) == [1])
        try await stage.shutdown()
    }
}
