import Metainfo
import TrackerWire

/// Answers announces and scrapes, whatever protocol they came by.
///
/// Its parts are shared by all event loops; what one loop alone needs comes with each call.
struct AnnounceDesk: Sendable {
    let table: SwarmTable
    let access: AccessList
    let policy: AnnounceRules
    let interval: Int
    let defaultPeers: Int
    let maximumPeers: Int
    /// Told of what peers say, when there are other trackers to tell.
    var sync: LiveSync?
    /// Tries to reach new peers, when that is wanted.
    var reachability: ReachabilityChecker?

    /// - Parameters:
    ///   - sender: where the request came from.
    ///   - limit: how many peers the protocol has room for.
    ///   - now: seconds on the tracker's clock.
    ///   - sample: receives the peers of the reply.
    func announce(
        _ request: AnnounceRequest, from sender: PeerHost, limit: Int, now: UInt32,
        random: inout some RandomNumberGenerator, into sample: PeerSample
    ) throws(TrackerFailure) -> AnnounceReply {
        try policy.check(sender, now: now)
        let event: SwarmTable.Announce.Event =
            switch request.event {
            case .stopped: .stopped
            case .completed: .completed
            case .none, .started: .regular
            }
        let (host, innerHost) = policy.hosts(of: request, sender: sender)
        let announce = SwarmTable.Announce(
            infoHash: request.infoHash, peerID: request.peerID, host: host, port: request.port,
            isSeed: request.left == 0, event: event, wanted: min(wanted(request), limit), isPaused: request.isPaused,
            innerHost: innerHost)
        // Torrents that are tracked already have been looked up before; a new list removes those that went.
        var outcome = table.announce(
            announce, mayCreate: access.servesEverything, now: now, random: &random, into: sample)
        if outcome == .unknownTorrent {
            guard access.allows(request.infoHash) else { throw Self.notListed }
            outcome = table.announce(announce, mayCreate: true, now: now, random: &random, into: sample)
        }
        guard case .counts(let counts) = outcome else { throw Self.full }
        sync?.note(announce)
        if sample.announcerIsNew { reachability?.check(announce) }
        let spread = UInt64(max(0, interval / 10) + 1)
        var reply = AnnounceReply(
            interval: interval + Int(random.next() % spread), minInterval: interval / 2, complete: counts.complete,
            incomplete: counts.incomplete, downloaded: counts.downloaded)
        reply.external =
            sender.isIPv6
            ? .v6(high: sender.high, low: sender.low) : .v4(UInt32(truncatingIfNeeded: sender.low))
        return reply
    }

    /// The counts of a torrent; nil if it is not tracked.
    func scrape(_ infoHash: InfoHash) -> ScrapeEntry? {
        table.counts(of: infoHash).map(ScrapeEntry.init)
    }

    private static let notListed = TrackerFailure.refused("this torrent is not registered with this tracker")

    private static let full = TrackerFailure.refused("the tracker is full; try again later")

    private func wanted(_ request: AnnounceRequest) -> Int {
        request.numWant < 0 ? defaultPeers : min(Int(request.numWant), maximumPeers)
    }
}

extension ScrapeEntry {
    init(_ counts: SwarmCounts) {
        self.init(
            complete: counts.complete, downloaded: counts.downloaded, incomplete: counts.incomplete,
            downloaders: counts.partialSeeds > 0 ? counts.incomplete - counts.partialSeeds : nil)
    }
}
