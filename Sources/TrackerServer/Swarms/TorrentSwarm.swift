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
    /// Addresses behind a router of those IPv4 peers that told them; peers with the same outer address are given these.
    var innerAddresses: [EndpointV4: EndpointV4] = [:]
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
        return SwarmCounts(
            complete: seeds, incomplete: peerCount - seeds, downloaded: Int(downloaded),
            partialSeeds: v4.pausedCount + v6.pausedCount, reachable: v4.reachableCount + v6.reachableCount)
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
        guard !announce.host.isIPv6 else {
            return Self.take(announce, times, hasRoom, seed, &v6, &downloaded, &random, sample)
        }
        noteInnerAddress(announce)
        if !innerAddresses.isEmpty {
            sample.neighbourhood = (UInt32(truncatingIfNeeded: announce.host.low), innerAddresses)
        }
        return Self.take(announce, times, hasRoom, seed, &v4, &downloaded, &random, sample)
    }

    private mutating func noteInnerAddress(_ announce: SwarmTable.Announce) {
        let endpoint = EndpointV4(host: announce.host, port: announce.port)
        if let inner = announce.innerHost, announce.event != .stopped {
            innerAddresses[endpoint] = EndpointV4(host: inner, port: announce.port)
        } else if !innerAddresses.isEmpty {
            innerAddresses[endpoint] = nil
        }
    }

    /// Forgets the inner addresses of peers that are gone.
    mutating func sweepInnerAddresses(seed: UInt64) {
        guard innerAddresses.count > v4.count else { return }
        innerAddresses = innerAddresses.filter { v4.find($0.key, seed: seed) != nil }
    }

    /// What a connection to a peer showed.
    mutating func setReachable(_ isReachable: Bool, host: PeerHost, port: UInt16, seed: UInt64) {
        if host.isIPv6 {
            Self.setReachable(isReachable, EndpointV6(host: host, port: port), &v6, seed)
        } else {
            Self.setReachable(isReachable, EndpointV4(host: host, port: port), &v4, seed)
        }
    }

    private static func setReachable<Endpoint>(
        _ isReachable: Bool, _ endpoint: Endpoint, _ table: inout PeerTable<Endpoint>, _ seed: UInt64
    ) {
        guard let row = table.find(endpoint, seed: seed) else { return }
        let flags = table[row].flags.subtracting([.reachable, .unreachable])
        table.setFlags(row, flags.union(isReachable ? .reachable : .unreachable))
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
            let place = table.setSeed(known, announce.isSeed, seed: seed)
            table.refresh(place, peerID: announce.peerID, seen: times.now)
            let flags = announce.flags(after: table[place].flags)
            if flags != table[place].flags { table.setFlags(place, flags) }
            row = place
        } else if announce.port != 0 {
            guard hasRoom else { return nil }
            let new = PeerRow(
                peerID: announce.peerID, endpoint: endpoint, flags: announce.flags(after: []), seen: times.now)
            row = table.insert(new, isSeed: announce.isSeed, seed: seed)
            difference = 1
            sample.announcerIsNew = true
        }
        if let row {
            let flags = table[row].flags
            sample.leavesOutUnreachable = flags.contains(.unreachable)
            if announce.event == .completed, !flags.contains(.completed) {
                table.setFlags(row, flags.union(.completed))
                downloaded &+= 1
            }
        }
        table.pick(
            announce.wanted, except: row, withSeeds: !announce.isSeed && !announce.isPaused, oldest: times.oldest,
            random: &random,
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
    /// Of `incomplete`: those that want nothing more. BEP 21.
    package var partialSeeds = 0
    /// Peers that a connection was made to.
    package var reachable = 0
}
