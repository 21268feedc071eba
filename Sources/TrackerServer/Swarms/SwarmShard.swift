import Metainfo
import Synchronization

/// One part of the torrents under one lock.
final class SwarmShard: Sendable {
    let torrents: Mutex<ShardTorrents>

    init() {
        torrents = Mutex(ShardTorrents())
    }
}

/// Torrents by info-hash, in slots that can be walked through a few at a time.
///
/// Invariant: `slots[index[hash]]` is the swarm of `hash`; every other slot is vacant and stands in `vacant`.
struct ShardTorrents: Sendable {
    private var index: [InfoHash: UInt32] = [:]
    private(set) var slots: [TorrentSwarm] = []
    private var vacant: [UInt32] = []
    /// Where the sweep goes on.
    var cursor = SweepCursor()

    var count: Int { index.count }

    func find(_ infoHash: InfoHash) -> Int? {
        index[infoHash].map { Int($0) }
    }

    /// In-place access to the swarm in a slot.
    subscript(slot: Int) -> TorrentSwarm {
        get { slots[slot] }
        _modify { yield &slots[slot] }
    }

    /// Adds a torrent that is not there yet.
    ///
    /// - Returns: its slot.
    mutating func insert(_ infoHash: InfoHash, now: UInt32) -> Int {
        let slot: Int
        if let free = vacant.popLast() {
            slot = Int(free)
            slots[slot] = TorrentSwarm(infoHash: infoHash, now: now)
        } else {
            slot = slots.count
            slots.append(TorrentSwarm(infoHash: infoHash, now: now))
        }
        index[infoHash] = UInt32(slot)
        return slot
    }

    /// Removes a torrent with all its peers.
    mutating func remove(_ slot: Int) {
        index[slots[slot].infoHash] = nil
        slots[slot] = TorrentSwarm(infoHash: slots[slot].infoHash, now: 0)
        slots[slot].isVacant = true
        vacant.append(UInt32(slot))
    }

    /// Gives memory back when most slots are vacant, as after a flood of invented torrents.
    mutating func compact() {
        guard slots.count > 1024, vacant.count * 4 > slots.count * 3 else { return }
        slots = slots.filter { !$0.isVacant }
        vacant = []
        index = [:]
        for (slot, swarm) in slots.enumerated() { index[swarm.infoHash] = UInt32(slot) }
        cursor = SweepCursor()
    }
}

/// The next slot to be swept, and how many of its rows are still to be looked at.
struct SweepCursor: Sendable {
    var slot = 0
    var rowV4 = Int.max
    var rowV6 = Int.max
}
