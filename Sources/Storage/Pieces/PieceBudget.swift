import Synchronization

/// The bound on piece memory in flight, shared by all torrents of an engine (rTorrent: `pieces.memory.max`).
package final class PieceBudget: Sendable {
    private let highest: Atomic<Int>
    private let used = Atomic<Int>(0)

    package init(limit: Int) {
        highest = Atomic(limit)
    }

    /// Bytes that may be reserved. May be set from any thread; what is reserved beyond a lower one is used up first.
    package var limit: Int {
        get { highest.load(ordering: .relaxed) }
        set { highest.store(newValue, ordering: .relaxed) }
    }

    /// Bytes reserved now.
    package var inUse: Int { used.load(ordering: .relaxed) }

    /// True when more than the limit is reserved, by `reserveBeyondLimit`.
    package var isOverLimit: Bool { inUse > limit }

    /// Reserves `bytes` if they fit; false when they do not.
    package func reserve(_ bytes: Int) -> Bool {
        let (_, now) = used.add(bytes, ordering: .relaxed)
        if now <= limit { return true }
        used.subtract(bytes, ordering: .relaxed)
        return false
    }

    /// Reserves `bytes` up to twice the limit: the one piece that keeps a torrent alive.
    package func reserveBeyondLimit(_ bytes: Int) -> Bool {
        let (_, now) = used.add(bytes, ordering: .relaxed)
        if now <= limit * 2 || now == bytes { return true }
        used.subtract(bytes, ordering: .relaxed)
        return false
    }

    /// Gives back what was reserved.
    package func release(_ bytes: Int) {
        used.subtract(bytes, ordering: .relaxed)
    }
}
