import Discovery
package import Metainfo
package import NIOCore
import NIOPosix
import SwarmCore
import Synchronization

/// A search for the info dictionary of a torrent of which only the hash is known, as a magnet link names it: with its trackers,
/// and the peers they and the link name (BEP 9).
///
/// Goes on as long as it is kept and not stopped; stop it before the engine is shut down. Any thread may call.
package final class MetadataSearch: Sendable {
    private static let farewell = TimeAmount.seconds(5)

    private let swarm: MetadataSwarm
    private let trackers: TrackerClient
    private let isOver = Atomic(false)

    /// - Parameter deliver: called once with the bytes of `info`, on some event loop; must not block.
    init(
        _ engine: EngineParts, infoHash: InfoHash, tiers: [[String]], peers: [PeerAddress],
        deliver: @escaping @Sendable ([UInt8]) -> Void
    ) {
        var configuration = MetadataSwarm.Configuration(infoHash: infoHash, peerID: engine.configuration.peerID)
        configuration.clientName = engine.configuration.userAgent
        configuration.listenPort = engine.face.port
        // The swarm tells the trackers of its wishes, and they tell it of peers: one of the two must be named later.
        let known = TrackerBox()
        let swarm = MetadataSwarm(
            configuration: configuration, resources: engine.resources, loop: engine.nextLoop()
        ) { event in
            switch event {
            case .wantsPeers: known.client?.announceNow()
            case .fetched(let bytes):
                Self.leave(known.client)
                deliver(bytes)
            }
        }
        trackers = Self.trackers(engine, infoHash, tiers, swarm)
        known.client = trackers
        self.swarm = swarm
        trackers.start()
        Task {
            await swarm.start()
            await swarm.add(peers: peers, origin: .manual)
        }
    }

    deinit { stop() }

    private static func trackers(
        _ engine: EngineParts, _ infoHash: InfoHash, _ tiers: [[String]], _ swarm: MetadataSwarm
    ) -> TrackerClient {
        let limits = engine.limits
        var configuration = TrackerClient.Configuration(
            infoHash: infoHash, peerID: engine.configuration.peerID, port: 0, key: .random(in: .min ... .max),
            tiers: tiers)
        configuration.numWant = limits.trackerPeersWanted
        configuration.place = { [face = engine.face] in face.announced }
        let client = TrackerClient(
            configuration: configuration, eventLoop: engine.group.next(), transport: engine.transport,
            // How much is missing is not known; with nothing missing, trackers name no seeds.
            totals: { TransferTotals(uploaded: 0, downloaded: 0, left: 1) },
            deliver: { [weak swarm] peers, _ in
                guard let swarm else { return }
                Task { await swarm.add(peers: peers, origin: .tracker) }
            })
        if !limits.usesUDPTrackers { client.setUsesUDP(false) }
        return client
    }

    private static func leave(_ trackers: TrackerClient?) {
        guard let trackers else { return }
        Task { await trackers.stop(timeout: farewell) }
    }

    /// Dials addresses that the user names.
    package func add(peers: [PeerAddress]) {
        Task { [swarm] in await swarm.add(peers: peers, origin: .manual) }
    }

    /// Ends the search and waits until its trackers know, for at most `timeout`. For the end of an engine.
    package func end(timeout: TimeAmount) async {
        guard !isOver.exchange(true, ordering: .relaxed) else { return }
        async let told: Void = trackers.stop(timeout: timeout)
        await swarm.stop()
        _ = await told
    }

    /// Ends the search; what is on its way may still be delivered.
    package func stop() {
        guard !isOver.exchange(true, ordering: .relaxed) else { return }
        Self.leave(trackers)
        Task { [swarm] in await swarm.stop() }
    }
}

/// The trackers of a search, once they are there.
private final class TrackerBox: Sendable {
    private let held = Mutex<TrackerClient?>(nil)

    var client: TrackerClient? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}

extension TorrentEngine {
    /// Looks for the info dictionary behind a magnet link; `MetainfoFile.wrap` makes a torrent file of it.
    ///
    /// - Parameters:
    ///   - peers: addresses to begin with.
    ///   - deliver: called once with bytes whose SHA-1 is `infoHash`, on some event loop; must not block.
    /// - Returns: keep it as long as the search shall go on.
    package func fetchMetadata(
        infoHash: InfoHash, tiers: [[String]], peers: [PeerAddress] = [],
        deliver: @escaping @Sendable ([UInt8]) -> Void
    ) -> MetadataSearch {
        MetadataSearch(parts, infoHash: infoHash, tiers: tiers, peers: peers, deliver: deliver)
    }
}
