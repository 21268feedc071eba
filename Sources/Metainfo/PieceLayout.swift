/// How a torrent's bytes divide into pieces and blocks: all arithmetic between byte, block and piece (BEP 3).
///
/// Invariant: `pieceCount` pieces of `pieceLength` cover `totalLength`, only the last may be shorter, and no offset computed here
/// can overflow.
package struct PieceLayout: Hashable, Sendable {
    /// What peers ask for at once; larger requests make them hang up.
    package static let blockLength = 16384
    /// 1 KiB to 256 MiB: what programs have written and can read (mktorrent's largest is 2^28).
    package static let pieceLengths = 1024...(1 << 28)
    /// Bounds the bitfield at 2 MiB, for v2 torrents name no hashes that would bound it.
    package static let maxPieceCount = 1 << 24

    /// Bytes in the torrent, padding included.
    package let totalLength: Int64
    /// Bytes in every piece but the last.
    package let pieceLength: Int
    /// Zero for an empty torrent.
    package let pieceCount: Int

    /// The layout of a torrent of that size.
    ///
    /// - Throws: `.geometry` for a piece length outside `pieceLengths`, a size below zero or too many pieces.
    package init(totalLength: Int64, pieceLength: Int) throws(MetainfoError) {
        guard Self.pieceLengths.contains(pieceLength) else {
            throw .geometry("a piece length of \(pieceLength), wanted 1 KiB to 256 MiB")
        }
        guard totalLength >= 0 else {
            throw .geometry("a total size of \(totalLength), wanted zero or more")
        }
        let count = totalLength / Int64(pieceLength) + (totalLength % Int64(pieceLength) == 0 ? 0 : 1)
        guard count <= Self.maxPieceCount else {
            throw .geometry("\(count) pieces, wanted at most \(Self.maxPieceCount)")
        }
        self.totalLength = totalLength
        self.pieceLength = pieceLength
        self.pieceCount = Int(count)
    }

    /// The piece of that number, if there is one.
    @inlinable
    package func index(_ number: Int) -> PieceIndex? {
        number >= 0 && number < pieceCount ? PieceIndex(rawValue: UInt32(number)) : nil
    }

    /// Every piece, first to last.
    package var indices: some Sequence<PieceIndex> {
        (0..<UInt32(pieceCount)).lazy.map(PieceIndex.init(rawValue:))
    }

    /// Bytes in a piece; only the last may be short.
    @inlinable
    package func length(of piece: Int) -> Int {
        Int(min(Int64(pieceLength), totalLength - offset(of: piece)))
    }

    /// Bytes in a piece; only the last may be short.
    @inlinable
    package func length(of piece: PieceIndex) -> Int { length(of: piece.int) }

    /// Where a piece begins in the torrent's bytes.
    @inlinable
    package func offset(of piece: Int) -> Int64 {
        precondition(piece >= 0 && piece < pieceCount, "a piece outside its layout")
        return Int64(piece) * Int64(pieceLength)
    }

    /// Where a piece begins in the torrent's bytes.
    @inlinable
    package func offset(of piece: PieceIndex) -> Int64 { offset(of: piece.int) }

    /// At least one.
    @inlinable
    package func blockCount(of piece: Int) -> Int {
        (length(of: piece) + Self.blockLength - 1) / Self.blockLength
    }

    /// 16 KiB, but for the last block of a piece.
    @inlinable
    package func blockLength(piece: Int, block: Int) -> Int {
        let begin = block * Self.blockLength
        precondition(block >= 0 && begin < length(of: piece), "a block outside its piece")
        return min(Self.blockLength, length(of: piece) - begin)
    }

    /// Whether a peer's request lies wholly inside one piece and is not empty.
    @inlinable
    package func contains(piece: UInt32, begin: UInt32, length: UInt32) -> Bool {
        guard Int(piece) < pieceCount, length > 0 else { return false }
        return Int(begin) + Int(length) <= self.length(of: Int(piece))
    }

    /// The pieces that share a byte with `length` bytes at `offset`; empty when `length` is.
    ///
    /// - Parameter offset: zero or more; the range must end within `totalLength`.
    package func pieces(offset: Int64, length: Int64) -> Range<Int> {
        precondition(offset >= 0 && length >= 0 && offset <= totalLength - length, "bytes outside the torrent")
        let first = Int(offset / Int64(pieceLength))
        guard length > 0 else { return first..<first }
        return first..<Int((offset + length - 1) / Int64(pieceLength)) + 1
    }
}
