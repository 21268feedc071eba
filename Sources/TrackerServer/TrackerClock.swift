import Glibc

/// Seconds on the tracker's own clock, which starts far from zero and only goes forward.
package struct TrackerClock: Sendable {
    private let read: @Sendable () -> UInt32

    /// A clock for tests, which goes as they say.
    package init(_ read: @escaping @Sendable () -> UInt32) {
        self.read = read
    }

    package var now: UInt32 { read() }

    /// The machine's monotonic clock.
    package static let monotonic = TrackerClock {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        // A machine that has just started must not take everything for expired or not yet begun.
        return UInt32(truncatingIfNeeded: time.tv_sec) &+ 100_000
    }
}
