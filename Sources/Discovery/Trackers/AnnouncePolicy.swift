package import NIOCore

/// The times within which trackers are asked: what a tracker wishes is obeyed only inside these bounds.
///
/// Bounds exist both ways: a tracker that says 0 must not make us hammer it, and one that says "in a century" must not
/// cut us off. BEP 3 gives no figures; these are stated here and nowhere else.
package struct AnnouncePolicy: Sendable {
    /// Between regular announces; a reply that asks for less or more gets the nearer bound.
    package var interval: ClosedRange<TimeAmount> = .seconds(30) ... .hours(24)
    /// Before an announce that only asks for peers.
    package var minInterval: ClosedRange<TimeAmount> = .seconds(30) ... .hours(4)
    /// The minimal interval of trackers that name none (never more than their interval).
    package var defaultMinInterval: TimeAmount = .seconds(60)
    /// The share of an interval that is added at random, so that torrents started together drift apart.
    package var jitter = 0.1
    package var maxJitter: TimeAmount = .seconds(60)
    /// The first wait after a failure; it doubles with each further one.
    package var firstBackOff: TimeAmount = .seconds(5)
    package var maxBackOff: TimeAmount = .minutes(30)
    /// The share of a back-off that is added at random.
    package var backOffJitter = 0.25
    /// Bounds of a wait the tracker itself asks for when it refuses. BEP 31.
    package var retryIn: ClosedRange<TimeAmount> = .seconds(30) ... .hours(24)
    /// How long a stop waits for an announce on its way, so that `stopped` does not overtake `started`.
    package var stopGrace: TimeAmount = .seconds(1)

    package init() {}

    /// The wait after the given number of failures in a row (1 or more), without jitter.
    func backOff(failures: Int) -> TimeAmount {
        var wait = firstBackOff
        for _ in 1..<max(failures, 1) where wait < maxBackOff {
            wait = wait * 2
        }
        return min(wait, maxBackOff)
    }

    /// What a tracker's wishes come to: the time to the next regular announce, and the time before which none may be.
    func times(of schedule: AnnounceSchedule) -> (interval: TimeAmount, minInterval: TimeAmount) {
        let wished = schedule.interval.clamped(to: interval)
        let least = (schedule.minInterval ?? min(wished, defaultMinInterval)).clamped(to: minInterval)
        // A minimum above the interval is a tracker's slip; the longer wait offends nobody.
        return (max(wished, least), least)
    }
}

/// A policy that thousands of torrents share: it is larger than all else that most of them hold.
final class SharedPolicy: Sendable {
    let policy: AnnouncePolicy

    static let usual = SharedPolicy(AnnouncePolicy())

    init(_ policy: AnnouncePolicy) {
        self.policy = policy
    }
}

/// When a tracker wants to hear from us again, as it said in its reply.
package struct AnnounceSchedule: Hashable, Sendable {
    package var interval: TimeAmount
    /// Not before this time, if the tracker named one.
    package var minInterval: TimeAmount?

    package init(interval: TimeAmount, minInterval: TimeAmount? = nil) {
        self.interval = interval
        self.minInterval = minInterval
    }
}

/// What a failed announce says about the next try. BEP 31.
package enum RetryAdvice: Hashable, Sendable {
    /// Nothing: wait longer after each failure.
    case backOff
    /// The tracker named a time.
    case after(TimeAmount)
    /// The tracker does not want to be asked again.
    case never
}

/// How many trackers of a torrent hear from us.
package enum AnnounceMode: Sendable, CaseIterable {
    /// The first one that works: BEP 12 to the letter.
    case firstWorking
    /// The first one that works in each tier.
    case eachTier
    case everyTracker
}

extension TimeAmount {
    func clamped(to bounds: ClosedRange<TimeAmount>) -> TimeAmount {
        min(max(self, bounds.lowerBound), bounds.upperBound)
    }
}
