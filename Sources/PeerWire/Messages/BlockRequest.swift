/// A part of a piece as peers name it on the wire: to ask for it, to take the question back, to send it.
///
/// Comes from another party: nothing says that it lies inside the torrent. Ask `PieceLayout.contains`. BEP 3.
package struct BlockRequest: Hashable, Sendable {
    /// Which piece, from 0.
    package var piece: UInt32
    /// Where in the piece, in bytes.
    package var begin: UInt32
    /// How many bytes; 16 KiB but for the last block of a piece.
    package var length: UInt32

    package init(piece: UInt32, begin: UInt32, length: UInt32) {
        self.piece = piece
        self.begin = begin
        self.length = length
    }
}

extension BlockRequest: CustomStringConvertible {
    package var description: String { "piece \(piece) at \(begin), \(length) bytes" }
}
