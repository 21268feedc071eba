import Metainfo

/// The peers of one torrent and how often it was downloaded.
struct TorrentSwarm: Sendable {
    let infoHash: InfoHash
    var v4 = PeerTable<EndpointV4>()
    var v6 = PeerTable<EndpointV6>()
    /// How many peers said `completed`.
    var downloaded: UInt32 = 0
    /// The second of the last announce, on the tracker's clock.
    var lastActive: UInt32
    /// The torrent was removed; the slot waits for another.
    var isVacant = false

    init(infoHash: InfoHash, now: UInt32) {
        self.infoHash = infoHash
        lastActive = now
    }

    var isEmpty: Bool { v4.isEmpty && v6.isEmpty }
    var peerCount: Int { v4.count + v6.count }

    /// The counts of both families: what describes the torrent.
    var counts: SwarmCounts {
        let seeds = v4.seedCount + v6.seedCount
        return SwarmCounts(complete: seeds, incomplete: peerCount - seeds, downloaded: Int(downloaded))
    }

    var countsV4: SwarmCounts { counts(v4) }
    var countsV6: SwarmCounts { counts(v6) }

    /// Takes in what a peer says about itself.
    ///
    /// - Returns: how many peers there are more than before; nil if a new one had no room.
    mutating func take(
        _ announce: SwarmTable.Announce, _ times: SwarmTimes, hasRoom: Bool, seed: UInt64
    ) -> Int? {
        lastActive = times.now
        if announce.host.isIPv6 {
            return Self.take(announce, times, hasRoom, seed, &v6, &downloaded)
        } else {
            return Self.take(announce, times, hasRoom, seed, &v4, &downloaded)
        }
    }

    /// Picks peers of the announcer's family for it.
    func pick(
        _ announce: SwarmTable.Announce, _ times: SwarmTimes, seed: UInt64,
        random: inout some RandomNumberGenerator, into sample: PeerSample
    ) {
        if announce.host.isIPv6 {
            pick(from: v6, announce, times, seed, &random, sample)
        } else {
            pick(from: v4, announce, times, seed, &random, sample)
        }
    }

    private func counts<Endpoint>(_ table: PeerTable<Endpoint>) -> SwarmCounts {
        SwarmCounts(
            complete: table.seedCount, incomplete: table.count - table.seedCount, downloaded: Int(downloaded))
    }

    private static func take<Endpoint>(
        _ announce: SwarmTable.Announce, _ times: SwarmTimes, _ hasRoom: Bool, _ seed: UInt64,
        _ table: inout PeerTable<Endpoint>, _ downloaded: inout UInt32
    ) -> Int? {
        let endpoint = Endpoint(host: announce.host, port: announce.port)
        let known = table.find(endpoint, seed: seed)
        guard announce.event != .stopped, announce.port != 0 else {
            guard let known else { return 0 }
            table.remove(known, seed: seed)
            return -1
        }
        let row: Int
        if let known {
            row = table.setSeed(known, announce.isSeed, seed: seed)
            table[row].seen = times.now
            table[row].peerID = announce.peerID
        } else {
            guard hasRoom else { return nil }
            let new = PeerRow(peerID: announce.peerID, endpoint: endpoint, flags: [], seen: times.now)
            row = table.insert(new, isSeed: announce.isSeed, seed: seed)
        }
        if announce.event == .completed, !table[row].flags.contains(.completed) {
            table[row].flags.insert(.completed)
            downloaded &+= 1
        }
        return known == nil ? 1 : 0
    }

    private func pick<Endpoint>(
        from table: PeerTable<Endpoint>, _ announce: SwarmTable.Announce, _ times: SwarmTimes,
        _ seed: UInt64, _ random: inout some RandomNumberGenerator, _ sample: PeerSample
    ) {
        let requester = table.find(Endpoint(host: announce.host, port: announce.port), seed: seed)
        table.pick(
            announce.wanted, except: requester, withSeeds: !announce.isSeed, oldest: times.oldest, random: &random,
            into: sample)
    }
}

/// The present and the second before which a row has expired, on the tracker's clock.
struct SwarmTimes {
    let now: UInt32
    let oldest: UInt32
}

/// How many seeds, other peers and finished downloads there are.
package struct SwarmCounts: Hashable, Sendable {
    package var complete = 0
    package var incomplete = 0
    package var downloaded = 0
}
