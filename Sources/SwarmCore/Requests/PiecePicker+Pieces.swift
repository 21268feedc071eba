import Metainfo

// What happens to pieces between being missing and being had, and when the user wants others.
extension PiecePicker {
    /// The assembly of an open piece.
    package func assembly(of piece: Int) -> PieceAssembly? {
        openByPiece[piece]
    }

    /// A request for a piece's block will not be answered: it is free for others.
    package mutating func dropRequest(piece: Int, block: Int) {
        guard let assembly = openByPiece[piece] else { return }
        let wasLoose = assembly.freeCount > 0
        assembly.dropRequest(block)
        if !wasLoose, assembly.freeCount > 0, !loose.contains(where: { $0 === assembly }) { loose.append(assembly) }
    }

    mutating func markBegun(_ piece: Int) {
        availability.remove(piece)
        missing.remove(piece)
        if highMissing != nil { highMissing?.remove(piece) }
    }

    private mutating func markMissing(_ piece: Int) {
        let isHigh = wishes.prefers(piece)
        missing.insert(piece)
        if isHigh { highMissing?.insert(piece) }
        availability.insert(piece, isHigh: isHigh)
    }

    /// All blocks are here: the piece goes to be hashed and written.
    package mutating func handleAssembled(_ assembly: PieceAssembly, owner: PieceSource?) {
        hashing.insert(assembly.piece)
        drop(assembly)
        owner?.dropWork(on: assembly)
    }

    /// The piece is verified and on disk.
    package mutating func handleVerified(_ piece: Int) {
        hashing.remove(piece)
        needed.remove(piece)
        have[piece] = true
    }

    /// The piece did not match its hash or could not be written: it is missing again, if it is still wanted.
    package mutating func handleFailed(_ piece: Int) {
        hashing.remove(piece)
        if needed[piece] { markMissing(piece) }
    }

    /// Gives up the open piece that has not moved for longest, so that memory serves a piece that can be finished.
    ///
    /// - Returns: the assembly given up, none of whose blocks may be on the way to us.
    package mutating func abandonStalled(before deadline: UInt32) -> PieceAssembly? {
        let stalled = open.filter { $0.owner == nil && $0.lastProgress < deadline }
            .filter { $0.freeCount + $0.receivedCount == $0.blockCount }
        guard let assembly = stalled.min(by: { $0.receivedCount < $1.receivedCount }) else { return nil }
        assembly.isClosed = true
        drop(assembly)
        handleFailed(assembly.piece)
        return assembly
    }

    private mutating func drop(_ assembly: PieceAssembly) {
        openByPiece[assembly.piece] = nil
        loose.removeAll { $0 === assembly }
        if let index = open.firstIndex(where: { $0 === assembly }) { open.remove(at: index) }
    }

    /// Other pieces are wanted from now on. Walks all pieces once.
    ///
    /// - Returns: the open pieces that are no longer wanted, closed; what was asked of them is the caller's to cancel. What is
    ///   being hashed is kept: it is here already.
    package mutating func setWishes(_ new: PieceWishes) -> [PieceAssembly] {
        guard new != wishes else { return [] }
        let former = wishes
        wishes = new
        highMissing = new.high.map { _ in Bitfield(count: layout.pieceCount) }
        var abandoned: [PieceAssembly] = []
        let had = have
        had.forEachClear { piece in
            if missing[piece] {
                missing.remove(piece)
                availability.remove(piece)
            }
            guard new.wants(piece) else {
                if former.wants(piece), let assembly = openByPiece[piece] { abandoned.append(assembly) }
                needed.remove(piece)
                return
            }
            needed.insert(piece)
            if openByPiece[piece] == nil, !hashing.contains(piece) { markMissing(piece) }
        }
        for assembly in abandoned {
            assembly.isClosed = true
            drop(assembly)
        }
        return abandoned
    }
}
