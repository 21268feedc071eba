import Metainfo
import NIOPosix
import Storage
import Synchronization

/// Finds out what torrents have on disk: one at a time is hashed, with all processors; those that need no hashing do not wait.
final class CheckQueue: Sendable {
    private struct State {
        var waiting: [Check] = []
        /// One is being hashed.
        var isBusy = false
    }

    private let threads: NIOThreadPool
    private let state = Mutex(State())

    init(threads: NIOThreadPool) {
        self.threads = threads
    }

    /// Torrents being hashed and waiting for it.
    var count: Int { state.withLock { $0.waiting.count + ($0.isBusy ? 1 : 0) } }

    /// Begins as soon as a worker is free.
    func submit(_ check: Check) {
        threads.submit { [self] pool in
            guard case .active = pool else { return }
            if !check.finishWithoutHashing() { enqueue(check) }
        }
    }

    private func enqueue(_ check: Check) {
        let isFirst = state.withLock { state in
            state.waiting.append(check)
            defer { state.isBusy = true }
            return !state.isBusy
        }
        if isFirst { runNext() }
    }

    /// Blocks the worker it runs on for one check; between two others get their turn.
    private func runNext() {
        let next: Check? = state.withLock { state in
            // Those that were closed while they waited are through.
            state.waiting.removeAll { $0.stop.isStopped }
            state.isBusy = !state.waiting.isEmpty
            return state.isBusy ? state.waiting.removeFirst() : nil
        }
        guard let next else { return }
        threads.submit { [self] pool in
            guard case .active = pool else { return }
            next.hash()
            runNext()
        }
    }
}
