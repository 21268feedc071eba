import Synchronization

/// Expiry, a bounded piece at a time.
extension SwarmTable {
    /// Forgets silent peers among the next `budget` rows; the caller comes again until the whole table has been seen.
    ///
    /// One call holds one lock for as long as `budget` rows take (a million rows on end: 2,000 take below 1 ms).
    ///
    /// - Returns: how many peers were forgotten.
    @discardableResult
    package func sweep(budget: Int, now: UInt32) -> Int {
        var rest = budget
        var removed = 0
        var visited = 0
        while rest > 0, visited < shards.count {
            let number = nextShard.load(ordering: .relaxed) % shards.count
            let (gone, isDone) = shards[number].torrents.withLock { sweep(&$0, &rest, now) }
            removed += gone
            guard isDone else { break }
            nextShard.store((number + 1) % shards.count, ordering: .relaxed)
            visited += 1
        }
        peers.subtract(removed, ordering: .relaxed)
        return removed
    }

    private func sweep(_ shard: inout ShardTorrents, _ budget: inout Int, _ now: UInt32) -> (removed: Int, isDone: Bool)
    {
        var removed = 0
        var cursor = shard.cursor
        while cursor.slot < shard.slots.count {
            guard budget > 0 else {
                shard.cursor = cursor
                return (removed, false)
            }
            budget -= 1
            let slot = cursor.slot
            removed += shard[slot].v4.sweep(from: &cursor.rowV4, budget: &budget, oldest: oldest(now), seed: seed)
            removed += shard[slot].v6.sweep(from: &cursor.rowV6, budget: &budget, oldest: oldest(now), seed: seed)
            guard cursor.rowV4 == 0, cursor.rowV6 == 0 else { continue }
            shard[slot].sweepInnerAddresses(seed: seed)
            forgetIfIdle(&shard, slot, now)
            cursor = SweepCursor(slot: slot + 1)
        }
        shard.cursor = SweepCursor()
        shard.compact()
        return (removed, true)
    }

    private func forgetIfIdle(_ shard: inout ShardTorrents, _ slot: Int, _ now: UInt32) {
        guard !shard[slot].isVacant, shard[slot].isEmpty else { return }
        let idle = now &- shard[slot].lastActive
        guard shard[slot].downloaded == 0 || idle > torrentTimeout else { return }
        shard.remove(slot)
        torrents.subtract(1, ordering: .relaxed)
    }
}
