/// Pieces worth starting, rarest first.
///
/// Order is kept as buckets inside one array: all candidates with 0 copies, then 1, 2, …. A changed count swaps a piece
/// over one bucket border, so every step costs O(1) whatever the number of pieces; a random swap at each step keeps the
/// order inside a bucket unpredictable, without which all leechers would ask for the same rare piece.
///
/// Invariant: `order[bucketStart[c] ..< bucketStart[c + 1]]` holds just the candidates with `c` copies. Without candidates
/// nothing is allocated.
package struct RarestOrder {
    /// Candidates, rarest first.
    package private(set) var order: [UInt32] = []
    private var position: [UInt32] = []
    private var bucketStart: [Int] = []
    private let pieceCount: Int
    private var random: SmallRandom

    private static let absent = UInt32.max

    init(pieceCount: Int, random: SmallRandom) {
        self.pieceCount = pieceCount
        self.random = random
    }

    private var highest: Int { bucketStart.count - 2 }

    /// True while `piece` is a candidate.
    package func contains(_ piece: Int) -> Bool { !position.isEmpty && position[piece] != Self.absent }

    /// Makes `piece`, of which there are `count` copies, a candidate.
    mutating func insert(_ piece: Int, count: Int) {
        guard !contains(piece) else { return }
        if position.isEmpty {
            position = Array(repeating: Self.absent, count: pieceCount)
            bucketStart = [0, 0]
        }
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
    mutating func remove(_ piece: Int, count: Int) {
        guard contains(piece) else { return }
        var hole = Int(position[piece])
        for bucket in count...highest {
            let last = bucketStart[bucket + 1] - 1
            move(from: last, to: hole)
            hole = last
            bucketStart[bucket + 1] -= 1
        }
        order.removeLast()
        position[piece] = Self.absent
        guard order.isEmpty else { return }
        (order, position, bucketStart) = ([], [], [])
    }

    /// A candidate that had `count` copies has one more.
    mutating func raise(_ piece: Int, from count: Int) {
        guard contains(piece) else { return }
        grow(to: count + 1)
        let last = bucketStart[count + 1] - 1
        swap(Int(position[piece]), last)
        bucketStart[count + 1] -= 1
        shuffle(last, in: count + 1)
    }

    /// A candidate that had `count` copies, one at least, has one fewer.
    mutating func lower(_ piece: Int, from count: Int) {
        guard contains(piece) else { return }
        let first = bucketStart[count]
        swap(Int(position[piece]), first)
        bucketStart[count] += 1
        shuffle(first, in: count - 1)
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
