import Metainfo
import PeerWire
import TestKit
import Testing

@testable import SwarmCore

@Suite("Allowed-fast pieces")
struct AllowedFastTests {
    @Test("are those of the example in BEP 6")
    func example() throws {
        let address = try #require(PeerAddress(host: "80.4.4.200", port: 1))
        let infoHash = try #require(InfoHash(bytes: [UInt8](repeating: 0xAA, count: 20)))

        let seven = AllowedFast.pieces(for: address, infoHash: infoHash, pieceCount: 1313, count: 7)
        let nine = AllowedFast.pieces(for: address, infoHash: infoHash, pieceCount: 1313, count: 9)

        #expect(seven == [1059, 431, 808, 1217, 287, 376, 1188])
        #expect(nine == seven + [353, 508])
    }

    @Test("end when a torrent has fewer pieces than may be granted")
    func fewPieces() throws {
        let address = try #require(PeerAddress(host: "10.0.0.1", port: 1))
        let infoHash = try #require(InfoHash(bytes: [UInt8](repeating: 1, count: 20)))

        #expect(AllowedFast.pieces(for: address, infoHash: infoHash, pieceCount: 3).sorted() == [0, 1, 2])
        #expect(AllowedFast.pieces(for: address, infoHash: infoHash, pieceCount: 1) == [0])
    }

    @Test("are served to a choked peer, and no others")
    func servedWhileChoked() async throws {
        var generator = SeededGenerator(seed: 8)
        let block = PieceLayout.blockLength
        let stage = try SwarmStage(
            content: generator.bytes(40 * block), pieceLength: block, have: Set(0..<40), uploadSlots: 1)
        await stage.swarm.start()
        _ = try await stage.connect(1, says: [.interested])
        let choked = try await stage.connect(2, reserved: [.fast], says: [.haveNone, .interested])
        let granted = choked.messages.compactMap { if case .allowedFast(let piece) = $0 { piece } else { nil } }
        let other = try #require((0..<40 as Range<UInt32>).first { !granted.contains($0) })
        #expect(granted.count == AllowedFast.count)

        let lawful = BlockRequest(piece: granted[0], begin: 0, length: UInt32(block))
        let unlawful = BlockRequest(piece: other, begin: 0, length: UInt32(block))
        try await stage.say(.request(unlawful), from: choked)
        try await stage.say(.request(lawful), from: choked)
        try await stage.settle("the granted piece is sent", [choked]) { !choked.blocks.isEmpty }

        #expect(choked.blocks.map(\.request) == [lawful])
        #expect(choked.messages.contains(.reject(unlawful)))
        #expect(!choked.messages.contains(.unchoke))
        try await stage.shutdown()
    }

    @Test("are asked for by us while we are choked")
    func askedWhileChoked() async throws {
        var generator = SeededGenerator(seed: 8)
        let block = PieceLayout.blockLength
        let stage = try SwarmStage(content: generator.bytes(8 * block), pieceLength: block)
        await stage.swarm.start()

        let peer = try await stage.connect(1, reserved: [.fast], says: [.haveAll, .allowedFast(5), .allowedFast(2)])

        #expect(Set(peer.requests.map(\.piece)) == [2, 5])
        try await stage.shutdown()
    }
}
