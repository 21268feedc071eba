import Metainfo

/// What each piece of a v2 torrent must hash to (BEP 52).
///
/// A piece belongs to one file there: files begin on piece borders, and the padding behind a file's end is not hashed.
struct FileTrees: Sendable {
    private let info: Info
    private let layers: PieceLayers

    init(info: Info, layers: PieceLayers) {
        self.info = info
        self.layers = layers
    }

    /// Bytes of a piece that are a file's own; at least one.
    func length(of piece: Int) -> Int {
        let offset = info.layout.offset(of: piece)
        let file = info.files.entries[info.files.index(at: offset)]
        return Int(min(Int64(info.pieceLength), file.end - offset))
    }

    func matches(piece: Int, leaves: [UInt8]) -> Bool {
        let offset = info.layout.offset(of: piece)
        let file = info.files.entries[info.files.index(at: offset)]
        guard let layer = layers.layer(of: file) else {
            // A file of one piece at most has no layer: its tree is only as wide as its own blocks need.
            let count = leaves.count / MerkleLane.digestLength
            return MerkleLane.root(of: leaves, width: count.roundedUpToPowerOfTwo) == file.piecesRoot
        }
        let width = info.pieceLength / PieceLayout.blockLength
        let start = layer.startIndex + Int((offset - file.offset) / Int64(info.pieceLength)) * 32
        return layer[start..<start + 32].elementsEqual(MerkleLane.root(of: leaves, width: width))
    }
}

extension Int {
    fileprivate var roundedUpToPowerOfTwo: Int {
        self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
    }
}
