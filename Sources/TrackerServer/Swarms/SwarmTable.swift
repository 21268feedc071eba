package import Metainfo
import Synchronization

/// Every torrent's peers, in parts with a lock each, for all event loops.
///
/// A lock is held for one announce, or for a bounded piece of the sweep, and never two at once.
package final class SwarmTable: Sendable {
    /// One peer's announce, freed of its protocol.
    package struct Announce: Sendable, Equatable {
        var infoHash: InfoHash
        var peerID: PeerID
        var host: PeerHost
        /// 0: the peer cannot be reached and is not handed out.
        var port: UInt16
        var isSeed: Bool
        var event: Event
        /// How many peers it gets at most.
        var wanted: Int
        var isPaused = false
        /// The peer's address behind its router, if it told one that is of use to its neighbours.
        var innerHost: PeerHost?

        enum Event: Sendable, Equatable { case regular, completed, stopped }

        /// The flags of the peer's row after this announce.
        func flags(after before: PeerFlags) -> PeerFlags {
            var flags = before
            if isPaused { flags.insert(.paused) } else { flags.remove(.paused) }
            if innerHost != nil { flags.insert(.hasInnerAddress) } else { flags.remove(.hasInnerAddress) }
            return flags
        }
    }

    package enum Outcome: Sendable, Equatable {
        /// The counts of the announcer's family.
        case counts(SwarmCounts)
        case unknownTorrent
        /// There is no room for a new peer.
        case full
    }

    /// Seconds of silence after which a peer is forgotten.
    let peerTimeout: UInt32
    /// Seconds for which a torrent without peers is remembered if it was ever downloaded.
    let torrentTimeout: UInt32
    private let maximumPeers: Int
    let shards: [SwarmShard]
    // Secret, so that nobody can choose endpoints that fall into the same bucket.
    let seed: UInt64
    let peers = Atomic<Int>(0)
    let torrents = Atomic<Int>(0)
    let nextShard = Atomic<Int>(0)

    /// - Parameters:
    ///   - maximumPeers: more are not taken in, so that a flood of invented peers does not fill the memory.
    package init(peerTimeout: Int, torrentTimeout: Int = 24 * 3600, maximumPeers: Int, shardCount: Int = 64) {
        var random = SystemRandomNumberGenerator()
        self.peerTimeout = UInt32(clamping: peerTimeout)
        self.torrentTimeout = UInt32(clamping: torrentTimeout)
        self.maximumPeers = maximumPeers
        seed = random.next()
        shards = (0..<max(1, shardCount)).map { _ in SwarmShard() }
    }

    /// Peers in all torrents; may lag a moment behind.
    package var peerCount: Int { peers.load(ordering: .relaxed) }

    /// Torrents with at least one peer, or remembered without; may lag a moment behind.
    package var torrentCount: Int { torrents.load(ordering: .relaxed) }

    /// Takes in an announce and picks peers for the reply.
    ///
    /// - Parameters:
    ///   - mayCreate: an unknown torrent is added; a caller that has to look it up in a list can do so afterwards, only
    ///     when it is unknown, and try again.
    ///   - now: seconds on the tracker's clock.
    ///   - sample: cleared, then filled with peers of the announcer's family.
    package func announce(
        _ announce: Announce, mayCreate: Bool, now: UInt32, random: inout some RandomNumberGenerator,
        into sample: PeerSample
    ) -> Outcome {
        sample.clear(isIPv6: announce.host.isIPv6)
        let infoHash = announce.infoHash
        return shard(of: infoHash).torrents.withLock { shard -> Outcome in
            let hasRoom = peerCount < maximumPeers
            let slot: Int
            if let known = shard.find(infoHash) {
                slot = known
            } else {
                guard mayCreate else { return .unknownTorrent }
                guard announce.port != 0, announce.event != .stopped else { return .counts(SwarmCounts()) }
                guard hasRoom else { return .full }
                slot = shard.insert(infoHash, now: now)
                torrents.add(1, ordering: .relaxed)
            }
            let times = SwarmTimes(now: now, oldest: oldest(now))
            guard
                let difference = shard[slot].take(
                    announce, times, hasRoom: hasRoom, seed: seed, random: &random, into: sample)
            else { return .full }
            if difference != 0 { peers.add(difference, ordering: .relaxed) }
            return .counts(announce.host.isIPv6 ? shard[slot].countsV6 : shard[slot].countsV4)
        }
    }

    /// The counts of a torrent over both families; nil if it is unknown.
    package func counts(of infoHash: InfoHash) -> SwarmCounts? {
        shard(of: infoHash).torrents.withLock { shard in shard.find(infoHash).map { shard[$0].counts } }
    }

    /// Forgets torrents with all their peers, for instance those that a new list does not hold any more.
    package func removeTorrents(where isUnwanted: (InfoHash) -> Bool) {
        for shard in shards {
            shard.torrents.withLock { shard in
                for slot in shard.slots.indices {
                    let swarm = shard[slot]
                    guard !swarm.isVacant, isUnwanted(swarm.infoHash) else { continue }
                    peers.subtract(swarm.peerCount, ordering: .relaxed)
                    torrents.subtract(1, ordering: .relaxed)
                    shard.remove(slot)
                }
            }
        }
    }

    // MARK: Parts

    func shard(of infoHash: InfoHash) -> SwarmShard {
        // Info-hashes are as good as random, unless somebody invents them; then one part gets slow, for him.
        let word = infoHash.withUnsafeBytes { bytes in
            bytes.loadUnaligned(fromByteOffset: 12, as: UInt64.self) ^ bytes.loadUnaligned(as: UInt64.self)
        }
        return shards[Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 32) % shards.count]
    }

    /// Rows last seen before are expired.
    func oldest(_ now: UInt32) -> UInt32 { now > peerTimeout ? now - peerTimeout : 0 }
}
