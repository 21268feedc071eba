import Dispatch
import Metainfo
import Synchronization

/// Brings what was saved to the disk, in the order asked for, on a thread of its own.
final class SessionWriter: Sendable {
    /// Whoever waits for a save.
    typealias Done = @Sendable (SessionError?) -> Void

    /// What is to be done for one torrent; later wishes join earlier ones.
    private struct Wish: Sendable {
        /// Files from before go first.
        var removes = false
        var state: SessionState?
        var waiting: [Done] = []
    }

    private struct State {
        var wishes: [InfoHash: Wish] = [:]
        /// In the order of the first wish for each.
        var order: [InfoHash] = []
        var isAwake = false
        /// What could not be written; tried again when the disk takes something else, and at the end.
        var owed: [InfoHash: SessionState] = [:]
    }

    /// So many torrents share one journal commit and one `fsync` of the folder.
    private static let batchLength = 128

    private let batch: SessionBatch
    private let queue = DispatchQueue(label: "swarm.session")
    private let state = Mutex(State())

    init(_ files: any SessionFiles, report: @escaping @Sendable (String) -> Void) {
        batch = SessionBatch(files, report: report)
    }

    func save(_ new: SessionState, done: Done?) {
        change(new.infoHash, done) { wish, owed in
            var new = new
            // The content that was to be written with the older state still is.
            if new.content == nil { new.content = wish.state?.content ?? owed?.content }
            owed = nil
            wish.state = new
        }
    }

    func remove(_ infoHash: InfoHash, done: Done?) {
        change(infoHash, done) { wish, owed in
            owed = nil
            wish.removes = true
            wish.state = nil
        }
    }

    func flush(_ done: @escaping @Sendable () -> Void) {
        // Work is taken in one go until there is none, so whatever was asked for before is done when the queue comes to this.
        queue.async(execute: done)
    }

    func finish() {
        queue.sync {
            writeAll()
            retry()
            writeAll()
        }
    }

    private func change(
        _ infoHash: InfoHash, _ done: Done?, _ body: (inout Wish, inout SessionState?) -> Void
    ) {
        let wasAwake = state.withLock { state in
            if state.wishes[infoHash] == nil { state.order.append(infoHash) }
            var wish = state.wishes[infoHash] ?? Wish()
            body(&wish, &state.owed[infoHash])
            if let done { wish.waiting.append(done) }
            state.wishes[infoHash] = wish
            defer { state.isAwake = true }
            return state.isAwake
        }
        if !wasAwake { queue.async { self.writeAll() } }
    }

    private func writeAll() {
        while let wishes = takeBatch() {
            let results = batch.run(
                wishes.map { .init(infoHash: $0.key, removes: $0.value.removes, state: $0.value.state) })
            for (wish, result) in zip(wishes, results) {
                if result != nil, let state = wish.value.state { remember(state) }
                for done in wish.value.waiting { done(result) }
            }
            if results.allSatisfy({ $0 == nil }) { retry() }
        }
    }

    private func remember(_ failed: SessionState) {
        state.withLock { state in
            guard let wish = state.wishes[failed.infoHash] else {
                state.owed[failed.infoHash] = failed
                return
            }
            guard wish.state != nil, wish.state?.content == nil else { return }
            state.wishes[failed.infoHash]?.state?.content = failed.content
        }
    }

    /// Nothing that is owed waits already, for whatever is asked for takes its place.
    private func retry() {
        state.withLock { state in
            for (infoHash, owed) in state.owed {
                state.wishes[infoHash] = Wish(state: owed)
                state.order.append(infoHash)
            }
            state.owed = [:]
        }
    }

    /// Nil when there is nothing to do: then the next wish wakes us.
    private func takeBatch() -> [(key: InfoHash, value: Wish)]? {
        state.withLock { state in
            guard !state.order.isEmpty else {
                state.isAwake = false
                return nil
            }
            let hashes = state.order.prefix(Self.batchLength)
            state.order.removeFirst(hashes.count)
            return hashes.compactMap { hash in state.wishes.removeValue(forKey: hash).map { (hash, $0) } }
        }
    }
}
