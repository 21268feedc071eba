import Dispatch
import Metainfo
import Synchronization

/// Reads a whole session, some hundred torrents at a time on several threads.
struct SessionLoad: Sendable {
    /// So many are in memory besides those that were delivered, twice: one part is read while another is taken.
    private static let partLength = 256

    let files: any SessionFiles
    let report: @Sendable (String) -> Void

    func run(_ deliver: @escaping @Sendable ([SessionEntry]) async -> Void) async {
        guard let (reader, hashes) = await onThread({ begin() }) else { return }
        let parts = stride(from: 0, to: hashes.count, by: Self.partLength).map {
            hashes[$0..<min(hashes.count, $0 + Self.partLength)]
        }
        var entries: [SessionEntry] = []
        for part in parts {
            async let next = onThread { Self.read(part, reader) }
            if !entries.isEmpty { await deliver(entries) }
            entries = await next
        }
        if !entries.isEmpty { await deliver(entries) }
    }

    private func begin() -> (SessionReader, [InfoHash])? {
        do throws(FileStepError) {
            let names = try files.names()
            return (
                SessionReader(files: files, names: Set(names), report: report), SessionNames.torrents(in: names)
            )
        } catch {
            report("session: could not \(error.step): \(SessionError.text(error.code)); no torrent is loaded from it")
            return nil
        }
    }

    /// Blocks; in the order of `hashes`.
    private static func read(_ hashes: ArraySlice<InfoHash>, _ reader: SessionReader) -> [SessionEntry] {
        let found = Mutex([SessionEntry?](repeating: nil, count: hashes.count))
        DispatchQueue.concurrentPerform(iterations: hashes.count) { index in
            let entry = reader.read(hashes[hashes.startIndex + index])
            found.withLock { $0[index] = entry }
        }
        return found.withLock { $0.compactMap { $0 } }
    }

    /// Disks block: that is not for the threads of Swift's tasks.
    private func onThread<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: body()) }
        }
    }
}
