import Metainfo
import Testing

@Suite("A piece layout")
struct PieceLayoutTests {
    @Test(
        "covers the torrent with pieces and blocks",
        arguments: [
            (1, 16384, [1]), (16384, 16384, [16384]), (16385, 16384, [16384, 1]), (40_000, 32768, [32768, 7232]),
            (5_000, 1024, [1024, 1024, 1024, 1024, 904]), (0, 16384, []), (100_000, 50_000, [50_000, 50_000]),
        ] as [(Int64, Int, [Int])])
    func pieces(total: Int64, pieceLength: Int, lengths: [Int]) throws {
        let layout = try PieceLayout(totalLength: total, pieceLength: pieceLength)

        #expect(layout.pieceCount == lengths.count)
        #expect(layout.indices.map { layout.length(of: $0) } == lengths)
        for piece in lengths.indices {
            let blocks = (0..<layout.blockCount(of: piece)).map { layout.blockLength(piece: piece, block: $0) }
            #expect(blocks.reduce(0, +) == lengths[piece])
            #expect(blocks.dropLast().allSatisfy { $0 == 16384 })
            #expect(layout.offset(of: piece) == Int64(piece * pieceLength))
        }
        #expect(layout.index(lengths.count) == nil)
        #expect(layout.index(-1) == nil)
    }

    @Test(
        "refuses sizes that make no torrent",
        arguments: [
            (100, 0), (100, -1), (100, 1), (100, 1023), (100, 1 << 28 + 1), (100, .max), (-1, 16384), (.min, 16384),
            (.max, 16384), (.max, 1 << 28), (16384 * (1 << 24) + 1, 16384),
        ] as [(Int64, Int)])
    func refusals(total: Int64, pieceLength: Int) {
        #expect(throws: MetainfoError.self) { try PieceLayout(totalLength: total, pieceLength: pieceLength) }
    }

    @Test(
        "takes requests only inside one piece",
        arguments: [
            (0, 0, 16384, true), (0, 16384, 16384, true), (1, 0, 7232, true), (0, 32767, 1, true), (0, 1, 16384, true),
            (1, 0, 7233, false), (1, 7232, 1, false), (2, 0, 1, false), (0, 32768, 1, false), (0, 0, 0, false),
            (0, 16384, 16385, false), (.max, 0, 1, false), (0, .max, .max, false), (0, .max, 1, false),
        ] as [(UInt32, UInt32, UInt32, Bool)])
    func requests(piece: UInt32, begin: UInt32, length: UInt32, isInside: Bool) throws {
        let layout = try PieceLayout(totalLength: 40_000, pieceLength: 32768)

        #expect(layout.contains(piece: piece, begin: begin, length: length) == isInside)
    }

    @Test(
        "tells the pieces behind a run of bytes",
        arguments: [(0, 0, 0..<0), (0, 1, 0..<1), (1023, 2, 0..<2), (1024, 1024, 1..<2)])
    func overlap(offset: Int64, length: Int64, pieces: Range<Int>) throws {
        let layout = try PieceLayout(totalLength: 5_000, pieceLength: 1024)

        #expect(layout.pieces(offset: offset, length: length) == pieces)
    }
}
