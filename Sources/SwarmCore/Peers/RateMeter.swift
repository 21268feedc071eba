/// Bytes a second, smoothed over the last few seconds.
///
/// `add` costs one addition, so it may be called for every block; `tick` is called once a second.
package struct RateMeter: Sendable {
    /// Smoothed rate in bytes a second.
    package private(set) var rate = 0.0
    /// All bytes that were ever added.
    package private(set) var total: Int64 = 0
    private var pending: Int64 = 0
    private var isWarm = false

    package init() {}

    /// Counts bytes that just passed.
    package mutating func add(_ bytes: Int) {
        pending += Int64(bytes)
        total += Int64(bytes)
    }

    /// Folds what passed since the last tick into the rate.
    ///
    /// - Parameter seconds: time since the last tick, above zero.
    package mutating func tick(seconds: Double) {
        let sample = Double(pending) / max(seconds, 0.001)
        pending = 0
        if !isWarm {
            // The first full second counts whole: a peer must not look slow because it is new.
            rate = sample
            isWarm = sample > 0
            return
        }
        rate = rate * 0.7 + sample * 0.3
        if rate < 1 { rate = 0 }
    }
}
