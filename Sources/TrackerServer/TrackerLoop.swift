import NIOCore
import TrackerWire

/// What the front ends on one event loop share: memory that is used again for each reply, and connections to watch.
///
/// Belongs to its loop; not `Sendable`.
final class TrackerLoop {
    let desk: AnnounceDesk
    let connectionIDs: ConnectionIDs
    let clock: TrackerClock
    let pages: @Sendable (PageRequest) -> PageReply
    let sample: PeerSample
    var random: FastRandom
    var replies = HTTPReplyWriter()
    let connections: ConnectionRoster
    let requestTimeout: UInt32
    let idleTimeout: UInt32

    init(
        desk: AnnounceDesk, connectionIDs: ConnectionIDs, configuration: TrackerConfiguration,
        pages: @escaping @Sendable (PageRequest) -> PageReply, seed: UInt64
    ) {
        self.desk = desk
        self.connectionIDs = connectionIDs
        self.pages = pages
        clock = configuration.clock
        sample = PeerSample(capacity: configuration.maximumPeersPerReply)
        random = FastRandom(seed: seed)
        connections = ConnectionRoster(limit: configuration.maximumConnectionsPerLoop, clock: configuration.clock)
        requestTimeout = configuration.requestTimeout
        idleTimeout = configuration.idleTimeout
    }

    func announce(
        _ request: AnnounceRequest, from sender: PeerHost, limit: Int, now: UInt32
    ) throws(TrackerFailure) -> AnnounceReply {
        try desk.announce(request, from: sender, limit: limit, now: now, random: &random, into: sample)
    }
}
