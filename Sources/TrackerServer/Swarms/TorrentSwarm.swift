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

    /// Takes in what a peer says about itself, and picks others for it.
    ///
    /// - Parameter hasRoom: a new peer may be added.
    /// - Returns: how many peers there are more than before; nil if a new one had no room.
    mutating func take(
        _ announce: SwarmTable.Announce, _ times: SwarmTimes, hasRoom: Bool, seed: UInt64,
        random: inout some RandomNumberGenerator, into sample: PeerSample
    ) -> Int? {
        lastActive = times.now
        return announce.host.isIPv6
            ? Self.take(announce, times, hasRoom, seed, &v6, &downloaded, &random, sample)
            : Self.take(announce, times, hasRoom, seed, &v4, &downloaded, &random, sample)
    }

    private func counts<Endpoint>(_ table: PeerTable<Endpoint>) -> SwarmCounts {
        SwarmCounts(
            complete: table.seedCount, incomplete: table.count - table.seedCount, downloaded: Int(downloaded))
    }

    private static func take<Endpoint>(
        _ announce: SwarmTable.Announce, _ times: SwarmTimes, _ hasRoom: Bool, _ seed: UInt64,
        _ table: inout PeerTable<Endpoint>, _ downloaded: inout UInt32, _ random: inout some RandomNumberGenerator,
        _ sample: PeerSample
    ) -> Int? {
        let endpoint = Endpoint(host: announce.host, port: announce.port)
        var row = table.find(endpoint, seed: seed)
        var difference = 0
        if announce.event == .stopped {
            guard let row else { return 0 }
            table.remove(row, seed: seed)
            return -1
        }
        if let known = row {
            row = table.setSeed(known, announce.isSeed, seed: seed)
            table[row ?? known].seen = times.now
            table[row ?? known].peerID = announce.peerID
        } else if announce.port != 0 {
            guard hasRoom else { return nil }
            let new = PeerRow(peerID: announce.peerID, endpoint: endpoint, flags: [], seen: times.now)
            row = table.insert(new, isSeed: announce.isSeed, seed: seed)
            difference = 1
        }
        if let row, announce.event == .completed, !table[row].flags.contains(.completed) {
            table[row].flags.insert(.completed)
            downloaded &+= 1
        }
        table.pick(
            announce.wanted, except: row, withSeeds: !announce.isSeed, oldest: times.oldest, random: &random,
            into: sample)
        return difference
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
