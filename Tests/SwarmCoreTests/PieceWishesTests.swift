import Metainfo
import Storage
import TestKit
import Testing

@testable import SwarmCore

@Suite("Piece wishes")
struct PieceWishesTests {
    private static let piece = 16384

    /// Four files over six pieces: 0–1 and half of 2, the rest of 2, 3 alone, 4–5; padding fills piece 3.
    private func info() throws -> Info {
        let half = Self.piece / 2
        let files: [SampleTorrent.File] = [
            .init("a", content: Array(repeating: 1, count: 2 * Self.piece + half)),
            .init("b", content: Array(repeating: 2, count: half)),
            .init("c", content: Array(repeating: 3, count: 100)),
            .init(".pad", "p", content: Array(repeating: 0, count: Self.piece - 100), isPadding: true),
            .init("d", content: Array(repeating: 4, count: 2 * Self.piece)),
        ]
        return try MetainfoFile.decode(
            SampleTorrent(name: "wishes", files: files, pieceLength: Self.piece).metainfo
        ).info
    }

    private func wishes(_ priorities: [FilePriority]) throws -> (wanted: [Int], high: [Int]) {
        let info = try info()
        let wishes = PieceWishes(priorities, files: info.files, layout: info.layout)
        let pieces = 0..<info.layout.pieceCount
        return (pieces.filter(wishes.wants), pieces.filter(wishes.prefers))
    }

    @Test("wants a piece when any file with bytes in it is wanted, and never for padding's sake")
    func wanted() throws {
        #expect(try wishes([.off, .normal, .normal, .normal, .normal]).wanted == [2, 3, 4, 5])
        #expect(try wishes([.normal, .off, .off, .normal, .off]).wanted == [0, 1, 2])
        #expect(try wishes([.off, .off, .off, .high, .off]).wanted == [])
    }

    @Test("prefers a piece when any file with bytes in it is preferred")
    func high() throws {
        let mixed = try wishes([.normal, .high, .off, .off, .normal])

        #expect(mixed.high == [2])
        #expect(mixed.wanted == [0, 1, 2, 4, 5])
    }

    @Test("takes files that a short list does not reach as normal, and all normal as no wish at all")
    func shortList() throws {
        let info = try info()

        #expect(try wishes([.off]).wanted == [2, 3, 4, 5])
        #expect(PieceWishes([], files: info.files, layout: info.layout) == .all)
        #expect(PieceWishes([.normal, .normal], files: info.files, layout: info.layout) == .all)
    }
}
