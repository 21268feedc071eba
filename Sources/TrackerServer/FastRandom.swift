/// Quick random numbers for picking peers; nothing secret depends on them (xorshift64*, Vigna 2016).
package struct FastRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// - Parameter seed: anything; 0 is taken for 1.
    package init(seed: UInt64) {
        state = max(1, seed)
    }

    package mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
