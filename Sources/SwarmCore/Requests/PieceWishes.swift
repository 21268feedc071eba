package import Metainfo
package import Storage

/// Which pieces are wanted, and which of them first, as follows from the priorities of the files.
///
/// A piece is wanted when any file with bytes in it is; it takes the highest priority among them.
package struct PieceWishes: Equatable {
    /// Nil is all.
    package let wanted: Bitfield?
    /// Nil is none.
    package let high: Bitfield?

    /// Everything, nothing before anything else.
    package static let all = PieceWishes(wanted: nil, high: nil)

    private init(wanted: Bitfield?, high: Bitfield?) {
        self.wanted = wanted
        self.high = high
    }

    /// - Parameter priorities: in the order of the file list; files behind its end have normal priority. What is said of
    ///   padding counts for nothing.
    package init(_ priorities: [FilePriority], files: FileList, layout: PieceLayout) {
        var wanted = Bitfield(count: layout.pieceCount)
        var high = Bitfield(count: layout.pieceCount)
        for (index, file) in files.entries.enumerated() where file.length > 0 && !file.isPadding {
            let priority = index < priorities.count ? priorities[index] : .normal
            guard priority != .off else { continue }
            for piece in layout.pieces(offset: file.offset, length: file.length) {
                wanted.insert(piece)
                if priority == .high { high.insert(piece) }
            }
        }
        // A piece of nothing but padding is wanted with the rest: only with it is the torrent whole.
        if priorities.allSatisfy({ $0 != .off }) { wanted = Bitfield(allSet: layout.pieceCount) }
        self.wanted = wanted.isAllSet ? nil : wanted
        self.high = high.isEmptySet ? nil : high
    }

    /// - Returns: true when the piece is to be fetched.
    package func wants(_ piece: Int) -> Bool { wanted?[piece] ?? true }

    /// - Returns: true when the piece is to be fetched before others.
    package func prefers(_ piece: Int) -> Bool { high?[piece] ?? false }
}
