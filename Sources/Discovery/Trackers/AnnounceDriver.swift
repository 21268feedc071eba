import Metainfo
import NIOCore
import TrackerWire

/// Joins the announcer's decisions with the transport and the clock; lives on one event loop.
final class AnnounceDriver {
    /// The torrent, as trackers need it.
    struct Surroundings: Sendable {
        let totals: @Sendable () -> TransferTotals
        let deliver: @Sendable ([PeerAddress]) -> Void
        let report: @Sendable (TrackerStatus) -> Void
    }

    private let configuration: TrackerClient.Configuration
    private let eventLoop: any EventLoop
    private let transport: any AnnounceTransport
    private let published: PublishedStatuses
    private let surroundings: Surroundings
    private let urls: [TrackerURL?]
    private var statuses: [TrackerStatus]
    private var announcer: Announcer
    /// What trackers gave us to send back; by place in the announce-list.
    private var trackerIDs: [Int: [UInt8]] = [:]
    private var timer: Scheduled<Void>?
    private var stopping: (promise: EventLoopPromise<Void>, latest: NIODeadline, timer: Scheduled<Void>)?

    /// More peers than this in one reply are left out; no swarm can use them before the next announce.
    static let peerLimit = 2000

    init(
        configuration: TrackerClient.Configuration, list: TrackerList, eventLoop: any EventLoop,
        transport: any AnnounceTransport, random: any RandomNumberGenerator & Sendable,
        published: PublishedStatuses, surroundings: Surroundings
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.transport = transport
        self.published = published
        self.surroundings = surroundings
        urls = list.urls
        statuses = list.statuses
        announcer = Announcer(
            tiers: list.tiers, mode: configuration.mode, policy: configuration.policy, random: random)
        announcer.numWant = configuration.numWant
    }

    func start() {
        finishStop()
        announcer.start(isComplete: surroundings.totals().left == 0, now: eventLoop.now)
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

    func stop(timeout: TimeAmount, promise: EventLoopPromise<Void>) {
        if let stopping { return stopping.promise.futureResult.cascade(to: promise) }
        announcer.stop(now: eventLoop.now)
        let latest = eventLoop.now + timeout
        let timer = eventLoop.assumeIsolated().scheduleTask(deadline: latest) { self.finishStop() }
        stopping = (promise, latest, timer)
        advance()
    }

    /// Sends what is due and sets the timer for what comes.
    private func advance() {
        for announce in announcer.takeDue(now: eventLoop.now) { send(announce) }
        timer?.cancel()
        timer = announcer.nextDeadline.map { deadline in
            eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in self?.advance() }
        }
        publish()
        if stopping != nil, announcer.isStopped { finishStop() }
    }

    private func send(_ announce: Announcer.Announce) {
        let index = announce.tracker.rawValue
        guard let url = urls[index] else { return }
        let totals = surroundings.totals()
        let request = AnnounceRequest(
            infoHash: configuration.infoHash, peerID: configuration.peerID, port: configuration.port,
            uploaded: totals.uploaded, downloaded: totals.downloaded, left: totals.left, event: announce.event,
            numWant: announce.numWant, key: configuration.key, trackerID: trackerIDs[index])
        let timeout = stopping.map { $0.latest - eventLoop.now }
        statuses[index].isAnnouncing = true
        transport.announce(request, to: url, timeout: timeout, on: eventLoop).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let response): self.replied(announce, response)
            case .failure(let error): self.failed(announce, error)
            }
        }
    }

    private func replied(_ announce: Announcer.Announce, _ response: AnnounceResponse) {
        let index = announce.tracker.rawValue
        let schedule = AnnounceSchedule(
            interval: .seconds(Int64(response.interval)), minInterval: response.minInterval.map { .seconds(Int64($0)) })
        guard announcer.replied(announce.attempt, schedule: schedule, now: eventLoop.now) else { return }
        if let id = response.trackerID { trackerIDs[index] = id }
        statuses[index].succeeded(announce.event, response, configuration.policy.times(of: schedule))
        let peers = response.peers.lazy.filter { $0.port > 0 }.prefix(Self.peerLimit)
        if announcer.phase == .running, !peers.isEmpty { surroundings.deliver(Array(peers)) }
        advance()
    }

    private func failed(_ announce: Announcer.Announce, _ error: any Error) {
        let failure = (error as? AnnounceFailure) ?? AnnounceFailure(String(describing: error))
        guard announcer.failed(announce.attempt, advice: failure.advice, now: eventLoop.now) else { return }
        statuses[announce.tracker.rawValue].failed(failure.description)
        advance()
    }

    private func publish() {
        let before = published.snapshot()
        for index in statuses.indices {
            statuses[index].nextAnnounce = announcer.nextAnnounce(to: TrackerID(rawValue: index))
            guard statuses[index] != before[index] else { continue }
            published.replace(index, with: statuses[index])
            surroundings.report(statuses[index])
        }
    }

    private func finishStop() {
        guard let stopping else { return }
        self.stopping = nil
        stopping.timer.cancel()
        timer?.cancel()
        stopping.promise.succeed()
    }
}

extension TrackerStatus {
    fileprivate mutating func succeeded(
        _ event: AnnounceEvent, _ response: AnnounceResponse, _ times: (interval: TimeAmount, minInterval: TimeAmount)
    ) {
        isAnnouncing = false
        isWorking = true
        lastEvent = event
        lastError = nil
        warning = response.warning
        failures = 0
        successes += 1
        // A tracker that leaves the counts out has not changed its mind about them.
        seeds = response.complete ?? seeds
        leechers = response.incomplete ?? leechers
        downloaded = response.downloaded ?? downloaded
        peers = response.peers.count
        (interval, minInterval) = times
    }

    fileprivate mutating func failed(_ sentence: String) {
        isAnnouncing = false
        isWorking = false
        lastError = sentence
        failures += 1
    }
}
