import Synchronization

/// Connections with peers over all swarms, those being opened included, and how many there may be.
package final class ConnectionCount: Sendable {
    private let highest: Atomic<Int>
    private let count = Atomic<Int>(0)

    /// - Parameter limit: 0 is no limit.
    package init(limit: Int = 0) {
        highest = Atomic(max(0, limit))
    }

    /// Connections at most; 0 is no limit. May be set from any thread; a lower one closes nothing.
    package var limit: Int {
        get { highest.load(ordering: .relaxed) }
        set { highest.store(max(0, newValue), ordering: .relaxed) }
    }

    /// Connections now.
    package var open: Int { count.load(ordering: .relaxed) }

    /// One more, if the limit allows.
    package func take() -> Bool {
        let (before, _) = count.add(1, ordering: .relaxed)
        let most = limit
        if most == 0 || before < most { return true }
        count.subtract(1, ordering: .relaxed)
        return false
    }

    /// One fewer.
    package func giveBack() { count.subtract(1, ordering: .relaxed) }
}
