/// How many peers have each piece, and the pieces worth starting in rarest-first order.
///
/// Order is kept as buckets inside one array: all candidates with 0 copies, then 1, 2, …. A changed count swaps a piece
/// over one bucket border, so every step costs O(1) whatever the number of pieces; a random swap at each step keeps the
/// order inside a bucket unpredictable, without which all leechers would ask for the same rare piece.
///
/// Invariant: `order[bucketStart[c] ..< bucketStart[c + 1]]` holds just the candidates with `counts[piece] == c`.
package struct PieceAvailability {
    /// Copies of each piece among peers that are not seeds.
    package private(set) var counts: [UInt16]
    /// Peers that have everything; they add the same to each piece and so never change the order.
    package private(set) var seeds = 0
    /// Candidates, rarest first.
    package private(set) var order: [UInt32] = []
    private var position: [UInt32]
    private var bucketStart: [Int] = [0, 0]
    private var random: SmallRandom

    private static let absent = UInt32.max

    /// No candidates yet, no copies.
    package init(pieceCount: Int, random: SmallRandom) {
        counts = Array(repeating: 0, count: pieceCount)
        position = Array(repeating: Self.absent, count: pieceCount)
        self.random = random
    }

    private var highest: Int { bucketStart.count - 2 }

    /// True while `piece` is a candidate.
    package func isCandidate(_ piece: Int) -> Bool { position[piece] != Self.absent }

    /// Makes `piece` a candidate.
    package mutating func insert(_ piece: Int) {
        guard !isCandidate(piece) else { return }
        let count = Int(counts[piece])
        grow(to: count)
        // Append behind the last bucket, then hop over the buckets above its own.
        order.append(UInt32(piece))
        var hole = order.count - 1
        bucketStart[highest + 1] += 1
        var bucket = highest
        while bucket > count {
            let first = bucketStart[bucket]
            move(from: first, to: hole)
            hole = first
            bucketStart[bucket] += 1
            bucket -= 1
        }
        place(UInt32(piece), at: hole)
        shuffle(hole, in: count)
    }

    /// Takes `piece` out of the candidates.
    package mutating func remove(_ piece: Int) {
        guard isCandidate(piece) else { return }
        var hole = Int(position[piece])
        for bucket in Int(counts[piece])...highest {
            let last = bucketStart[bucket + 1] - 1
            move(from: last, to: hole)
            hole = last
            bucketStart[bucket + 1] -= 1
        }
        order.removeLast()
        position[piece] = Self.absent
    }

    /// One peer more has `piece`.
    package mutating func increment(_ piece: Int) {
        let count = Int(counts[piece])
        guard count < Int(UInt16.max) else { return }
        counts[piece] += 1
        guard isCandidate(piece) else { return }
        grow(to: count + 1)
        let last = bucketStart[count + 1] - 1
        swap(Int(position[piece]), last)
        bucketStart[count + 1] -= 1
        shuffle(last, in: count + 1)
    }

    /// One peer fewer has `piece`.
    package mutating func decrement(_ piece: Int) {
        let count = Int(counts[piece])
        guard count > 0 else { return }
        counts[piece] -= 1
        guard isCandidate(piece) else { return }
        let first = bucketStart[count]
        swap(Int(position[piece]), first)
        bucketStart[count] += 1
        shuffle(first, in: count - 1)
    }

    /// A seed came or went.
    package mutating func addSeeds(_ change: Int) { seeds = max(0, seeds + change) }

    /// Whole copies of the torrent among the connected peers, plus the share of pieces with one more.
    package var distributedCopies: Double {
        guard let least = counts.min() else { return 0 }
        let above = counts.reduce(into: 0) { sum, count in sum += count > least ? 1 : 0 }
        return Double(seeds) + Double(least) + Double(above) / Double(counts.count)
    }

    private mutating func grow(to count: Int) {
        while highest < count { bucketStart.append(order.count) }
    }

    private mutating func place(_ piece: UInt32, at index: Int) {
        order[index] = piece
        position[Int(piece)] = UInt32(index)
    }

    private mutating func move(from source: Int, to target: Int) {
        if source != target { place(order[source], at: target) }
    }

    private mutating func swap(_ first: Int, _ second: Int) {
        guard first != second else { return }
        let moved = order[first]
        place(order[second], at: first)
        place(moved, at: second)
    }

    private mutating func shuffle(_ index: Int, in bucket: Int) {
        let start = bucketStart[bucket]
        let count = bucketStart[bucket + 1] - start
        if count > 1 { swap(index, start + random.below(count)) }
    }
}
