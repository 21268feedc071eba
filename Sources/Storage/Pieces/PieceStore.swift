import Glibc
package import Metainfo
import Synchronization

/// The bytes of one torrent in its files on disk: the only way in and out.
///
/// Files that are not wanted need not exist: what pieces at their ends carry of them lies in the parts file (`PieceStore+Parts`).
///
/// Offsets are in the torrent's byte stream, all files one after the other (`PieceLayout`, `FileList`). Calls block on the disk,
/// so they belong on a worker; any number of workers may call at once. Padding files (BEP 47) are never on disk: they read as
/// zeros and are not written.
///
/// Duties of the caller: `prepare()` before the first write; ranges lie inside the torrent.
package final class PieceStore: Sendable {
    /// What the store may do to the disk.
    package enum Access: Sendable {
        /// Never creates or changes anything.
        case readOnly
        /// Creates and writes; never through a symbolic link below the folder that the user named.
        case readWrite
    }

    package let info: Info
    let opener: FileOpener
    let pool: FilePool
    private let owner: UInt64
    /// The files of a store for reading as they were when it first read them.
    private let known = Mutex<[Int: SourceFile.Identity]>([:])
    /// The files written to since the last `sync`, and the folders in which some were made.
    let dirty = Mutex(Dirty())
    let parts = Parts()
    private let isWritable: Atomic<Bool>

    struct Dirty: Sendable {
        var files: Set<Int> = []
        var folders: Set<String> = []
    }

    private static let lastOwner = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - root: the folder in which the torrent's own name appears.
    ///   - saveAs: takes the place of root and name: the very file of a single-file torrent, the folder of any other.
    ///   - followsOwnLinks: writing goes through symbolic links that belong to this user or to root.
    package init(
        info: Info, root: String, saveAs: String? = nil, access: Access, pool: FilePool, followsOwnLinks: Bool = false
    ) {
        self.info = info
        self.pool = pool
        isWritable = Atomic(access == .readWrite)
        opener = FileOpener(
            placement: FilePlacement(info: info, root: root, saveAs: saveAs), followsOwnLinks: followsOwnLinks)
        owner = Self.lastOwner.wrappingAdd(1, ordering: .relaxed).newValue
    }

    deinit {
        pool.forget(owner: owner)
    }

    package var access: Access { isWritable.load(ordering: .relaxed) ? .readWrite : .readOnly }

    /// Changes what the store may do: to read once all pieces are there, to write when some turn out to lack.
    ///
    /// No write may be under way. A store for reading watches its files from its first read on: whatever changes then is no longer
    /// what was verified.
    package func setAccess(_ access: Access) {
        guard access != self.access else { return }
        isWritable.store(access == .readWrite, ordering: .relaxed)
        known.withLock { $0 = [:] }
        close()
    }

    /// The path of one file on disk.
    package func path(of file: Int) -> String {
        opener.placement.path(of: file)
    }

    // MARK: Reading

    /// Fills the buffer from an offset of the torrent's byte stream.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(StorageError) {
        try read(scattering: CollectionOfOne(buffer), at: offset)
    }

    /// Fills the buffers one after the other from an offset of the torrent's byte stream, with one `preadv` per file.
    ///
    /// - Throws: `.changed` when a store for reading finds a file written to, replaced or deleted since it first read it: what
    ///   was verified then may be something else now.
    package func read(
        scattering buffers: some Collection<UnsafeMutableRawBufferPointer>, at offset: Int64
    ) throws(StorageError) {
        var memory = MemoryRegions(filling: buffers)
        for span in info.files.spans(offset: offset, length: memory.count) {
            let entry = info.files.entries[span.file]
            guard !entry.isPadding else {
                memory.fillWithZeros(span.length)
                continue
            }
            if parts.holds(span.file) {
                try readParted(span, into: &memory)
                continue
            }
            let file = try openedForReading(span.file)
            let (moved, code) = memory.transfer(span.length, at: span.offset) { preadv(file.descriptor, $0, $1, $2) }
            guard code == 0 else { throw failure(.read, file: span.file, code: code) }
            guard moved == span.length else {
                throw .short(path: path(of: span.file), expected: entry.length, found: span.offset + Int64(moved))
            }
            // After the bytes are read: a change that came before the reading shows by now.
            if access == .readOnly { try checkUnchanged(file, span.file) }
        }
        precondition(memory.count == 0, "a read ends beyond the torrent")
    }

    /// Tells the system that a range will soon be read, so that the disk can begin; a hint that cannot fail.
    package func announceRead(at offset: Int64, length: Int) {
        for span in info.files.spans(offset: offset, length: length) where !info.files.entries[span.file].isPadding {
            guard !parts.holds(span.file), let file = try? openedForReading(span.file) else { continue }
            file.announceRead(at: span.offset, length: span.length)
        }
    }

    /// Whether a range lies wholly in holes and padding, so that all of it reads as zeros without being read.
    ///
    /// - Returns: false as well when the file system cannot tell.
    package func isHole(at offset: Int64, length: Int) throws(StorageError) -> Bool {
        for span in info.files.spans(offset: offset, length: length) where !info.files.entries[span.file].isPadding {
            if parts.holds(span.file) { return false }
            let file = try openedForReading(span.file)
            let end = span.offset + Int64(span.length)
            if let data = file.nextData(from: span.offset), data < end { return false }
            // Beyond the end of a file there is no data either, but that is a short file and not a hole.
            let path = path(of: span.file)
            let size = Int64(try file.status(path: path).st_size)
            guard size >= end else {
                throw .short(path: path, expected: info.files.entries[span.file].length, found: size)
            }
        }
        return true
    }

    // MARK: Writing

    /// Writes bytes at an offset of the torrent's byte stream.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(StorageError) {
        try write(gathering: CollectionOfOne(bytes), at: offset)
    }

    /// Writes the buffers one after the other at an offset of the torrent's byte stream, with one `pwritev` per file.
    ///
    /// - Throws: `.changed` when a file was deleted or cut since `prepare()`: what was verified before is gone, so the torrent
    ///   must be checked again rather than written on.
    package func write(
        gathering buffers: some Collection<UnsafeRawBufferPointer>, at offset: Int64
    ) throws(StorageError) {
        // Not a trap: a store may become one for reading while a piece is still on its way to it.
        guard access == .readWrite else { throw .failed(.write, path: opener.placement.base, code: EROFS) }
        var memory = MemoryRegions(writing: buffers)
        for span in info.files.spans(offset: offset, length: memory.count) {
            let entry = info.files.entries[span.file]
            guard !entry.isPadding else {
                memory.skip(span.length)
                continue
            }
            if parts.holds(span.file), try writeParted(span, from: &memory) { continue }
            let file = try openedForWriting(span.file, length: entry.length)
            dirty.withLock { _ = $0.files.insert(span.file) }
            let (moved, code) = memory.transfer(span.length, at: span.offset) { pwritev(file.descriptor, $0, $1, $2) }
            // A call that writes nothing and names no error has found no room.
            guard code == 0, moved == span.length else {
                throw failure(.write, file: span.file, code: code == 0 ? ENOSPC : code)
            }
        }
        precondition(memory.count == 0, "a write ends beyond the torrent")
    }

    /// Closes all files of this torrent; the next call opens what it needs.
    package func close() {
        pool.forget(owner: owner)
    }

    // MARK: Open files

    func key(_ file: Int) -> FilePool.Key {
        FilePool.Key(owner: owner, file: file)
    }

    private func openedForReading(_ file: Int) throws(StorageError) -> OpenFile {
        try pool.file(key(file), writable: false) { () throws(StorageError) in try opener.openForReading(file) }
    }

    private func checkUnchanged(_ opened: OpenFile, _ file: Int) throws(StorageError) {
        let path = path(of: file)
        let status = try opened.status(path: path)
        let identity = SourceFile.Identity(status)
        let before = known.withLock { known in
            if let before = known[file] { return before }
            known[file] = identity
            return identity
        }
        guard before == identity, status.st_nlink > 0 else {
            pool.forget(key(file))
            throw .changed(path: path)
        }
    }

    func openedForWriting(_ file: Int, length: Int64) throws(StorageError) -> OpenFile {
        let opened = try pool.file(key(file), writable: true) { () throws(StorageError) in
            try opener.openForWriting(file)
        }
        let path = path(of: file)
        let status = try opened.status(path: path)
        // A deleted file would swallow the bytes; a cut one would grow again with a hole where verified pieces were.
        guard status.st_nlink > 0, status.st_size >= length else {
            pool.forget(key(file))
            throw .changed(path: path)
        }
        return opened
    }

    func failure(_ operation: StorageError.Operation, file: Int, code: Int32) -> StorageError {
        .system(operation, path: path(of: file), code: code)
    }
}
