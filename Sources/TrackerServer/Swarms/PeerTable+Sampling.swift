/// Picking peers for a reply, and letting go of those that went silent.
extension PeerTable {
    /// Hands up to `wanted` random peers to `sample`, each as likely as any other.
    ///
    /// The rows are cut into as many runs as peers are wanted, and one of each run is taken: one random number and one
    /// look at memory for each peer, no repetitions, no copy of the swarm. The runs start somewhere else each time.
    ///
    /// - Parameters:
    ///   - requester: the row of who asks, which is left out.
    ///   - withSeeds: false for a seed, which has nothing to get from another.
    ///   - oldest: rows last seen before are expired, if not swept yet, and left out.
    func pick(
        _ wanted: Int, except requester: Int?, withSeeds: Bool, oldest: UInt32,
        random: inout some RandomNumberGenerator, into sample: PeerSample
    ) {
        let first = withSeeds ? 0 : seedCount
        let skipped = requester.flatMap { $0 >= first ? $0 : nil } ?? count
        let available = count - first - (skipped < count ? 1 : 0)
        let taken = min(wanted, available, sample.capacity)
        guard taken > 0 else { return }
        let shift = taken == available ? 0 : Self.below(available, &random)
        for run in 0..<taken {
            let start = run * available / taken
            let length = (run + 1) * available / taken - start
            var place = start + (length == 1 ? 0 : Self.below(length, &random)) + shift
            if place >= available { place -= available }
            let row = first + place
            append(row < skipped ? row : row + 1, oldest: oldest, to: sample)
        }
    }

    /// Removes expired rows among `budget` rows from `cursor` downwards.
    ///
    /// - Parameter cursor: starts at `count` or beyond; 0 when the table has been walked through.
    /// - Returns: how many rows were removed.
    mutating func sweep(from cursor: inout Int, budget: inout Int, oldest: UInt32, seed: UInt64) -> Int {
        var removed = 0
        cursor = min(cursor, count)
        // Downwards, because a removal moves rows only into its own place from places that were seen already.
        while cursor > 0, budget > 0 {
            cursor -= 1
            budget -= 1
            if self[cursor].seen < oldest {
                remove(cursor, seed: seed)
                removed += 1
            }
        }
        return removed
    }

    /// A random number below a bound of at most 32 bits; the bias of 2⁻³² does not matter here.
    private static func below(_ bound: Int, _ random: inout some RandomNumberGenerator) -> Int {
        Int(truncatingIfNeeded: ((random.next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
    }
}
