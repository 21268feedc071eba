import Metainfo

/// What a lone seed shows to whom (BEP 16): to each peer one piece at a time, and the next once somebody else has the first.
///
/// So every piece leaves us about once, and peers that keep what they got to themselves get no more. Pure; peers that are not
/// known here were told everything before and are under no restriction.
struct SuperSeed {
    private struct Viewer {
        var shown: Set<Int> = []
        /// Shown, and not yet seen at anybody else.
        var current: Int?
        /// When the peer had fetched it.
        var fetchedAt: UInt32?
    }

    private static let patienceSeconds: UInt32 = 60

    private var viewers: [PeerNumber: Viewer] = [:]
    /// How often each piece was shown.
    private var showings: [UInt16]

    init(pieceCount: Int) {
        showings = Array(repeating: 0, count: pieceCount)
    }

    /// A peer that was told that we have nothing.
    mutating func add(_ number: PeerNumber) { viewers[number] = Viewer() }

    mutating func remove(_ number: PeerNumber) { viewers[number] = nil }

    /// The peers that know only what was shown to them.
    var numbers: [PeerNumber] { Array(viewers.keys) }

    func isRestricted(_ number: PeerNumber) -> Bool { viewers[number] != nil }

    /// Whether the peer may ask for `piece`.
    func mayHave(_ piece: Int, _ number: PeerNumber) -> Bool { viewers[number]?.shown.contains(piece) ?? true }

    /// What is to be shown to a peer that has nothing to fetch: of the pieces it lacks one that fewest others have and that was
    /// shown least; nil when it is at one, or lacks none.
    ///
    /// - Parameter copies: how many peers have a piece.
    mutating func next(
        for number: PeerNumber, has: Bitfield, copies: (Int) -> Int, random: inout SmallRandom
    ) -> Int? {
        guard let viewer = viewers[number], viewer.current == nil else { return nil }
        var best: (piece: Int, rank: Int)?
        var equals = 0
        has.forEachClear { piece in
            guard !viewer.shown.contains(piece) else { return }
            let rank = copies(piece) + Int(showings[piece])
            if let leader = best, rank > leader.rank { return }
            if let leader = best, rank == leader.rank {
                equals += 1
                guard random.below(equals) == 0 else { return }
            } else {
                equals = 1
            }
            best = (piece, rank)
        }
        guard let best else { return nil }
        viewers[number]?.current = best.piece
        viewers[number]?.fetchedAt = nil
        viewers[number]?.shown.insert(best.piece)
        if showings[best.piece] < .max { showings[best.piece] += 1 }
        return best.piece
    }

    /// A peer has got `piece`.
    ///
    /// - Parameters:
    ///   - isWantedByOthers: some other peer still lacks it, so that the one we showed it to can pass it on.
    ///   - now: seconds of any clock.
    /// - Returns: the peers that are to be shown another.
    mutating func handleHave(
        _ piece: Int, from number: PeerNumber, isWantedByOthers: Bool, now: UInt32
    ) -> [PeerNumber] {
        var served: [PeerNumber] = []
        for (viewer, state) in viewers where state.current == piece {
            if viewer == number {
                viewers[viewer]?.fetchedAt = now
                if isWantedByOthers { continue }
            }
            viewers[viewer]?.current = nil
            served.append(viewer)
        }
        return served
    }

    /// Peers that cannot pass on what they have got, because nobody else can reach them, go on after a while.
    mutating func relieve(now: UInt32) {
        for (number, viewer) in viewers {
            guard let fetchedAt = viewer.fetchedAt, now - fetchedAt >= Self.patienceSeconds else { continue }
            viewers[number]?.current = nil
            viewers[number]?.fetchedAt = nil
        }
    }
}
