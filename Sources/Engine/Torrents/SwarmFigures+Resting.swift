import Metainfo
import Storage
import SwarmCore

extension SwarmFigures {
    /// The figures of a torrent that nobody is connected with.
    ///
    /// - Parameters:
    ///   - have: nil when it is not known.
    ///   - priorities: of the files; empty is all normal.
    init(resting info: Info, have: Bitfield?, priorities: [FilePriority], continuing former: SwarmFigures) {
        self.init(continuing: former)
        let layout = info.layout
        let count = layout.pieceCount
        total = layout.totalLength
        verifiedPieces = have?.setCount ?? 0
        verified = verifiedPieces == count ? total : have.map { Self.bytes(of: $0, layout) } ?? 0
        guard !priorities.isEmpty, let wishes = PieceWishes(priorities, files: info.files, layout: layout).wanted else {
            wanted = total
            wantedLeft = total - verified
            wantedPiecesLeft = count - verifiedPieces
            return
        }
        var missing = wishes
        have?.forEachSet { missing.remove($0) }
        wanted = Self.bytes(of: wishes, layout)
        wantedLeft = Self.bytes(of: missing, layout)
        wantedPiecesLeft = missing.setCount
    }

    private static func bytes(of pieces: Bitfield, _ layout: PieceLayout) -> Int64 {
        guard pieces.setCount > 0 else { return 0 }
        // All but the last are of one length.
        let last = layout.pieceCount - 1
        let short = pieces[last] ? Int64(layout.pieceLength - layout.length(of: last)) : 0
        return Int64(pieces.setCount) * Int64(layout.pieceLength) - short
    }
}
