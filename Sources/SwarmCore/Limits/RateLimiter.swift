package import NIOCore
import Synchronization

/// A rate in bytes a second that peers of several swarms on several loops draw from, first come first served.
///
/// Bytes are counted along one line: `passed` grows with time, `issued` with what is handed out. Who finds nothing to take
/// reserves a place on the line and may go when `passed` has come there; so a slow rate is shared evenly, whoever looks more
/// often, and a change of the rate moves everyone alike. Credit piles up for a quarter of a second (but for no less than one
/// block), so a burst after silence stays small.
package final class RateLimiter: Sendable {
    private struct Line {
        var passed = 0.0
        var issued = 0.0
        var refilledAt: NIODeadline
    }

    private static let burstSeconds = 0.25
    /// Reserved at a time, if as much is wanted: at high rates a wake-up for each block would cost more than the block.
    private static let quantumSeconds = 0.02

    private let bytesPerSecond: Atomic<Int>
    private let line: Mutex<Line>

    /// - Parameter bytesPerSecond: 0 is no limit.
    package init(bytesPerSecond: Int, now: NIODeadline = .now()) {
        self.bytesPerSecond = Atomic(max(0, bytesPerSecond))
        self.line = Mutex(Line(refilledAt: now))
    }

    /// The limit in bytes a second; 0 is none. May be set from any thread.
    package var limit: Int {
        get { bytesPerSecond.load(ordering: .relaxed) }
        set {
            let former = bytesPerSecond.exchange(max(0, newValue), ordering: .relaxed)
            guard former == 0 || newValue <= 0 else { return }
            // Places that were reserved before the limit fell away, and used without it, shall hold up nobody.
            line.withLock { $0.issued = min($0.issued, $0.passed) }
        }
    }

    /// Takes up to `wanted` bytes.
    ///
    /// - Parameter unit: what is worth taking; less credit than this (or than `wanted`) gives 0, so that blocks pass whole.
    /// - Returns: how many may be sent now; nothing while others wait.
    package func take(_ wanted: Int, unit: Int, now: NIODeadline) -> Int {
        let rate = limit
        if rate == 0 || wanted <= 0 { return wanted }
        return line.withLock { line in
            Self.refill(&line, rate: rate, unit: unit, now: now)
            let credit = Int(line.passed - line.issued)
            let whole = min(wanted, credit / unit * unit)
            let granted = whole <= 0 ? (wanted < unit && credit >= wanted ? wanted : 0) : whole
            line.issued += Double(granted)
            return granted
        }
    }

    /// Gives back bytes that were taken or reserved and not used.
    package func putBack(_ bytes: Int) {
        if limit == 0 || bytes <= 0 { return }
        line.withLock { $0.passed += Double(bytes) }
    }

    /// Reserves bytes at the end of the line.
    ///
    /// - Returns: the place at which they may pass; see `wait`.
    func reserve(_ bytes: Int) -> Double {
        line.withLock { line in
            line.issued += Double(bytes)
            return line.issued
        }
    }

    /// How long it takes until `place` is reached at the present rate; 0 or less when it has been.
    func wait(for place: Double, unit: Int, now: NIODeadline) -> TimeAmount {
        let rate = limit
        if rate == 0 { return .zero }
        return line.withLock { line in
            Self.refill(&line, rate: rate, unit: unit, now: now)
            let seconds = (place - line.passed) / Double(rate)
            return .nanoseconds(Int64(min(seconds, 3600) * 1e9))
        }
    }

    /// What to reserve of `wanted`: whole units, at least one.
    func quantum(of wanted: Int, unit: Int) -> Int {
        min(wanted, max(unit, Int(Double(limit) * Self.quantumSeconds) / unit * unit))
    }

    private static func refill(_ line: inout Line, rate: Int, unit: Int, now: NIODeadline) {
        let elapsed = Double((now - line.refilledAt).nanoseconds) / 1e9
        guard elapsed > 0 else { return }
        line.refilledAt = now
        let ceiling = line.issued + max(Double(rate) * burstSeconds, Double(unit))
        // What was put back may stand above the ceiling for a moment; it does not grow further.
        line.passed = max(min(line.passed + elapsed * Double(rate), ceiling), min(line.passed, ceiling))
    }
}
