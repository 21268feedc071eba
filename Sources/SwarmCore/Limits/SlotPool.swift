import Synchronization

/// Slots that all swarms of an engine share: how many peers may be uploaded to, or downloaded from, at a time.
package final class SlotPool: Sendable {
    private struct State {
        var limit: Int
        var taken = 0
    }

    private let state: Mutex<State>

    /// - Parameter limit: 0 is no limit.
    package init(limit: Int = 0) {
        state = Mutex(State(limit: max(0, limit)))
    }

    /// Slots in all; 0 is no limit. May be set from any thread.
    package var limit: Int {
        get { state.withLock { $0.limit } }
        set { state.withLock { $0.limit = max(0, newValue) } }
    }

    /// Slots in use.
    package var taken: Int { state.withLock { $0.taken } }
}
