/// How many peers have each piece, and the pieces worth starting in the order in which to start them: those of high priority,
/// then the others, each rarest first.
package struct PieceAvailability {
    /// Candidates whose file has high priority.
    package private(set) var high: RarestOrder
    /// All other candidates.
    package private(set) var normal: RarestOrder
    /// Peers that have everything; they add the same to each piece and so never change the order.
    package private(set) var seeds = 0
    /// Copies of each piece among peers that are not seeds; empty while nobody has any, which is most torrents' state.
    private var copies: [UInt16] = []
    private let pieceCount: Int

    /// No candidates yet, no copies.
    package init(pieceCount: Int, random: SmallRandom) {
        self.pieceCount = pieceCount
        high = RarestOrder(pieceCount: pieceCount, random: random)
        normal = RarestOrder(pieceCount: pieceCount, random: random)
    }

    /// Copies of each piece among peers that are not seeds.
    package var counts: [UInt16] { copies.isEmpty ? Array(repeating: 0, count: pieceCount) : copies }

    /// Candidates of normal priority, rarest first.
    package var order: [UInt32] { normal.order }

    /// Copies of one piece among peers that are not seeds.
    package func count(of piece: Int) -> Int { copies.isEmpty ? 0 : Int(copies[piece]) }

    /// Makes `piece` a candidate, which it must not be.
    package mutating func insert(_ piece: Int, isHigh: Bool = false) {
        if isHigh {
            high.insert(piece, count: count(of: piece))
        } else {
            normal.insert(piece, count: count(of: piece))
        }
    }

    /// Takes `piece` out of the candidates.
    package mutating func remove(_ piece: Int) {
        high.remove(piece, count: count(of: piece))
        normal.remove(piece, count: count(of: piece))
    }

    /// One peer more has `piece`.
    package mutating func increment(_ piece: Int) {
        if copies.isEmpty { copies = Array(repeating: 0, count: pieceCount) }
        let count = Int(copies[piece])
        guard count < Int(UInt16.max) else { return }
        copies[piece] += 1
        normal.raise(piece, from: count)
        high.raise(piece, from: count)
    }

    /// One peer fewer has `piece`.
    package mutating func decrement(_ piece: Int) {
        let count = count(of: piece)
        guard count > 0 else { return }
        copies[piece] -= 1
        normal.lower(piece, from: count)
        high.lower(piece, from: count)
    }

    /// A seed came or went.
    package mutating func addSeeds(_ change: Int) { seeds = max(0, seeds + change) }

    /// Nobody is connected: gives the memory of the counts back.
    mutating func forgetAll() {
        for piece in copies.indices where copies[piece] > 0 {
            while count(of: piece) > 0 { decrement(piece) }
        }
        copies = []
        seeds = 0
    }

    /// Whole copies of the torrent among the connected peers, plus the share of pieces with one more.
    package var distributedCopies: Double {
        guard let least = copies.min() else { return Double(seeds) }
        let above = copies.reduce(into: 0) { sum, count in sum += count > least ? 1 : 0 }
        return Double(seeds) + Double(least) + Double(above) / Double(copies.count)
    }
}
