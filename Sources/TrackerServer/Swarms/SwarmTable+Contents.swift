package import Metainfo
import Synchronization

/// Looking at everything, and putting things back: pages, the state file, other trackers.
extension SwarmTable {
    /// One peer as others need to know it.
    struct Peer: Sendable, Equatable {
        var peerID: PeerID
        var host: PeerHost
        var port: UInt16
        var isSeed: Bool
        var flags: PeerFlags
        /// Second of its last announce on the tracker's clock.
        var seen: UInt32
    }

    /// All torrents there are at this moment, in no order; each part is locked for as long as its list takes.
    package var infoHashes: [InfoHash] {
        shards.flatMap { shard in
            shard.torrents.withLock { shard in shard.slots.filter { !$0.isVacant }.map(\.infoHash) }
        }
    }

    /// The counts of all torrents, in no order.
    package var allCounts: [(infoHash: InfoHash, counts: SwarmCounts)] {
        shards.flatMap { shard in
            shard.torrents.withLock { shard in
                shard.slots.lazy.filter { !$0.isVacant }.map { ($0.infoHash, $0.counts) }
            }
        }
    }

    /// A torrent's peers, and how often it was downloaded; nil if it is unknown.
    ///
    /// The lock is held for a copy of references only; the peers are read outside.
    func contents(of infoHash: InfoHash) -> (peers: [Peer], downloaded: UInt32)? {
        let copy = shard(of: infoHash).torrents.withLock { shard in shard.find(infoHash).map { shard[$0] } }
        guard let swarm = copy else { return nil }
        return (Self.peers(swarm.v4) + Self.peers(swarm.v6), swarm.downloaded)
    }

    private static func peers<Endpoint>(_ table: PeerTable<Endpoint>) -> [Peer] {
        (0..<table.count).map { row in
            let peer = table[row]
            return Peer(
                peerID: peer.peerID, host: peer.endpoint.host, port: peer.endpoint.port, isSeed: table.isSeed(row),
                flags: peer.flags, seen: peer.seen)
        }
    }

    /// Takes in what a state file or another tracker knows: the higher count of finished downloads stays.
    func restore(_ infoHash: InfoHash, downloaded: UInt32, now: UInt32) {
        shard(of: infoHash).torrents.withLock { shard in
            let slot: Int
            if let known = shard.find(infoHash) {
                slot = known
            } else {
                slot = shard.insert(infoHash, now: now)
                torrents.add(1, ordering: .relaxed)
            }
            shard[slot].downloaded = max(shard[slot].downloaded, downloaded)
        }
    }

    /// What a connection to a peer showed.
    func setReachable(_ isReachable: Bool, _ infoHash: InfoHash, host: PeerHost, port: UInt16) {
        shard(of: infoHash).torrents.withLock { shard in
            guard let slot = shard.find(infoHash) else { return }
            shard[slot].setReachable(isReachable, host: host, port: port, seed: seed)
        }
    }
}
