package import Metainfo

/// rTorrent's session folder: what is remembered of all torrents over restarts, in files that rTorrent reads and writes as well.
///
/// Any thread may call. Reading and writing happen on threads of its own; what was saved is never seen half done, and a save that did not
/// work leaves the former one in place.
package final class SessionDirectory: Sendable {
    /// With a slash at its end.
    package let path: String
    private let files: any SessionFiles
    private let lock: SessionLock?
    private let writer: SessionWriter
    private let report: @Sendable (String) -> Void

    /// Opens a folder, which must be there and writable, and locks it.
    ///
    /// - Parameters:
    ///   - usesLock: false leaves out the lock; `session.use_lock`
    ///   - report: told in sentences what goes wrong later, each cause once; any thread.
    package convenience init(
        path: [UInt8], usesLock: Bool = true, report: @escaping @Sendable (String) -> Void
    ) throws(SessionError) {
        let path = path.last == UInt8(ascii: "/") ? path : path + [UInt8(ascii: "/")]
        let text = String(decoding: path, as: UTF8.self)
        let folder: FolderFiles
        do throws(FileStepError) {
            folder = try FolderFiles(path: path)
            // Without a lock nothing is written before the first save, and then it would be too late to find out.
            try folder.checkWritable()
        } catch {
            throw .folder(path: text, code: error.code)
        }
        self.init(
            path: text, files: folder, lock: usesLock ? try SessionLock.take(folder, path: text) : nil, report: report)
    }

    init(path: String, files: any SessionFiles, lock: SessionLock?, report: @escaping @Sendable (String) -> Void) {
        self.path = path
        self.files = files
        self.lock = lock
        self.report = report
        writer = SessionWriter(files, report: report)
    }

    /// Reads all torrents, on several threads and some hundreds at a time; to be called once, before anything is saved.
    ///
    /// - Parameter deliver: takes them in the order of their hashes; the next ones wait until it returns.
    package func load(_ deliver: @escaping @Sendable ([SessionEntry]) async -> Void) async {
        await SessionLoad(files: files, report: report).run(deliver)
    }

    /// Where a torrent lies, or would lie; nothing is looked at.
    func path(of infoHash: InfoHash) -> [UInt8] { Array((path + SessionNames(infoHash).torrent).utf8) }

    /// The torrent that is saved under this hash; blocks on the disk.
    package func torrent(_ infoHash: InfoHash) -> MetainfoFile? {
        guard
            let bytes = try? files.read(SessionNames(infoHash).torrent, limit: SessionReader.maxTorrentBytes),
            let metainfo = try? MetainfoFile.decode(bytes), metainfo.networkHash == infoHash
        else { return nil }
        return metainfo
    }

    /// Saves a torrent, soon. If it waits already, the newer state takes the older one's place.
    ///
    /// - Parameter done: called on any thread when it is on the disk, or could not be brought there.
    package func save(_ state: SessionState, done: (@Sendable (SessionError?) -> Void)? = nil) {
        writer.save(state, done: done)
    }

    /// Forgets a torrent, soon: removes all its files here.
    package func remove(_ infoHash: InfoHash, done: (@Sendable (SessionError?) -> Void)? = nil) {
        writer.remove(infoHash, done: done)
    }

    /// Calls `done` on any thread when everything that was asked for before has been done.
    package func flush(_ done: @escaping @Sendable () -> Void) { writer.flush(done) }

    /// Waits until everything is written, and unlocks the folder. Nothing may be asked for afterwards.
    package func close() {
        writer.finish()
        lock?.release()
    }
}
