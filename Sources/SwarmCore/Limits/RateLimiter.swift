package import NIOCore
import Synchronization

/// A token bucket of bytes that several swarms on several loops draw from.
///
/// Tokens pile up for at most half a second (but for no less than one block), so a burst after silence stays small.
package final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var refilledAt: NIODeadline
    }

    private let bytesPerSecond: Atomic<Int>
    private let bucket: Mutex<Bucket>

    /// - Parameter bytesPerSecond: 0 is no limit.
    package init(bytesPerSecond: Int, now: NIODeadline = .now()) {
        self.bytesPerSecond = Atomic(max(0, bytesPerSecond))
        self.bucket = Mutex(Bucket(tokens: 0, refilledAt: now))
    }

    /// The limit in bytes a second; 0 is none. May be set from any thread.
    package var limit: Int {
        get { bytesPerSecond.load(ordering: .relaxed) }
        set { bytesPerSecond.store(max(0, newValue), ordering: .relaxed) }
    }

    /// Takes up to `wanted` bytes.
    ///
    /// - Parameter unit: what is worth taking; fewer tokens than this (or than `wanted`) give 0, so that blocks pass whole.
    /// - Returns: how many may be sent now.
    package func take(_ wanted: Int, unit: Int, now: NIODeadline) -> Int {
        let rate = limit
        if rate == 0 || wanted <= 0 { return wanted }
        return bucket.withLock { bucket in
            let elapsed = Double((now - bucket.refilledAt).nanoseconds) / 1e9
            if elapsed > 0 {
                let ceiling = max(Double(rate) * 0.5, Double(unit))
                bucket.tokens = min(ceiling, bucket.tokens + elapsed * Double(rate))
                bucket.refilledAt = now
            }
            let whole = min(wanted, Int(bucket.tokens) / unit * unit)
            let granted = whole == 0 && wanted < unit && Int(bucket.tokens) >= wanted ? wanted : whole
            bucket.tokens -= Double(granted)
            return granted
        }
    }

    /// Gives back bytes that were taken and not used.
    package func putBack(_ bytes: Int) {
        if limit == 0 || bytes <= 0 { return }
        bucket.withLock { $0.tokens += Double(bytes) }
    }
}
