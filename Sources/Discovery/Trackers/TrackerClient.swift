package import Metainfo
package import NIOCore
import Synchronization
import TrackerWire

/// The trackers of one torrent: announces when it is time and hands out the peers they name.
///
/// Its event loop owns the state; every method may be called from any thread.
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
        package var policy = AnnouncePolicy()
        /// Peers to ask for.
        package var numWant: Int32 = 100

        package init(infoHash: InfoHash, peerID: PeerID, port: UInt16, key: UInt32, tiers: [[String]]) {
            self.infoHash = infoHash
            self.peerID = peerID
            self.port = port
            self.key = key
            self.tiers = tiers
        }
    }

    private let eventLoop: any EventLoop
    private let driver: NIOLoopBoundBox<AnnounceDriver>
    private let published: PublishedStatuses

    /// - Parameters:
    ///   - transport: shared by all torrents; must outlive this client's last announce.
    ///   - totals: called on the event loop for each announce.
    ///   - deliver: gets each reply's peers on the event loop, bounded in number, without port 0; duplicates and our own
    ///     address are left in.
    ///   - report: told on the event loop whenever a tracker's status changes.
    package init(
        configuration: Configuration, eventLoop: any EventLoop, transport: any AnnounceTransport,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        totals: @escaping @Sendable () -> TransferTotals, deliver: @escaping @Sendable ([PeerAddress]) -> Void,
        report: @escaping @Sendable (TrackerStatus) -> Void = { _ in }
    ) {
        self.eventLoop = eventLoop
        let list = TrackerList(tiers: configuration.tiers)
        published = PublishedStatuses(list.statuses)
        driver = .makeBoxSendingValue(
            AnnounceDriver(
                configuration: configuration, list: list, eventLoop: eventLoop, transport: transport, random: random,
                published: published, surroundings: .init(totals: totals, deliver: deliver, report: report)),
            eventLoop: eventLoop)
    }

    /// Announces `started`. Whether the torrent is complete by then decides if `completed` is ever sent.
    package func start() {
        run { $0.start() }
    }

    /// The last piece was verified.
    package func completed() {
        run { $0.completed() }
    }

    /// More peers are wanted: announces as soon as the trackers' minimal intervals allow.
    package func announceNow() {
        run { $0.requestPeers() }
    }

    /// The user wants an announce: trackers that fail are asked again at once, those that work when their minimal interval is over,
    /// or at once as well.
    package func announce(ignoringMinInterval: Bool) { preconditionFailure("skeleton") }

    /// Asks for the counts of the first usable tracker of each tier; also while stopped. BEP 48.
    package func scrape(after delay: TimeAmount) { preconditionFailure("skeleton") }

    /// A tracker that is disabled hears nothing, not even `stopped`.
    ///
    /// - Parameter index: its place in `statuses()`; others are ignored.
    package func setEnabled(_ index: Int, _ isEnabled: Bool) { preconditionFailure("skeleton") }

    /// Adds a tracker at the end of its tier; it comes last in `statuses()`.
    ///
    /// - Returns: false when the address cannot be used or is there already, or there are too many.
    package func add(_ url: String, tier: Int) -> Bool { preconditionFailure("skeleton") }

    /// Peers that the next announces ask for; -1 leaves it to the tracker.
    package func setPeersWanted(_ count: Int32) { preconditionFailure("skeleton") }

    /// Announces `stopped` to all trackers that know us, at the same time.
    ///
    /// - Parameter timeout: returns by then at the latest, whatever the trackers do.
    package func stop(timeout: TimeAmount) async {
        let promise = eventLoop.makePromise(of: Void.self)
        run { $0.stop(timeout: timeout, promise: promise) }
        try? await promise.futureResult.get()
    }

    /// One for each tracker, in the order of the metainfo.
    package func statuses() -> [TrackerStatus] {
        published.snapshot()
    }

    private func run(_ body: @escaping @Sendable (AnnounceDriver) -> Void) {
        let driver = driver
        if eventLoop.inEventLoop {
            body(driver.value)
        } else {
            eventLoop.execute { body(driver.value) }
        }
    }
}

/// The statuses of a torrent's trackers, written by one loop and read anywhere.
final class PublishedStatuses: Sendable {
    private let statuses: Mutex<[TrackerStatus]>

    init(_ initial: [TrackerStatus]) {
        statuses = Mutex(initial)
    }

    func snapshot() -> [TrackerStatus] {
        statuses.withLock { $0 }
    }

    func replace(_ index: Int, with status: TrackerStatus) {
        statuses.withLock { $0[index] = status }
    }
}

/// A torrent's announce-list, each address checked and asked once only.
struct TrackerList: Sendable {
    /// In the order of the metainfo, tiers joined.
    private(set) var statuses: [TrackerStatus] = []
    /// The same places; nil for addresses that cannot be used.
    private(set) var urls: [TrackerURL?] = []
    /// The usable ones.
    private(set) var tiers: [[TrackerID]] = []

    /// Trackers beyond this are left out: a hostile torrent must not make us ask thousands.
    static let limit = 256

    init(tiers texts: [[String]]) {
        var seen: Set<TrackerURL> = []
        for (tier, texts) in texts.enumerated() {
            var usable: [TrackerID] = []
            for text in texts {
                guard statuses.count < Self.limit else { break }
                var status = TrackerStatus(url: TrackerFailure.cleaned(text.utf8), tier: tier)
                var url: TrackerURL?
                do {
                    let parsed = try TrackerURL(text)
                    guard seen.insert(parsed).inserted else { continue }
                    url = parsed
                    usable.append(TrackerID(rawValue: statuses.count))
                } catch {
                    status.isUsable = false
                    status.lastError = error.description
                }
                statuses.append(status)
                urls.append(url)
            }
            tiers.append(usable)
        }
    }
}
