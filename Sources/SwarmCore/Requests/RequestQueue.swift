package import DequeModule
import Metainfo

/// The blocks we asked one peer for, oldest first, and how many to keep asked for.
///
/// The depth follows the peer's rate so that the link never runs dry: doubling with every round trip at first (as TCP
/// does), then two seconds' worth of blocks, never above what the peer says it will hold (BEP 10 `reqq`).
package struct RequestQueue {
    package struct Entry: Sendable {
        package let piece: UInt32
        package let block: UInt32
        package let sentAt: UInt32
        /// Given up on, but an answer that still comes is welcome.
        package var isLost: Bool
    }

    /// Blocks asked of a peer that does not say how many it will queue.
    package static let defaultLimit = 256
    /// Above this, memory in flight grows and speed does not: 16 MiB are 13 ms of the fastest loopback link measured.
    package static let highestDepth = 1024
    private static let lowestDepth = 4
    private static let secondsAhead = 2.0

    package private(set) var entries: Deque<Entry> = []
    /// Entries that are not lost.
    package private(set) var count = 0
    /// How many blocks should be on the way.
    package private(set) var depth = 16
    package var peerLimit = Self.defaultLimit
    /// Dropped at the last choke.
    private var dropped: Set<BlockKey> = []
    private var isSlowStart = true

    private struct BlockKey: Hashable {
        let piece: UInt32
        let block: UInt32
    }

    private var lastRate = 0.0

    package init() {}

    /// Requests to add now; waits until a batch is due, because each batch costs the peer a wake-up.
    ///
    /// - Parameter isSpared: others give as well: ask this peer for a quarter, which still fills a link with half a second
    ///   of delay.
    package func vacancy(isSpared: Bool = false) -> Int {
        let depth = isSpared ? max(depth / 4, Self.lowestDepth) : depth
        let free = depth - count
        return free >= min(depth / 4 + 1, 64) ? free : 0
    }

    /// One number for a piece's block.
    package static func name(piece: Int, block: Int) -> UInt64 { UInt64(piece) << 32 | UInt64(block) }

    /// Names of all blocks asked for.
    package var blocks: Set<UInt64> {
        Set(entries.lazy.map { Self.name(piece: Int($0.piece), block: Int($0.block)) })
    }

    package mutating func append(piece: Int, block: Int, now: UInt32) {
        entries.append(Entry(piece: UInt32(piece), block: UInt32(block), sentAt: now, isLost: false))
        count += 1
    }

    /// Takes the request for a block out, when it was made.
    package mutating func remove(piece: Int, block: Int) -> Entry? {
        if let first = entries.first, first.piece == piece, first.block == block {
            entries.removeFirst()
            if !first.isLost { count -= 1 }
            return first
        }
        guard let index = entries.firstIndex(where: { $0.piece == piece && $0.block == block }) else {
            guard let key = dropped.remove(BlockKey(piece: UInt32(piece), block: UInt32(block))) else { return nil }
            return Entry(piece: key.piece, block: key.block, sentAt: 0, isLost: true)
        }
        let entry = entries.remove(at: index)
        if !entry.isLost { count -= 1 }
        return entry
    }

    package func contains(piece: Int, block: Int) -> Bool {
        if let first = entries.first, first.piece == piece, first.block == block { return true }
        return entries.contains { $0.piece == piece && $0.block == block }
    }

    /// Whether a block was asked for, or would have been had the peer not choked us.
    package func isWelcome(piece: Int, block: Int) -> Bool {
        contains(piece: piece, block: block)
            || dropped.contains(BlockKey(piece: UInt32(piece), block: UInt32(block)))
    }

    /// Empties the queue because of a choke. Some peers answer all the same, and their answers are welcome until the next choke.
    ///
    /// - Returns: what was asked for and not lost.
    package mutating func drop() -> [Entry] {
        dropped = Set(entries.map { BlockKey(piece: $0.piece, block: $0.block) })
        return removeAll()
    }

    /// Empties the queue.
    ///
    /// - Returns: what was asked for and not lost.
    package mutating func removeAll() -> [Entry] {
        let open = Array(entries.filter { !$0.isLost })
        entries.removeAll()
        count = 0
        return open
    }

    /// Marks requests sent before `deadline` as lost.
    ///
    /// - Returns: those it marked. At most four lost ones per wanted one are remembered.
    package mutating func expire(before deadline: UInt32) -> [Entry] {
        var expired: [Entry] = []
        for index in entries.indices where !entries[index].isLost && entries[index].sentAt < deadline {
            entries[index].isLost = true
            count -= 1
            expired.append(entries[index])
        }
        while entries.count > 4 * Self.highestDepth { entries.removeFirst() }
        return expired
    }

    /// A whole block came.
    package mutating func blockArrived() {
        if isSlowStart { depth = min(depth + 1, ceiling) }
    }

    /// Sets the depth by the rate of the last seconds.
    package mutating func tick(rate: Double) {
        if isSlowStart {
            if rate > 0, rate < lastRate * 1.1 { isSlowStart = false }
            lastRate = rate
            return
        }
        let wanted = Int(rate * Self.secondsAhead / Double(PieceLayout.blockLength)) + 2
        depth = min(max(wanted, Self.lowestDepth), ceiling)
    }

    /// The peer stopped sending: ask for one block at a time until it sends again.
    package mutating func restart() {
        depth = 1
        isSlowStart = true
        lastRate = 0
    }

    private var ceiling: Int { max(1, min(peerLimit, Self.highestDepth)) }
}
