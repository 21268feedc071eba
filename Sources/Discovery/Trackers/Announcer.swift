package import NIOCore
package import TrackerWire

/// Names one tracker of a torrent: its place in the announce-list, tiers joined.
package struct TrackerID: Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }
}

/// Decides when which tracker of one torrent hears which event; does no I/O and knows no clock. BEP 3, 12, 31.
///
/// Feed it what happens, then ask `takeDue` what to send and `nextDeadline` when to ask again.
///
/// What it must respect:
/// 1. Tiers are walked in order, a tier only after all trackers of the earlier ones failed; trackers are shuffled once
///    inside their tier, and one that works moves to its front. Each regular announce starts from the top again.
/// 2. The first thing a tracker hears is `started`, again until it answered once; a tracker we fail over to hears it too.
/// 3. `completed` goes out once, until one tracker took it, and never for a torrent that was complete at its start.
/// 4. `stopped` goes to those that got `started`, once, in parallel; it never overtakes an announce on its way.
/// 5. No announce before a tracker's minimal interval, unless the event itself is news.
/// 6. A failing tracker is asked less and less often, at random moments.
/// 7. A tracker that the user disabled hears nothing, not even `stopped`.
package struct Announcer: Sendable {
    /// One message to send.
    package struct Announce: Hashable, Sendable {
        package let tracker: TrackerID
        package let event: AnnounceEvent
        package let numWant: Int32
        /// Names this message when its outcome is told; outcomes of forgotten messages are ignored.
        package let attempt: UInt64
    }

    package enum Phase: Hashable, Sendable { case idle, running, stopping }

    package private(set) var phase = Phase.idle
    /// How many peers the next announces ask for; `stopped` asks for none.
    package var numWant: Int32 = -1

    var trackers = TrackerRecords()
    var chains: [AnnounceChain] = []
    private let sharedPolicy: SharedPolicy
    private let mode: AnnounceMode
    private var random: any RandomNumberGenerator & Sendable
    private var lastAttempt: UInt64 = 0
    private var wasComplete = false
    private var stopGraceEnd = NIODeadline.distantFuture

    var policy: AnnouncePolicy { sharedPolicy.policy }

    /// - Parameter tiers: the usable trackers, best tier first; empty tiers are skipped.
    package init(
        tiers: [[TrackerID]], mode: AnnounceMode = .firstWorking, policy: AnnouncePolicy = AnnouncePolicy(),
        random: any RandomNumberGenerator & Sendable
    ) {
        self.init(tiers: tiers, mode: mode, sharedPolicy: SharedPolicy(policy), random: random)
    }

    init(
        tiers: [[TrackerID]], mode: AnnounceMode, sharedPolicy: SharedPolicy,
        random: any RandomNumberGenerator & Sendable
    ) {
        self.sharedPolicy = sharedPolicy
        self.mode = mode
        self.random = random
        for (tier, ids) in tiers.enumerated() {
            for id in ids.shuffled(using: &self.random) { place(AnnounceChain.Member(id: id, tier: tier)) }
        }
    }

    private mutating func place(_ member: AnnounceChain.Member) {
        let chain: Int? =
            switch mode {
            case .firstWorking: chains.indices.first
            case .eachTier: chains.firstIndex { $0.order.first?.tier == member.tier }
            case .everyTracker: nil
            }
        if let chain { chains[chain].insert(member) } else { chains.append(AnnounceChain([member])) }
        trackers[member.id] = TrackerRecord(chain: chain ?? chains.count - 1)
    }

    // MARK: The user's wishes

    /// A tracker joins, at the end of its tier; it is asked at once if no other one of its chain works.
    package mutating func insert(_ id: TrackerID, tier: Int, now: NIODeadline) {
        place(AnnounceChain.Member(id: id, tier: tier))
        wake(id, now: now)
    }

    /// A tracker is to be asked from now on, or to be left alone.
    package mutating func setEnabled(_ id: TrackerID, _ isEnabled: Bool, now: NIODeadline) {
        guard let tracker = trackers[id], tracker.isEnabled != isEnabled else { return }
        trackers[id]?.isEnabled = isEnabled
        if isEnabled { wake(id, now: now) }
    }

    /// An announce is wanted now. A tracker that fails is asked again unless it named a time itself; one that works may be asked
    /// once its minimal interval is over. With `ignoringMinInterval` neither holds.
    package mutating func announce(ignoringMinInterval: Bool, now: NIODeadline) {
        guard phase == .running else { return }
        for id in trackers.ids {
            if let tracker = trackers[id], ignoringMinInterval || !tracker.waitIsItsWish {
                trackers[id]?.notBefore = now
            }
        }
        for index in chains.indices {
            chains[index].due = ignoringMinInterval ? now : min(chains[index].due, max(now, chains[index].earliest))
        }
    }

    /// A tracker can be asked that could not before: no need to wait if there is none that works.
    private mutating func wake(_ id: TrackerID, now: NIODeadline) {
        guard phase == .running, let chain = trackers[id]?.chain else { return }
        let works = chains[chain].order.contains { trackers[$0.id]?.isWorking ?? false }
        if !works { chains[chain].due = min(chains[chain].due, max(now, chains[chain].earliest)) }
    }

    // MARK: What happens

    /// The torrent starts: everything known about the trackers but their order is forgotten.
    package mutating func start(isComplete: Bool, now: NIODeadline) {
        phase = .running
        wasComplete = isComplete
        for id in trackers.ids { trackers[id]?.reset() }
        for index in chains.indices { chains[index].reset(due: now) }
    }

    /// The last piece was verified.
    package mutating func completed(now: NIODeadline) {
        guard phase == .running, !wasComplete else { return }
        wasComplete = true
        for index in chains.indices {
            chains[index].owesCompleted = true
            chains[index].due = now
        }
    }

    /// The swarm could use more peers: the next regular announces are moved forward as far as trackers allow.
    package mutating func requestPeers(now: NIODeadline) {
        guard phase == .running else { return }
        for index in chains.indices {
            chains[index].due = min(chains[index].due, max(now, chains[index].earliest))
        }
    }

    /// The torrent stops; feed outcomes and time until `isStopped`.
    package mutating func stop(now: NIODeadline) {
        guard phase == .running else { return }
        phase = .stopping
        stopGraceEnd = now + policy.stopGrace
        for id in trackers.ids { trackers[id]?.owesStopped = true }
    }

    /// A tracker answered.
    ///
    /// - Returns: false if nobody waits for this outcome any more.
    @discardableResult
    package mutating func replied(_ attempt: UInt64, schedule: AnnounceSchedule, now: NIODeadline) -> Bool {
        guard let (id, event) = settle(attempt) else { return false }
        guard event != .stopped else { return true }
        let chain = trackers[id]?.chain ?? 0
        trackers[id]?.succeeded(event)
        chains[chain].moveToFront(id)
        if event == .completed { chains[chain].owesCompleted = false }
        let times = policy.times(of: schedule)
        let jitter = min(times.interval * policy.jitter, policy.maxJitter)
        chains[chain].due = chains[chain].owesCompleted ? now : now + times.interval + randomShare(of: jitter)
        chains[chain].earliest = now + times.minInterval
        return true
    }

    /// An announce failed: no answer, no sense in it, or a refusal.
    ///
    /// - Returns: false if nobody waits for this outcome any more.
    @discardableResult
    package mutating func failed(_ attempt: UInt64, advice: RetryAdvice = .backOff, now: NIODeadline) -> Bool {
        guard let (id, event) = settle(attempt) else { return false }
        guard event != .stopped, var tracker = trackers[id] else { return true }
        tracker.failures += 1
        tracker.waitIsItsWish = advice != .backOff
        switch advice {
        case .backOff:
            let wait = policy.backOff(failures: tracker.failures)
            tracker.notBefore = now + wait + randomShare(of: wait * policy.backOffJitter)
        case .after(let wait): tracker.notBefore = now + wait.clamped(to: policy.retryIn)
        case .never: tracker.notBefore = .distantFuture
        }
        trackers[id] = tracker
        // Now, so that the walk goes on to the next tracker; if none is ready, `takeDue` finds the time to wait for.
        chains[tracker.chain].due = now
        return true
    }

    // MARK: What to do

    /// The announces to send now; each is in flight until its outcome is told.
    package mutating func takeDue(now: NIODeadline) -> [Announce] {
        switch phase {
        case .idle: []
        case .running: takeRegular(now: now)
        case .stopping: takeStopped(now: now)
        }
    }

    /// When `takeDue` may have something without anything happening before; nil: never.
    package var nextDeadline: NIODeadline? {
        switch phase {
        case .idle: return nil
        case .running: return chains.filter { $0.inFlight == nil && $0.due < .distantFuture }.map(\.due).min()
        case .stopping: return trackers.contains(where: \.waitsForGrace) ? stopGraceEnd : nil
        }
    }

    /// Whether a stop is through: all trackers were told or gave up.
    package var isStopped: Bool {
        switch phase {
        case .idle: true
        case .running: false
        case .stopping: !trackers.contains { $0.inFlight != nil || ($0.owesStopped && $0.knowsUs && $0.isEnabled) }
        }
    }

    /// When this tracker will be asked next if nothing happens before; nil if it waits behind another one.
    package func nextAnnounce(to id: TrackerID) -> NIODeadline? {
        guard phase == .running, let tracker = trackers[id] else { return nil }
        let chain = chains[tracker.chain]
        guard chain.inFlight == nil, chain.due < .distantFuture else { return nil }
        return candidate(of: chain, at: chain.due) == id ? chain.due : nil
    }

    // MARK: Inside

    private mutating func takeRegular(now: NIODeadline) -> [Announce] {
        var due: [Announce] = []
        for index in chains.indices where chains[index].inFlight == nil && chains[index].due <= now {
            let chain = chains[index]
            if let id = candidate(of: chain, at: now), let tracker = trackers[id] {
                let event: AnnounceEvent = tracker.knowsUs ? (chain.owesCompleted ? .completed : .none) : .started
                due.append(send(event, to: id))
                chains[index].inFlight = id
            } else {
                chains[index].due = chain.order.compactMap { ready($0.id) }.min() ?? .distantFuture
            }
        }
        return due
    }

    private mutating func takeStopped(now: NIODeadline) -> [Announce] {
        var due: [Announce] = []
        for id in trackers.ids {
            guard let tracker = trackers[id], tracker.owesStopped else { continue }
            guard tracker.isEnabled else {
                trackers[id]?.owesStopped = false
                trackers[id]?.inFlight = nil
                continue
            }
            if tracker.inFlight != nil && now < stopGraceEnd { continue }
            if chains[tracker.chain].owesCompleted, tracker.knowsUs, tracker.failures == 0, now < stopGraceEnd {
                // The torrent became complete while an announce was on its way; this is the last chance to say so.
                chains[tracker.chain].owesCompleted = false
                due.append(send(.completed, to: id))
                continue
            }
            // One whose `started` is still unanswered may know us all the same.
            let mayKnowUs = tracker.knowsUs || tracker.inFlight?.event == .started
            trackers[id]?.owesStopped = false
            trackers[id]?.inFlight = nil
            if mayKnowUs { due.append(send(.stopped, to: id)) }
        }
        return due
    }

    private mutating func send(_ event: AnnounceEvent, to id: TrackerID) -> Announce {
        lastAttempt += 1
        trackers[id]?.inFlight = (lastAttempt, event)
        return Announce(
            tracker: id, event: event, numWant: event == .stopped ? 0 : numWant, attempt: lastAttempt)
    }

    /// Takes a message out of flight; nil if it was forgotten meanwhile.
    private mutating func settle(_ attempt: UInt64) -> (TrackerID, AnnounceEvent)? {
        for id in trackers.ids {
            guard let tracker = trackers[id], let inFlight = tracker.inFlight, inFlight.attempt == attempt else {
                continue
            }
            trackers[id]?.inFlight = nil
            if chains[tracker.chain].inFlight == id { chains[tracker.chain].inFlight = nil }
            return (id, inFlight.event)
        }
        return nil
    }

    private func candidate(of chain: AnnounceChain, at time: NIODeadline) -> TrackerID? {
        chain.order.first { member in ready(member.id).map { $0 <= time } ?? false }?.id
    }

    /// From when on a tracker may be asked; nil while it is disabled.
    private func ready(_ id: TrackerID) -> NIODeadline? {
        trackers[id].flatMap { $0.isEnabled ? $0.notBefore : nil }
    }

    /// Whether an announce to this tracker is on its way.
    package func isAsking(_ id: TrackerID) -> Bool { trackers[id]?.inFlight != nil }

    /// Whether somebody still waits for this outcome.
    package func isAwaited(_ attempt: UInt64) -> Bool {
        trackers.contains { $0.inFlight?.attempt == attempt }
    }

    private mutating func randomShare(of amount: TimeAmount) -> TimeAmount {
        .nanoseconds(Int64.random(in: 0...max(0, amount.nanoseconds), using: &random))
    }
}

extension TimeAmount {
    fileprivate static func * (amount: TimeAmount, factor: Double) -> TimeAmount {
        .nanoseconds(Int64(Double(amount.nanoseconds) * factor))
    }
}
