import Synchronization

/// Asks a long piece of work to end early; set once, from any thread or signal source.
package final class StopSignal: Sendable {
    private let stopped = Atomic(false)

    package init() {}

    package var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// The work returns soon after, with what it has by then.
    package func stop() {
        stopped.store(true, ordering: .relaxed)
    }
}
