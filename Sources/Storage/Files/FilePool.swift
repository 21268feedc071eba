import Glibc
import Synchronization

/// Open files of all torrents, the least recently used closed first.
///
/// The mutex guards the table only; opening and closing happen outside it, so two workers may open one file at once: the
/// second one's is kept, the first one's lives until its worker is done.
package final class FilePool: Sendable {
    /// Whose file, and the how-manieth of that torrent.
    struct Key: Hashable, Sendable {
        let owner: UInt64
        let file: Int
    }

    private struct Slot {
        let file: OpenFile
        let isWritable: Bool
        var lastUse: UInt64
    }

    private struct Table {
        var slots: [Key: Slot] = [:]
        var clock: UInt64 = 0

        /// Takes out those used longest ago, a quarter of all at once: the search for the oldest is then a small part of each
        /// opening.
        mutating func dropOldest(beyond capacity: Int) -> [Slot?] {
            guard slots.count > capacity else { return [] }
            let count = max(slots.count - capacity, capacity / 4)
            let oldest = slots.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(count)
            return oldest.map { slots.removeValue(forKey: $0.key) }
        }
    }

    private let highest: Atomic<Int>
    private let table = Mutex(Table())

    package init(capacity: Int = 128) {
        highest = Atomic(max(1, capacity))
    }

    /// How many files are kept open at most. May be set from any thread; a lower one closes what is too many.
    package var capacity: Int {
        get { highest.load(ordering: .relaxed) }
        set {
            highest.store(max(1, newValue), ordering: .relaxed)
            let dropped = table.withLock { $0.dropOldest(beyond: max(1, newValue)) }
            _ = consume dropped
        }
    }

    /// How many files are open now.
    package var count: Int {
        table.withLock { $0.slots.count }
    }

    /// The open file for a key, opened by `open` when the pool has none that will do.
    func file(
        _ key: Key, writable: Bool, open: () throws(StorageError) -> OpenFile
    ) throws(StorageError) -> OpenFile {
        if let file = lookUp(key, writable: writable) { return file }
        do throws(StorageError) {
            return keep(try open(), for: key, writable: writable)
        } catch {
            // The process is out of descriptors: ours are the ones that can be spared.
            guard case .failed(.open, _, let code) = error, Self.isShortage(code) else { throw error }
            forgetAll()
            return keep(try open(), for: key, writable: writable)
        }
    }

    /// Closes one file, as soon as nobody uses it.
    func forget(_ key: Key) {
        let dropped = table.withLock { $0.slots.removeValue(forKey: key) }
        // Closing may take long (network file systems flush): after the lock.
        _ = consume dropped
    }

    /// Closes all files of one torrent, as soon as nobody uses them.
    func forget(owner: UInt64) {
        let dropped = table.withLock { table in
            let kept = table.slots.filter { $0.key.owner != owner }
            let before = table.slots
            table.slots = kept
            return before
        }
        _ = consume dropped
    }

    private func forgetAll() {
        let dropped = table.withLock { table in
            let before = table.slots
            table.slots = [:]
            return before
        }
        _ = consume dropped
    }

    private func lookUp(_ key: Key, writable: Bool) -> OpenFile? {
        table.withLock { table in
            table.clock += 1
            guard let index = table.slots.index(forKey: key) else { return nil }
            guard table.slots.values[index].isWritable || !writable else { return nil }
            table.slots.values[index].lastUse = table.clock
            return table.slots.values[index].file
        }
    }

    private func keep(_ file: OpenFile, for key: Key, writable: Bool) -> OpenFile {
        let dropped = table.withLock { table in
            table.clock += 1
            var dropped: [Slot?] = []
            dropped.append(
                table.slots.updateValue(Slot(file: file, isWritable: writable, lastUse: table.clock), forKey: key))
            dropped += table.dropOldest(beyond: capacity)
            return dropped
        }
        _ = consume dropped
        return file
    }

    private static func isShortage(_ code: Int32) -> Bool {
        code == EMFILE || code == ENFILE
    }
}
