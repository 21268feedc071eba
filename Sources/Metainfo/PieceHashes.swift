/// The SHA-1 of every piece, as one run of bytes inside the torrent file's own (BEP 3).
package struct PieceHashes: Sendable {
    private let bytes: ArraySlice<UInt8>

    /// - Parameter bytes: twenty for each piece.
    init(_ bytes: ArraySlice<UInt8>) {
        precondition(bytes.count.isMultiple(of: 20), "piece hashes of odd length")
        self.bytes = bytes
    }

    /// How many pieces have a hash.
    package var count: Int { bytes.count / 20 }

    /// The twenty bytes of one piece, not copied.
    package subscript(piece: Int) -> ArraySlice<UInt8> {
        precondition(piece >= 0 && piece < count, "a piece outside the torrent")
        let start = bytes.startIndex + piece * 20
        return bytes[start..<start + 20]
    }

    /// The hash that a piece must have.
    package func digest(of piece: Int) -> SHA1Digest {
        let hash = self[piece]
        return SHA1Digest { $0.copyBytes(from: hash) }
    }

    /// Whether a piece with that hash is the right one.
    package func matches(piece: Int, digest: SHA1Digest) -> Bool {
        self.digest(of: piece) == digest
    }
}
