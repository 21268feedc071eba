import Crypto
import Glibc
import Metainfo
import Synchronization

/// Which files of a torrent have no place of their own, because they are not wanted.
///
/// A piece at the end of a wanted file carries bytes of its neighbours; without them it could be neither checked nor served.
/// rTorrent creates the neighbour for them, at its full length. Here they lie in one hidden file beside the torrent's, each byte at
/// its offset in the torrent (a file of holes), until the neighbour is wanted: who deselects a file does not find it on his disk.
final class Parts: Sendable {
    /// Stands for the parts file where files are numbered.
    static let file = -1

    private let files = Mutex<Set<Int>>([])
    private let cachedName = Mutex<String?>(nil)
    /// Most torrents have none, and then nobody asks for the lock.
    private let isUsed = Atomic(false)
    /// Held while bytes go into the parts file or out of it: none may go in that a move has passed already. It is held across I/O, but
    /// only for pieces at the ends of unwanted files.
    let moving = Mutex(())

    /// The name of the file, made when it is first needed.
    func name(_ make: () -> String) -> String {
        cachedName.withLock { name in
            let found = name ?? make()
            name = found
            return found
        }
    }

    func holds(_ file: Int) -> Bool {
        isUsed.load(ordering: .relaxed) && files.withLock { $0.contains(file) }
    }

    var isEmpty: Bool { !isUsed.load(ordering: .relaxed) }

    func set(_ held: Set<Int>) {
        files.withLock { $0 = held }
        isUsed.store(!held.isEmpty, ordering: .relaxed)
    }

    func insert(_ file: Int) {
        files.withLock { _ = $0.insert(file) }
        isUsed.store(true, ordering: .relaxed)
    }

    func remove(_ file: Int) {
        let isLast = files.withLock { files in
            files.remove(file)
            return files.isEmpty
        }
        if isLast { isUsed.store(false, ordering: .relaxed) }
    }
}

extension PieceStore {
    /// By the list of files, so that other torrents in the same folder do not take it for theirs. Hashes of pieces are not to be had at
    /// all times.
    private var partsName: String {
        parts.name { [info] in Self.partsName(info) }
    }

    private static func partsName(_ info: Info) -> String {
        var hash = Insecure.SHA1()
        for entry in info.files.entries {
            hash.update(data: Array("\(entry.length) \(entry.relativePath)\n".utf8))
        }
        hash.update(data: Array("\(info.pieceLength) \(info.name)".utf8))
        let digits = hash.finalize().prefix(8).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return ".\(digits.joined()).parts"
    }

    var partsPath: String { opener.placement.path(opener.placement.components(besides: partsName)) }

    /// Before pieces are hashed: files that are not there may have bytes in the parts file, if there is one.
    func lookForParts(missing files: some Collection<Int>) {
        let hasParts = !files.isEmpty && !info.isSingleFile && FileOpener.length(of: partsPath) != nil
        parts.set(hasParts ? Set(files) : [])
    }

    /// Whether a piece may lie partly in the parts file: it has bytes of several files, and one of them is held there.
    func mayBeParted(_ piece: Int) -> Bool {
        guard !parts.isEmpty else { return false }
        let spans = info.files.spans(offset: info.layout.offset(of: piece), length: info.layout.length(of: piece))
        var count = 0
        var isHeld = false
        for span in spans where !info.files.entries[span.file].isPadding {
            count += 1
            if parts.holds(span.file) { isHeld = true }
        }
        return isHeld && count > 1
    }

    func readParted(_ span: FileSpan, into memory: inout MemoryRegions) throws(StorageError) {
        let opened = try pool.file(key(Parts.file), writable: false) { () throws(StorageError) in
            try opener.openForReading(path: partsPath)
        }
        let offset = info.files.entries[span.file].offset + span.offset
        let (moved, code) = memory.transfer(span.length, at: offset) { preadv(opened.descriptor, $0, $1, $2) }
        guard code == 0 else { throw .system(.read, path: partsPath, code: code) }
        guard moved == span.length else { throw .missing(path: path(of: span.file)) }
    }

    /// - Returns: false when the file has got a place of its own meanwhile; nothing is written then.
    func writeParted(_ span: FileSpan, from memory: inout MemoryRegions) throws(StorageError) -> Bool {
        let offset = info.files.entries[span.file].offset + span.offset
        return try parts.moving.withLock { _ throws(StorageError) in
            guard parts.holds(span.file) else { return false }
            let opened = try partsForWriting()
            dirty.withLock { _ = $0.files.insert(Parts.file) }
            let (moved, code) = memory.transfer(span.length, at: offset) { pwritev(opened.descriptor, $0, $1, $2) }
            guard code == 0, moved == span.length else {
                throw .system(.write, path: partsPath, code: code == 0 ? ENOSPC : code)
            }
            return true
        }
    }

    func partsForWriting() throws(StorageError) -> OpenFile {
        let opened = try pool.file(key(Parts.file), writable: true) { () throws(StorageError) in
            let isNew = FileOpener.length(of: partsPath) == nil
            let opened = try opener.create(besides: partsName)
            if isNew { noteNew(partsPath) }
            return opened
        }
        // Somebody deleted it: what it held is gone, and what is written now would be.
        guard try opened.status(path: partsPath).st_nlink > 0 else {
            pool.forget(key(Parts.file))
            throw .changed(path: partsPath)
        }
        return opened
    }

    /// A file is wanted now and has been made: brings what the parts file holds of it to its place.
    func moveOut(_ file: Int, to target: OpenFile) throws(StorageError) {
        try parts.moving.withLock { _ throws(StorageError) in
            guard parts.holds(file) else { return }
            if FileOpener.length(of: partsPath) != nil {
                let entry = info.files.entries[file]
                let source = try opener.openForReading(path: partsPath)
                try copyData(of: source, entry.offset..<entry.end, to: target, path: path(of: file))
            }
            parts.remove(file)
            if parts.isEmpty {
                unlink(partsPath)
                pool.forget(key(Parts.file))
                dirty.withLock { _ = $0.files.remove(Parts.file) }
            }
        }
    }

    /// Copies what is no hole and brings it to the disk: after this the parts file may go.
    private func copyData(
        of source: OpenFile, _ range: Range<Int64>, to target: OpenFile, path: String
    ) throws(StorageError) {
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        var offset = range.lowerBound
        while offset < range.upperBound, let data = source.nextData(from: offset), data < range.upperBound {
            let wanted = Int(min(Int64(buffer.count), range.upperBound - data))
            let got = pread(source.descriptor, &buffer, wanted, off_t(data))
            guard got >= 0 else {
                let code = errno
                throw .system(.read, path: partsPath, code: code)
            }
            if got == 0 { break }
            let code = buffer[..<got].withUnsafeBytes { bytes in
                var memory = MemoryRegions(writing: CollectionOfOne(bytes))
                let (moved, code) = memory.transfer(got, at: data - range.lowerBound) {
                    pwritev(target.descriptor, $0, $1, $2)
                }
                return code == 0 && moved < got ? ENOSPC : code
            }
            guard code == 0 else { throw .system(.write, path: path, code: code) }
            offset = data + Int64(got)
        }
        guard fdatasync(target.descriptor) == 0 else { throw .system(.synchronise, path: path, code: errno) }
    }

    /// A file was made: its name reaches the disk with the next `sync`.
    func noteNew(_ path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        dirty.withLock { _ = $0.folders.insert(folder.isEmpty ? "/" : folder) }
    }
}
