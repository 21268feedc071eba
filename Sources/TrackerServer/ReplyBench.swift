import NIOCore
import TrackerWire

/// What answering needs: the desk, and memory that is used again for each reply.
///
/// Belongs to one thread; not `Sendable`.
final class ReplyBench {
    let desk: AnnounceDesk
    let clock: TrackerClock
    let sample: PeerSample
    var replies = HTTPReplyWriter()
    let counters: TrackerCounters
    let log: TrackerLog?
    let scrape: TrackerConfiguration.Audience
    /// A scrape without names goes to the pages.
    let servesFullScrape: Bool
    private var random: FastRandom

    init(desk: AnnounceDesk, configuration: TrackerConfiguration, counters: TrackerCounters, log: TrackerLog?) {
        self.desk = desk
        self.counters = counters
        self.log = log
        scrape = configuration.scrape
        servesFullScrape = configuration.fullScrape != .nobody
        clock = configuration.clock
        sample = PeerSample(capacity: configuration.maximumPeersPerReply)
        var random = SystemRandomNumberGenerator()
        self.random = FastRandom(seed: random.next())
    }

    /// Takes in an announce; the peers of the reply lie in `sample`.
    func announce(
        _ request: AnnounceRequest, from sender: PeerHost, limit: Int, now: UInt32
    ) throws(TrackerFailure) -> AnnounceReply {
        try desk.announce(request, from: sender, limit: limit, now: now, random: &random, into: sample)
    }
}

/// What the front ends on one event loop share.
///
/// Belongs to its loop; not `Sendable`.
final class TrackerLoop {
    let bench: ReplyBench
    let connectionIDs: ConnectionIDs
    let connections: ConnectionRoster
    let pages: PageServer
    let pageExecutor: PageExecutor
    let requestTimeout: UInt32
    let idleTimeout: UInt32

    init(
        bench: ReplyBench, connectionIDs: ConnectionIDs, configuration: TrackerConfiguration,
        pages: @escaping PageServer, pageExecutor: PageExecutor
    ) {
        self.bench = bench
        self.connectionIDs = connectionIDs
        self.pages = pages
        self.pageExecutor = pageExecutor
        connections = ConnectionRoster(limit: configuration.maximumConnectionsPerLoop, clock: configuration.clock)
        requestTimeout = configuration.requestTimeout
        idleTimeout = configuration.idleTimeout
    }
}
