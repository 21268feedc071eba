import Discovery
import NIOCore
import TrackerWire

/// An announcer on virtual time: steps it and keeps what it sends.
struct AnnouncerBench {
    var announcer: Announcer
    private(set) var now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private let begin = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    /// Sent and unanswered, oldest first.
    private(set) var open: [Announcer.Announce] = []

    init(
        tiers: [[Int]], mode: AnnounceMode = .firstWorking, policy: AnnouncePolicy = .exact,
        random: any RandomNumberGenerator & Sendable = SeededGenerator(seed: 0)
    ) {
        announcer = Announcer(
            tiers: tiers.map { $0.map(TrackerID.init) }, mode: mode, policy: policy, random: random)
    }

    /// Seconds since the bench began.
    var seconds: Int64 { (now - begin).nanoseconds / 1_000_000_000 }

    /// Seconds from now to the next deadline.
    var wait: Int64? { announcer.nextDeadline.map { max(0, ($0 - now).nanoseconds) / 1_000_000_000 } }

    mutating func start(complete: Bool = false) { announcer.start(isComplete: complete, now: now) }
    mutating func completed() { announcer.completed(now: now) }
    mutating func requestPeers() { announcer.requestPeers(now: now) }
    mutating func stop() { announcer.stop(now: now) }
    mutating func announce(ignoringMinInterval: Bool) {
        announcer.announce(ignoringMinInterval: ignoringMinInterval, now: now)
    }
    mutating func insert(_ tracker: Int, tier: Int) {
        announcer.insert(TrackerID(rawValue: tracker), tier: tier, now: now)
    }
    mutating func setEnabled(_ tracker: Int, _ isEnabled: Bool) {
        announcer.setEnabled(TrackerID(rawValue: tracker), isEnabled, now: now)
    }

    mutating func pass(_ seconds: Int64) { now = now + .seconds(seconds) }

    /// What is due now, as `tracker:event`.
    mutating func due() -> [String] {
        let announces = announcer.takeDue(now: now)
        open += announces
        return announces.map { "\($0.tracker.rawValue):\($0.event)" }
    }

    /// Goes to the next deadline and takes what is due there; empty if there is none.
    mutating func next() -> [String] {
        for _ in 0..<10 {
            guard let deadline = announcer.nextDeadline else { return [] }
            now = max(now, deadline)
            let announces = due()
            if !announces.isEmpty { return announces }
        }
        return ["nothing in 10 deadlines"]
    }

    mutating func reply(interval: Int64 = 1800, min: Int64? = nil) {
        guard !open.isEmpty else { return }
        let schedule = AnnounceSchedule(interval: .seconds(interval), minInterval: min.map { .seconds($0) })
        announcer.replied(open.removeFirst().attempt, schedule: schedule, now: now)
    }

    mutating func fail(_ advice: RetryAdvice = .backOff) {
        guard !open.isEmpty else { return }
        announcer.failed(open.removeFirst().attempt, advice: advice, now: now)
    }
}

extension AnnouncePolicy {
    /// The usual times without any jitter.
    static var exact: AnnouncePolicy {
        var policy = AnnouncePolicy()
        policy.jitter = 0
        policy.backOffJitter = 0
        return policy
    }
}
