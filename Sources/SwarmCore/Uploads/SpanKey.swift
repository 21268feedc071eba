import Metainfo
import PeerWire

/// Up to 64 blocks of one piece that are read and cached together.
struct SpanKey: Hashable, Sendable {
    /// 1 MiB: large enough that a read costs little for each byte, small enough that 16 MiB pieces do not fill memory.
    static let blocks = 64
    /// Length prefix, id, piece and offset of a `piece` message (BEP 3).
    static let headerLength = 13
    static let stride = headerLength + PieceLayout.blockLength

    let piece: UInt32
    let index: UInt32

    init(_ request: BlockRequest) {
        piece = request.piece
        index = request.begin / UInt32(PieceLayout.blockLength * Self.blocks)
    }

    var firstBlock: Int { Int(index) * Self.blocks }

    /// Number of blocks in this span.
    func blockCount(in layout: PieceLayout) -> Int {
        min(Self.blocks, layout.blockCount(of: Int(piece)) - firstBlock)
    }

    /// True when `request` asks for a whole block of this span and nothing else; odd requests are served one by one.
    func holdsWhole(_ request: BlockRequest) -> Bool {
        request.piece == piece && request.begin % UInt32(PieceLayout.blockLength) == 0
            && request.begin / UInt32(PieceLayout.blockLength * Self.blocks) == index
    }
}
