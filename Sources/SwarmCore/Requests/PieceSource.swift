package import Metainfo

/// What the picker knows of a peer: what it has, and what it is working on.
package final class PieceSource {
    package let number: PeerNumber
    /// Pieces the peer says it has.
    package internal(set) var have: Bitfield
    /// Counted as a seed in the availability, not piece by piece.
    package internal(set) var isCountedAsSeed = false
    /// Assemblies this peer owns.
    package internal(set) var working: [PieceAssembly] = []
    /// Too slow to finish a piece alone in reasonable time: it shares pieces instead of opening new ones.
    package var isSlow = false

    package init(number: PeerNumber, pieceCount: Int) {
        self.number = number
        have = Bitfield(count: pieceCount)
    }

    /// True when the peer has every piece.
    package var isSeed: Bool { have.isAllSet }

    /// The oldest come to their end first, so the search is short.
    func dropWork(on assembly: PieceAssembly) {
        if let index = working.firstIndex(where: { $0 === assembly }) { working.remove(at: index) }
    }

    /// Lets go of pieces that were given up.
    func dropClosedWork() { working.removeAll(where: \.isClosed) }
}

/// Blocks in a row to ask one peer for.
package struct PickedRun {
    package let assembly: PieceAssembly
    package let blocks: Range<Int>
}
