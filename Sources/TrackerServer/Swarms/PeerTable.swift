import Metainfo

/// The peers of one torrent in one address family.
///
/// It has to respect:
/// - finding a peer by its endpoint, adding, removing and seed ↔ peer changes in constant time;
/// - picking random peers, or random peers that are no seeds, without a copy of the swarm;
/// - memory: a row and about 8 bytes of index for each peer, nothing for peers that went.
///
/// Invariant: rows `0..<seedCount` are seeds, the rest are not. Beyond `smallCount` rows each one's number plus one
/// stands in exactly one bucket, reachable from its hash by linear probing.
struct PeerTable<Endpoint: PeerEndpoint>: Sendable {
    // So many rows are searched faster one by one than through an index.
    private static var smallCount: Int { 12 }

    private var rows: [PeerRow<Endpoint>] = []
    private var buckets: [UInt32] = []
    private(set) var seedCount = 0
    /// Rows flagged `paused`, and `reachable`.
    private(set) var pausedCount = 0
    private(set) var reachableCount = 0

    var count: Int { rows.count }
    var isEmpty: Bool { rows.isEmpty }

    /// The row of a peer, for as long as nothing is added or removed.
    func find(_ endpoint: Endpoint, seed: UInt64) -> Int? {
        if buckets.isEmpty { return rows.firstIndex { $0.endpoint == endpoint } }
        let mask = buckets.count - 1
        var bucket = Int(truncatingIfNeeded: endpoint.hash(seed: seed)) & mask
        while buckets[bucket] != 0 {
            let row = Int(buckets[bucket]) - 1
            if rows[row].endpoint == endpoint { return row }
            bucket = (bucket + 1) & mask
        }
        return nil
    }

    subscript(row: Int) -> PeerRow<Endpoint> { rows[row] }

    /// A peer was heard of again.
    mutating func refresh(_ row: Int, peerID: PeerID, seen: UInt32) {
        rows[row].peerID = peerID
        rows[row].seen = seen
    }

    /// Changes a peer's flags; the counts follow.
    mutating func setFlags(_ row: Int, _ flags: PeerFlags) {
        count(rows[row].flags, -1)
        rows[row].flags = flags
        count(flags, 1)
    }

    private mutating func count(_ flags: PeerFlags, _ change: Int) {
        if flags.contains(.paused) { pausedCount += change }
        if flags.contains(.reachable) { reachableCount += change }
    }

    /// Copies a row into a reply, unless it has expired.
    @inline(__always)
    func append(_ row: Int, oldest: UInt32, to sample: PeerSample) {
        rows.withUnsafeBufferPointer { rows in
            if rows[row].seen >= oldest { sample.append(rows[row]) }
        }
    }

    func isSeed(_ row: Int) -> Bool { row < seedCount }

    /// Adds a peer that is not there yet.
    ///
    /// - Returns: its row.
    mutating func insert(_ row: PeerRow<Endpoint>, isSeed: Bool, seed: UInt64) -> Int {
        rows.append(row)
        count(row.flags, 1)
        if buckets.isEmpty ? rows.count > Self.smallCount : rows.count * 4 > buckets.count * 3 {
            rebuildIndex(seed: seed)
        } else if !buckets.isEmpty {
            index(rows.count - 1, seed: seed)
        }
        return isSeed ? setSeed(rows.count - 1, true, seed: seed) : rows.count - 1
    }

    /// Makes a peer a seed or no seed.
    ///
    /// - Returns: its row from now on.
    mutating func setSeed(_ row: Int, _ isSeed: Bool, seed: UInt64) -> Int {
        guard isSeed != self.isSeed(row) else { return row }
        let border = isSeed ? seedCount : seedCount - 1
        exchange(row, border, seed: seed)
        seedCount += isSeed ? 1 : -1
        return border
    }

    mutating func remove(_ row: Int, seed: UInt64) {
        count(rows[row].flags, -1)
        let place = setSeed(row, false, seed: seed)
        exchange(place, rows.count - 1, seed: seed)
        if !buckets.isEmpty { unindex(rows.count - 1, seed: seed) }
        rows.removeLast()
        shrink(seed: seed)
    }

    // MARK: Index

    private mutating func rebuildIndex(seed: UInt64) {
        // At most three quarters full at the next growth, at least three eighths now.
        var size = 16
        while size * 3 < rows.count * 4 + 4 { size *= 2 }
        buckets = [UInt32](repeating: 0, count: size)
        for row in rows.indices { index(row, seed: seed) }
    }

    private mutating func index(_ row: Int, seed: UInt64) {
        let mask = buckets.count - 1
        var bucket = Int(truncatingIfNeeded: rows[row].endpoint.hash(seed: seed)) & mask
        while buckets[bucket] != 0 { bucket = (bucket + 1) & mask }
        buckets[bucket] = UInt32(row + 1)
    }

    private func bucket(of row: Int, seed: UInt64) -> Int {
        let mask = buckets.count - 1
        var bucket = Int(truncatingIfNeeded: rows[row].endpoint.hash(seed: seed)) & mask
        while buckets[bucket] != UInt32(row + 1) { bucket = (bucket + 1) & mask }
        return bucket
    }

    /// Empties a row's bucket and moves later ones up, so that no search stops at the gap.
    private mutating func unindex(_ row: Int, seed: UInt64) {
        let mask = buckets.count - 1
        var gap = bucket(of: row, seed: seed)
        var next = (gap + 1) & mask
        while buckets[next] != 0 {
            let home = Int(truncatingIfNeeded: rows[Int(buckets[next]) - 1].endpoint.hash(seed: seed)) & mask
            if (next - home) & mask >= (next - gap) & mask {
                buckets[gap] = buckets[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        buckets[gap] = 0
    }

    private mutating func exchange(_ first: Int, _ second: Int, seed: UInt64) {
        guard first != second else { return }
        if !buckets.isEmpty {
            let bucketOfFirst = bucket(of: first, seed: seed)
            let bucketOfSecond = bucket(of: second, seed: seed)
            buckets.swapAt(bucketOfFirst, bucketOfSecond)
        }
        rows.swapAt(first, second)
    }

    /// Gives memory back once three quarters of it are unused.
    private mutating func shrink(seed: UInt64) {
        if rows.isEmpty {
            rows = []
            buckets = []
        } else if rows.capacity > 32, rows.count * 4 < rows.capacity {
            var kept: [PeerRow<Endpoint>] = []
            kept.reserveCapacity(rows.count * 2)
            kept.append(contentsOf: rows)
            rows = kept
            if rows.count <= Self.smallCount / 2 {
                buckets = []
            } else if !buckets.isEmpty {
                rebuildIndex(seed: seed)
            }
        }
    }
}
