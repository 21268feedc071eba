import Testing

@testable import SwarmCore

@Suite("Piece availability")
struct PieceAvailabilityTests {
    /// The order must always be the candidates sorted by their number of copies.
    private func expectOrdered(_ availability: PieceAvailability, candidates: Set<Int>, seed: UInt64) {
        let counts = availability.order.map { availability.counts[Int($0)] }
        #expect(counts == counts.sorted(), "seed \(seed)")
        #expect(Set(availability.order.map(Int.init)) == candidates, "seed \(seed)")
        #expect(availability.order.count == candidates.count, "seed \(seed)")
    }

    @Test("stays sorted through any sequence of changes", arguments: 0..<40 as Range<UInt64>)
    func staysSorted(seed: UInt64) {
        var random = SmallRandom(seed: seed)
        let pieces = 1 + random.below(50)
        var availability = PieceAvailability(pieceCount: pieces, random: SmallRandom(seed: seed &+ 1))
        var candidates = Set<Int>()
        var counts = Array(repeating: 0, count: pieces)

        for _ in 0..<500 {
            let piece = random.below(pieces)
            switch random.below(4) {
            case 0:
                availability.insert(piece)
                candidates.insert(piece)
            case 1:
                availability.remove(piece)
                candidates.remove(piece)
            case 2:
                availability.increment(piece)
                counts[piece] += 1
            default:
                availability.decrement(piece)
                counts[piece] = max(0, counts[piece] - 1)
            }
            expectOrdered(availability, candidates: candidates, seed: seed)
        }

        #expect(availability.counts.map(Int.init) == counts)
    }

    @Test("counts whole copies and the share of pieces with one more")
    func distributedCopies() {
        var availability = PieceAvailability(pieceCount: 4, random: SmallRandom(seed: 1))

        availability.addSeeds(1)
        for piece in 0..<4 { availability.increment(piece) }
        availability.increment(2)

        #expect(availability.distributedCopies == 2.25)
    }
}
