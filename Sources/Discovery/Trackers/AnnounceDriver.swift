import Glibc
import Metainfo
import NIOCore
import TrackerWire

/// Joins the announcer's decisions with the transport and the clock; lives on one event loop.
final class AnnounceDriver {
    private let core: TrackerCore
    private let eventLoop: any EventLoop
    private let board: TrackerBoard
    /// How many of the board's trackers the announcer knows.
    private var knownCount: Int
    private var announcer: Announcer
    private var scrapeDue: NIODeadline?
    private var timer: (alarm: NIOScheduledCallback, deadline: NIODeadline)?
    private lazy var alarm = DriverAlarm(self)
    private var stopping: (promise: EventLoopPromise<Void>, latest: NIODeadline, timer: Scheduled<Void>)?

    /// More peers than this in one reply are left out; no swarm can use them before the next announce.
    static let peerLimit = 2000
    /// A tracker that told its counts within this time is not asked for them again. rTorrent's figure.
    static let scrapeInterval: Int64 = 600

    init(_ core: TrackerCore) {
        self.core = core
        eventLoop = core.eventLoop
        board = core.board
        let list = TrackerList(tiers: core.configuration.tiers)
        knownCount = list.urls.count
        announcer = Announcer(
            tiers: list.tiers, mode: core.configuration.mode, sharedPolicy: core.configuration.sharedPolicy,
            random: core.random)
        catchUp()
    }

    // MARK: What the torrent and the user want

    func start() {
        finishStop()
        announcer.start(isComplete: core.totals().left == 0, now: eventLoop.now)
        advance()
    }

    func completed() {
        announcer.completed(now: eventLoop.now)
        advance()
    }

    func requestPeers() {
        announcer.requestPeers(now: eventLoop.now)
        advance()
    }

    func announce(ignoringMinInterval: Bool) {
        announcer.announce(ignoringMinInterval: ignoringMinInterval, now: eventLoop.now)
        advance()
    }

    func scrape(after delay: TimeAmount) {
        let due = eventLoop.now + delay
        scrapeDue = scrapeDue.map { min($0, due) } ?? due
        advance()
    }

    /// Takes over what the user changed on the board.
    func catchUp() {
        let statuses = board.statuses
        for index in min(knownCount, statuses.count)..<statuses.count {
            announcer.insert(TrackerID(rawValue: index), tier: Int(statuses[index].tier), now: eventLoop.now)
        }
        knownCount = max(knownCount, statuses.count)
        for (index, status) in statuses.enumerated() {
            announcer.setEnabled(
                TrackerID(rawValue: index), status.isEnabled && status.isUsable, now: eventLoop.now)
        }
        advance()
    }

    func stop(timeout: TimeAmount, promise: EventLoopPromise<Void>) {
        if let stopping { return stopping.promise.futureResult.cascade(to: promise) }
        announcer.stop(now: eventLoop.now)
        let latest = eventLoop.now + timeout
        let timer = eventLoop.assumeIsolated().scheduleTask(deadline: latest) { self.finishStop() }
        stopping = (promise, latest, timer)
        advance()
    }

    // MARK: The clock

    /// Sends what is due and sets the timer for what comes.
    private func advance() {
        announcer.numWant = board.wishes.peersWanted
        for announce in announcer.takeDue(now: eventLoop.now) { send(announce) }
        if let due = scrapeDue, due <= eventLoop.now {
            scrapeDue = nil
            sendScrapes()
        }
        setTimer([announcer.nextDeadline, scrapeDue].compactMap(\.self).min())
        publishPlans()
        if stopping != nil, announcer.isStopped { finishStop() }
    }

    private func setTimer(_ deadline: NIODeadline?) {
        guard deadline != timer?.deadline else { return }
        timer?.alarm.cancel()
        timer = nil
        // A callback and not a task: there is one for each torrent, and it needs no promise.
        if let deadline, let callback = try? eventLoop.scheduleCallback(at: deadline, handler: alarm) {
            timer = (callback, deadline)
        }
    }

    fileprivate func alarmRang() {
        timer = nil
        advance()
    }

    private func publishPlans() {
        let (now, time) = (eventLoop.now, Self.unixTime())
        let announcer = announcer
        board.changeAll { index, status in
            let next = announcer.nextAnnounce(to: TrackerID(rawValue: index))
            guard next != status.nextAnnounce else { return }
            status.nextAnnounce = next
            status.nextTime = next.map { time + max(0, ($0 - now).nanoseconds / 1_000_000_000) } ?? 0
        }
    }

    private func finishStop() {
        guard let stopping else { return }
        self.stopping = nil
        stopping.timer.cancel()
        stopping.promise.succeed()
    }

    /// For people: trackers' times are shown by the calendar.
    private static func unixTime() -> Int64 { Int64(Glibc.time(nil)) }

    // MARK: Announces

    private func send(_ announce: Announcer.Announce) {
        let index = announce.tracker.rawValue
        guard let url = url(index) else { return }
        let (configuration, totals) = (core.configuration, core.totals())
        let place = configuration.place?() ?? TrackerClient.AnnouncedPlace(port: configuration.port)
        let trackerID = board.status(index)?.trackerID ?? []
        let request = AnnounceRequest(
            infoHash: configuration.infoHash, peerID: configuration.peerID, port: place.port,
            uploaded: totals.uploaded, downloaded: totals.downloaded, left: totals.left, event: announce.event,
            numWant: announce.numWant, key: configuration.key, ip: place.address,
            trackerID: trackerID.isEmpty ? nil : trackerID)
        board.change(index) { $0.asked(announce.event) }
        let onLoop = NIOLoopBound(self, eventLoop: eventLoop)
        let call = AnnounceCall(
            request, to: url, timeout: stopping.map { $0.latest - eventLoop.now },
            isWanted: { onLoop.value.announcer.isAwaited(announce.attempt) },
            more: { onLoop.value.deliver($0.peers, from: announce.tracker) })
        core.transport.announce(call, on: eventLoop).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let response): self.replied(announce, response)
            case .failure(let error): self.failed(announce, error)
            }
        }
    }

    /// Read anew each time: announces are half an hour apart, and thousands of parsed addresses take more room than their texts.
    private func url(_ index: Int) -> TrackerURL? {
        let added = board.added
        let list = TrackerList(tiers: core.configuration.tiers).urls
        if index < list.count { return list[index] }
        return added.indices.contains(index - list.count) ? added[index - list.count] : nil
    }

    private func replied(_ announce: Announcer.Announce, _ response: AnnounceResponse) {
        let index = announce.tracker.rawValue
        let schedule = AnnounceSchedule(
            interval: .seconds(Int64(response.interval)), minInterval: response.minInterval.map { .seconds(Int64($0)) })
        guard announcer.replied(announce.attempt, schedule: schedule, now: eventLoop.now) else {
            return forgotten(index)
        }
        let times = core.configuration.policy.times(of: schedule)
        board.change(index) { $0.succeeded(announce.event, response, times, time: Self.unixTime()) }
        deliver(response.peers, from: announce.tracker)
        core.report(.replied(index))
        advance()
    }

    private func deliver(_ peers: [PeerAddress], from tracker: TrackerID) {
        let reachable = peers.lazy.filter { $0.port > 0 }.prefix(Self.peerLimit)
        if announcer.phase == .running, !reachable.isEmpty { core.deliver(Array(reachable), tracker) }
    }

    private func failed(_ announce: Announcer.Announce, _ error: any Error) {
        let failure = (error as? AnnounceFailure) ?? AnnounceFailure(String(describing: error))
        let index = announce.tracker.rawValue
        guard announcer.failed(announce.attempt, advice: failure.advice, now: eventLoop.now) else {
            return forgotten(index)
        }
        board.change(index) { $0.failed(failure.description, time: Self.unixTime()) }
        core.report(.failed(index, message: failure.description))
        advance()
    }

    /// An announce ended that nobody waits for any more.
    private func forgotten(_ index: Int) {
        if !announcer.isAsking(TrackerID(rawValue: index)) { board.change(index) { $0.isAnnouncing = false } }
    }

    // MARK: Scrapes

    /// The first tracker of each tier that can tell, unless one of the tier is busy or told lately.
    private func sendScrapes() {
        let time = Self.unixTime()
        let statuses = board.statuses
        var tiers: [Int32: Int] = [:]
        for (index, status) in statuses.enumerated() where status.isUsable && status.isEnabled && status.canScrape {
            if tiers[status.tier] == nil { tiers[status.tier] = index }
        }
        for (tier, index) in tiers {
            let isBusy = statuses.contains { $0.tier == tier && $0.isBusy }
            guard !isBusy, statuses[index].lastScrape + Self.scrapeInterval <= time else { continue }
            sendScrape(index)
        }
    }

    private func sendScrape(_ index: Int) {
        guard let url = url(index) else { return }
        board.change(index) { status in
            status.isScraping = true
            status.latestRequest = .scrape
        }
        let board = board
        core.transport.scrape(core.configuration.infoHash, at: url, on: eventLoop).whenComplete { result in
            board.change(index) { status in
                switch result {
                case .success(let entry): status.scraped(entry, time: Self.unixTime())
                // As rTorrent has it: counts that did not come are no failure of the tracker.
                case .failure: status.isScraping = false
                }
            }
        }
    }
}

/// Wakes a driver; holds it no longer than its owner does.
///
/// Unchecked: made, rung and let go of on the driver's loop alone.
private final class DriverAlarm: NIOScheduledCallbackHandler, @unchecked Sendable {
    private weak var driver: AnnounceDriver?

    init(_ driver: AnnounceDriver) {
        self.driver = driver
    }

    func handleScheduledCallback(eventLoop: some EventLoop) {
        driver?.alarmRang()
    }
}
