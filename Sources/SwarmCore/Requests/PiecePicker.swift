package import Metainfo
package import Storage

/// Chooses which blocks to ask a peer for.
///
/// What a choice must respect, in this order (re-check when changing):
/// 1. never a piece the peer lacks, that we have, that nobody wants, or that is being hashed or written;
/// 2. strict priority (BEP 3): a piece once begun is finished first, by the peer that began it;
/// 3. a piece whose peer left is taken over before a new one is begun;
/// 4. new pieces of high priority before others, each class rarest first (the first few at random, so that there is
///    something to trade soon), or in their order when the user wants that;
/// 5. memory: a new piece only if the budget has room, else share the open ones;
/// 6. slow peers share open pieces rather than open their own;
/// 7. when every block left is asked for: the end game, where a block is asked of a second peer too.
///
/// Invariant: a piece is unwanted, missing, open, hashing (or being written) or had; exactly one.
package struct PiecePicker {
    /// Pieces taken at random before rarest-first begins.
    private static let randomFirstPieces = 4
    /// In the end game a block is asked of at most this many peers.
    private static let endGameCopies = 3

    package let layout: PieceLayout
    /// Verified and on disk.
    package internal(set) var have: Bitfield
    /// Wanted and not had: missing, open or hashing.
    package internal(set) var needed: Bitfield
    package internal(set) var availability: PieceAvailability
    /// Pieces being assembled.
    package internal(set) var open: [PieceAssembly] = []
    /// Pieces in the order of their numbers rather than rarest first.
    package var isSequential = false
    var wishes = PieceWishes.all
    /// Just the pieces that are wanted and not begun.
    var missing: Bitfield
    /// Those of them that come first; nil when there never were any.
    var highMissing: Bitfield?
    var openByPiece: [Int: PieceAssembly] = [:]
    var hashing: Set<Int> = []
    /// The open pieces with blocks that nobody was asked for, and perhaps some that have none any more. Of thousands of
    /// open pieces these are few.
    var loose: [PieceAssembly] = []
    private var random: SmallRandom

    /// - Parameter have: what is verified on disk at the start.
    package init(layout: PieceLayout, have: Bitfield, random: SmallRandom) {
        self.layout = layout
        self.have = have
        self.random = random
        self.availability = PieceAvailability(pieceCount: layout.pieceCount, random: random)
        self.missing = Bitfield(count: layout.pieceCount)
        self.needed = missing
        have.forEachClear { piece in
            needed.insert(piece)
            missing.insert(piece)
            availability.insert(piece)
        }
    }

    /// Everything wanted is verified and on disk.
    package var isComplete: Bool { needed.isEmptySet }

    /// Everything is verified and on disk.
    package var isWhole: Bool { have.isAllSet }

    /// No piece is left to begin.
    package var isAllStarted: Bool { missing.isEmptySet }

    // MARK: What peers have

    /// A peer has one piece more. False when it had it.
    package mutating func handleHave(_ piece: Int, from source: PieceSource) -> Bool {
        guard !source.have[piece] else { return false }
        source.have[piece] = true
        availability.increment(piece)
        return true
    }

    /// A peer told everything it has, at the start of the connection.
    package mutating func handleBitfield(_ bitfield: Bitfield, from source: PieceSource) {
        forget(source)
        source.have = bitfield
        if bitfield.isAllSet {
            source.isCountedAsSeed = true
            availability.addSeeds(1)
        } else {
            bitfield.forEachSet { availability.increment($0) }
        }
    }

    /// A peer is gone: its copies no longer count and its pieces are free for others.
    package mutating func forget(_ source: PieceSource) {
        if source.isCountedAsSeed {
            availability.addSeeds(-1)
            source.isCountedAsSeed = false
        } else if source.have.setCount > 0 {
            source.have.forEachSet { availability.decrement($0) }
        }
        release(source)
    }

    /// A peer stops working on its pieces (choked us, fell silent, left).
    package func release(_ source: PieceSource) {
        for assembly in source.working where assembly.owner == source.number { assembly.owner = nil }
        source.working.removeAll(keepingCapacity: true)
    }

    /// True when the peer has a piece we want.
    package func isInteresting(_ source: PieceSource) -> Bool {
        !isComplete && (source.isSeed || source.have.hasAny(alsoIn: needed))
    }

    // MARK: Choosing

    /// Chooses up to `count` blocks to ask `source` for and marks them as asked.
    ///
    /// - Parameters:
    ///   - allowed: when set, only these pieces (BEP 6 allowed-fast while choked).
    ///   - takeBuffer: gives memory for one more piece, or nil when the budget is spent.
    ///   - runs: the choice is appended here.
    package mutating func pick(
        for source: PieceSource, count: Int, allowed: Set<Int>? = nil, now: UInt32,
        takeBuffer: () -> PieceBuffer?, into runs: inout [PickedRun]
    ) {
        var wanted = count
        loose.removeAll { $0.freeCount == 0 }
        if allowed == nil {
            pickOwn(source, &wanted, &runs)
            if wanted > 0 { adoptOrphans(source, &wanted, &runs) }
        }
        if source.isSlow, wanted > 0 { share(source, &wanted, allowed, &runs) }
        while wanted > 0, let piece = nextMissing(for: source, allowed: allowed) {
            guard let buffer = takeBuffer() else { break }
            take(from: begin(piece, buffer, source, now: now), &wanted, fromBack: false, &runs)
        }
        if wanted > 0, !source.isSlow { share(source, &wanted, allowed, &runs) }
    }

    private mutating func begin(
        _ piece: Int, _ buffer: PieceBuffer, _ source: PieceSource, now: UInt32
    ) -> PieceAssembly {
        markBegun(piece)
        let assembly = PieceAssembly(piece: piece, layout: layout, buffer: buffer, now: now)
        assembly.owner = source.number
        source.working.append(assembly)
        open.append(assembly)
        openByPiece[piece] = assembly
        loose.append(assembly)
        return assembly
    }

    private func pickOwn(_ source: PieceSource, _ wanted: inout Int, _ runs: inout [PickedRun]) {
        for assembly in source.working where wanted > 0 && assembly.freeCount > 0 {
            take(from: assembly, &wanted, fromBack: false, &runs)
        }
    }

    private func adoptOrphans(_ source: PieceSource, _ wanted: inout Int, _ runs: inout [PickedRun]) {
        for assembly in loose where wanted > 0 && assembly.owner == nil && assembly.freeCount > 0 {
            guard source.have[assembly.piece] else { continue }
            assembly.owner = source.number
            source.working.append(assembly)
            take(from: assembly, &wanted, fromBack: false, &runs)
        }
    }

    private func share(_ source: PieceSource, _ wanted: inout Int, _ allowed: Set<Int>?, _ runs: inout [PickedRun]) {
        for assembly in loose where wanted > 0 && assembly.freeCount > 0 && source.have[assembly.piece] {
            if let allowed, !allowed.contains(assembly.piece) { continue }
            // Half of what is free: the owner goes on from the front, others help from the back.
            var part = min(wanted, max(1, assembly.freeCount / 2))
            wanted -= part
            take(from: assembly, &part, fromBack: true, &runs)
            wanted += part
        }
    }

    private func take(from assembly: PieceAssembly, _ wanted: inout Int, fromBack: Bool, _ runs: inout [PickedRun]) {
        while wanted > 0, let blocks = assembly.takeRun(limit: wanted, fromBack: fromBack) {
            wanted -= blocks.count
            runs.append(PickedRun(assembly: assembly, blocks: blocks))
        }
    }

    private mutating func nextMissing(for source: PieceSource, allowed: Set<Int>?) -> Int? {
        guard hasMissing(for: source) else { return nil }
        if let allowed {
            return allowed.first { missing[$0] && source.have[$0] }
        }
        if let highMissing, highMissing.hasAny(alsoIn: source.have) {
            return isSequential ? highMissing.first(alsoIn: source.have) : next(in: availability.high, for: source)
        }
        return isSequential ? missing.first(alsoIn: source.have) : next(in: availability.normal, for: source)
    }

    private mutating func next(in candidates: RarestOrder, for source: PieceSource) -> Int? {
        let order = candidates.order
        if have.setCount + open.count < Self.randomFirstPieces, let piece = randomOne(of: order, for: source) {
            return piece
        }
        if source.isSeed { return order.first.map(Int.init) }
        return order.first { source.have[Int($0)] }.map(Int.init)
    }

    private mutating func randomOne(of order: [UInt32], for source: PieceSource) -> Int? {
        for _ in 0..<8 where !order.isEmpty {
            let piece = Int(order[random.below(order.count)])
            if source.have[piece] { return piece }
        }
        return nil
    }

    /// A block for the end game: asked of others, not of `source`, not here.
    ///
    /// - Parameter isAsked: tells whether `source` was asked for a piece's block.
    package mutating func pickEndGame(
        for source: PieceSource, count: Int, isAsked: (Int, Int) -> Bool, into runs: inout [PickedRun]
    ) {
        guard !hasMissing(for: source) else { return }
        var wanted = count
        let start = open.isEmpty ? 0 : random.below(open.count)
        for offset in open.indices where wanted > 0 {
            let assembly = open[(start + offset) % open.count]
            guard source.have[assembly.piece] else { continue }
            for block in 0..<assembly.blockCount where wanted > 0 {
                let requests = assembly.requestCount(block)
                guard requests > 0, requests < Self.endGameCopies, !isAsked(assembly.piece, block) else { continue }
                assembly.addRequest(block)
                runs.append(PickedRun(assembly: assembly, blocks: block..<(block + 1)))
                wanted -= 1
            }
        }
    }

    /// Word by word: walking the order in vain for each of hundreds of peers is what would cost most.
    func hasMissing(for source: PieceSource) -> Bool {
        source.isSeed ? !missing.isEmptySet : !missing.isEmptySet && source.have.hasAny(alsoIn: missing)
    }
}
