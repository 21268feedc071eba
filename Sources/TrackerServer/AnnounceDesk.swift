import Metainfo
import TrackerWire

/// Answers announces and scrapes, whatever protocol they came by.
///
/// Its parts are shared by all event loops; what one loop alone needs comes with each call.
struct AnnounceDesk: Sendable {
    let table: SwarmTable
    let access: AccessList
    let interval: Int
    let defaultPeers: Int
    let maximumPeers: Int

    /// - Parameters:
    ///   - sender: where the request came from.
    ///   - limit: how many peers the protocol has room for.
    ///   - now: seconds on the tracker's clock.
    ///   - sample: receives the peers of the reply.
    func announce(
        _ request: AnnounceRequest, from sender: PeerHost, limit: Int, now: UInt32,
        random: inout some RandomNumberGenerator, into sample: PeerSample
    ) throws(TrackerFailure) -> AnnounceReply {
        let event: SwarmTable.Announce.Event =
            switch request.event {
            case .stopped: .stopped
            case .completed: .completed
            case .none, .started: .regular
            }
        let announce = SwarmTable.Announce(
            infoHash: request.infoHash, peerID: request.peerID, host: host(of: request, sender: sender),
            port: request.port, isSeed: request.left == 0, event: event, wanted: min(wanted(request), limit))
        // Torrents that are tracked already have been looked up before; a new list removes those that went.
        var outcome = table.announce(announce, mayCreate: access.isOpen, now: now, random: &random, into: sample)
        if outcome == .unknownTorrent {
            guard access.allows(request.infoHash) else { throw Self.notListed }
            outcome = table.announce(announce, mayCreate: true, now: now, random: &random, into: sample)
        }
        guard case .counts(let counts) = outcome else { throw Self.full }
        let spread = UInt64(max(0, interval / 10) + 1)
        return AnnounceReply(
            interval: interval + Int(random.next() % spread), minInterval: interval / 2, complete: counts.complete,
            incomplete: counts.incomplete, downloaded: counts.downloaded)
    }

    /// The counts of a torrent; nil if it is not tracked.
    func scrape(_ infoHash: InfoHash) -> ScrapeEntry? {
        guard let counts = table.counts(of: infoHash) else { return nil }
        return ScrapeEntry(
            complete: counts.complete, downloaded: counts.downloaded, incomplete: counts.incomplete)
    }

    private static let notListed = TrackerFailure.refused("this torrent is not registered with this tracker")

    private static let full = TrackerFailure.refused("the tracker is full; try again later")

    /// `ip=` is believed from this machine only: everybody else could send strangers' peers to a victim.
    private func host(of request: AnnounceRequest, sender: PeerHost) -> PeerHost {
        guard let ip = request.ip, sender.isLoopback, !ip.isUnspecified, !ip.isMulticast else { return sender }
        return PeerHost(ip)
    }

    private func wanted(_ request: AnnounceRequest) -> Int {
        request.numWant < 0 ? defaultPeers : min(Int(request.numWant), maximumPeers)
    }
}
