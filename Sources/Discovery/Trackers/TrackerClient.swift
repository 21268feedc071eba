package import Metainfo
package import NIOCore
import TrackerWire

/// The trackers of one torrent: announces when it is time and hands out the peers they name.
///
/// Its event loop owns the state; every method may be called from any thread. One that is never started costs little more than the
/// statuses of its trackers.
package final class TrackerClient: Sendable {
    package struct Configuration: Sendable {
        package var infoHash: InfoHash
        package var peerID: PeerID
        /// Where we listen.
        package var port: UInt16
        /// Proves to trackers that we are the same peer after our address changed.
        package var key: UInt32
        /// As the metainfo has them, best tier first. BEP 12.
        package var tiers: [[String]]
        package var mode = AnnounceMode.firstWorking
        package var policy: AnnouncePolicy {
            get { sharedPolicy.policy }
            set { sharedPolicy = SharedPolicy(newValue) }
        }
        private(set) var sharedPolicy = SharedPolicy.usual
        /// Peers to ask for.
        package var numWant: Int32 = 100
        /// What trackers are told of our place when it may change: asked on the event loop for each announce. Nil: `port`, and
        /// no address.
        package var place: (@Sendable () -> AnnouncedPlace)?

        package init(infoHash: InfoHash, peerID: PeerID, port: UInt16, key: UInt32, tiers: [[String]]) {
            self.infoHash = infoHash
            self.peerID = peerID
            self.port = port
            self.key = key
            self.tiers = tiers
        }
    }

    /// Where we say that we can be reached.
    package struct AnnouncedPlace: Sendable, Hashable {
        package var port: UInt16
        /// Nil leaves it to the tracker, which sees where we come from.
        package var address: PeerAddress?

        package init(port: UInt16, address: PeerAddress? = nil) {
            self.port = port
            self.address = address
        }
    }

    private let core: TrackerCore
    private let driver: NIOLoopBoundBox<AnnounceDriver?>

    /// - Parameters:
    ///   - transport: shared by all torrents; must outlive this client's last announce.
    ///   - totals: called on the event loop for each announce.
    ///   - deliver: gets each reply's peers on the event loop, and whose they are; bounded in number, without port 0; duplicates
    ///     and our own address are left in. May call `note(newPeers:from:)` later.
    ///   - report: told on the event loop how each announce ended, after the statuses say so.
    package init(
        configuration: Configuration, eventLoop: any EventLoop, transport: any AnnounceTransport,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        totals: @escaping @Sendable () -> TransferTotals,
        deliver: @escaping @Sendable ([PeerAddress], TrackerID) -> Void,
        report: @escaping @Sendable (TrackerNews) -> Void = { _ in }
    ) {
        core = TrackerCore(
            configuration: configuration, eventLoop: eventLoop, transport: transport, random: random, totals: totals,
            deliver: deliver, report: report)
        driver = .makeBoxSendingValue(nil, eventLoop: eventLoop)
    }

    /// Announces `started`. Whether the torrent is complete by then decides if `completed` is ever sent.
    package func start() {
        run { $0.start() }
    }

    /// The last piece was verified.
    package func completed() {
        runIfThere { $0.completed() }
    }

    /// More peers are wanted: announces as soon as the trackers' minimal intervals allow.
    package func announceNow() {
        runIfThere { $0.requestPeers() }
    }

    /// The user wants an announce: trackers that fail are asked again at once, those that work when their minimal interval is over,
    /// or at once as well.
    package func announce(ignoringMinInterval: Bool) {
        runIfThere { $0.announce(ignoringMinInterval: ignoringMinInterval) }
    }

    /// Asks for the counts of the first usable tracker of each tier that did not tell them within ten minutes; also while stopped.
    /// BEP 48, BEP 15.
    package func scrape(after delay: TimeAmount) {
        run { $0.scrape(after: delay) }
    }

    /// A tracker that is disabled hears nothing, not even `stopped`.
    ///
    /// - Parameter index: its place in `statuses()`; others are ignored.
    package func setEnabled(_ index: Int, _ isEnabled: Bool) {
        core.board.change(index) { $0.isEnabled = isEnabled }
        runIfThere { $0.catchUp() }
    }

    /// UDP trackers may be asked, or are left alone as if they were disabled.
    package func setUsesUDP(_ usesUDP: Bool) {
        guard core.board.wishes.usesUDP != usesUDP else { return }
        core.board.wish { $0.usesUDP = usesUDP }
        core.board.changeAll { _, status in
            if status.kind == .udp, (try? TrackerURL(status.url)) != nil { status.isUsable = usesUDP }
        }
        runIfThere { $0.catchUp() }
    }

    /// Adds a tracker at the end of its tier; it comes last in `statuses()`.
    ///
    /// One on this machine with a strange path is listed and never asked.
    ///
    /// - Returns: false when it is no tracker's address or there already, or there are too many.
    package func add(_ url: String, tier: Int) -> Bool {
        let parsed: TrackerURL
        do throws(TrackerURLError) {
            parsed = try TrackerURL(url)
        } catch {
            // A tracker by its form, but none that we ask: users shall see why.
            guard error == .strangeLocalPath else { return false }
            return core.board.add(unusable: url, tier: max(0, tier), error)
        }
        guard core.board.add(parsed, tier: max(0, tier)) else { return false }
        runIfThere { $0.catchUp() }
        return true
    }

    /// Peers that the next announces ask for; -1 leaves it to the tracker.
    package func setPeersWanted(_ count: Int32) {
        core.board.wish { $0.peersWanted = count }
    }

    /// How many of the peers that were delivered last nobody had named before.
    package func note(newPeers count: Int, from tracker: TrackerID) {
        core.board.change(tracker.rawValue) { $0.newPeers = Int32(clamping: count) }
    }

    /// Announces `stopped` to all trackers that know us, at the same time.
    ///
    /// - Parameter timeout: returns by then at the latest, whatever the trackers do.
    package func stop(timeout: TimeAmount) async {
        let promise = core.eventLoop.makePromise(of: Void.self)
        let driver = driver
        core.eventLoop.execute {
            if let driver = driver.value { driver.stop(timeout: timeout, promise: promise) } else { promise.succeed() }
        }
        try? await promise.futureResult.get()
    }

    /// How many there are, as `statuses` counts.
    package var count: Int { core.board.count }

    /// One for each tracker, in the order of the metainfo, added ones behind.
    package func statuses() -> [TrackerStatus] {
        core.board.statuses
    }

    private func run(_ body: @escaping @Sendable (AnnounceDriver) -> Void) {
        onLoop { driver, core in
            let running = driver.value ?? AnnounceDriver(core)
            driver.value = running
            body(running)
        }
    }

    /// For what makes no sense for a torrent that was never started.
    private func runIfThere(_ body: @escaping @Sendable (AnnounceDriver) -> Void) {
        onLoop { driver, _ in
            if let driver = driver.value { body(driver) }
        }
    }

    private func onLoop(_ body: @escaping @Sendable (NIOLoopBoundBox<AnnounceDriver?>, TrackerCore) -> Void) {
        let (driver, core) = (driver, core)
        if core.eventLoop.inEventLoop {
            body(driver, core)
        } else {
            core.eventLoop.execute { body(driver, core) }
        }
    }
}

/// What a torrent's trackers need besides their state; shared by client and driver.
final class TrackerCore: Sendable {
    let configuration: TrackerClient.Configuration
    let eventLoop: any EventLoop
    let transport: any AnnounceTransport
    let random: any RandomNumberGenerator & Sendable
    let totals: @Sendable () -> TransferTotals
    let deliver: @Sendable ([PeerAddress], TrackerID) -> Void
    let report: @Sendable (TrackerNews) -> Void
    let board: TrackerBoard

    init(
        configuration: TrackerClient.Configuration, eventLoop: any EventLoop, transport: any AnnounceTransport,
        random: any RandomNumberGenerator & Sendable, totals: @escaping @Sendable () -> TransferTotals,
        deliver: @escaping @Sendable ([PeerAddress], TrackerID) -> Void,
        report: @escaping @Sendable (TrackerNews) -> Void
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.transport = transport
        self.random = random
        self.totals = totals
        self.deliver = deliver
        self.report = report
        board = TrackerBoard(
            TrackerList(tiers: configuration.tiers).statuses, peersWanted: configuration.numWant)
    }
}
