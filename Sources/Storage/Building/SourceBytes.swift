import Glibc
import Synchronization

/// The bytes of all source files laid end to end, read from any number of threads.
final class SourceBytes: Sendable {
    let totalLength: Int64
    private let files: [SourceFile]
    /// Where each file begins; ascending, equal for empty files.
    private let starts: [Int64]
    /// Its own, so that the files of a torrent in the making do not crowd out others'; few, for they are read in order.
    private let pool = FilePool(capacity: 32)

    init(_ files: [SourceFile]) {
        self.files = files
        var sum: Int64 = 0
        starts = files.map { file in
            defer { sum += file.length }
            return sum
        }
        totalLength = sum
    }

    /// Fills a buffer; the range lies inside the files.
    ///
    /// - Throws: `.short` when a file has become shorter, `.missing` when it is gone.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(StorageError) {
        var memory = MemoryRegions(filling: CollectionOfOne(buffer))
        var index = firstFile(at: offset)
        while memory.count > 0 {
            let start = offset + Int64(buffer.count - memory.count) - starts[index]
            let length = Int(min(Int64(memory.count), files[index].length - start))
            if length > 0 { try read(length, of: index, at: start, into: &memory) }
            index += 1
        }
    }

    /// Tells the system that a range will soon be read; a hint that cannot fail.
    func announceRead(at offset: Int64, length: Int) {
        var index = firstFile(at: offset)
        let end = offset + Int64(length)
        while index < files.count, starts[index] < end {
            let start = max(0, offset - starts[index])
            let count = min(files[index].length, end - starts[index]) - start
            if count > 0 { try? opened(index).announceRead(at: start, length: Int(count)) }
            index += 1
        }
    }

    private func read(
        _ length: Int, of index: Int, at start: Int64, into memory: inout MemoryRegions
    ) throws(StorageError) {
        let source = files[index]
        let file = try opened(index)
        let (moved, code) = memory.transfer(length, at: start) { preadv(file.descriptor, $0, $1, $2) }
        guard code == 0 else { throw .system(.read, path: source.path, code: code) }
        guard moved == length else {
            throw .short(path: source.path, expected: source.length, found: start + Int64(moved))
        }
    }

    private func opened(_ index: Int) throws(StorageError) -> OpenFile {
        try pool.file(FilePool.Key(owner: 0, file: index), writable: false) { () throws(StorageError) in
            try Self.open(files[index])
        }
    }

    /// The last file that begins at or before an offset and has a byte there, or an empty one just before it.
    private func firstFile(at offset: Int64) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    private static func open(_ source: SourceFile) throws(StorageError) -> OpenFile {
        let (descriptor, code) = FileWalk.withPath(source.location) {
            let descriptor = Glibc.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            return (descriptor, errno)
        }
        guard descriptor >= 0 else { throw .system(.open, path: source.path, code: code) }
        return OpenFile(descriptor: descriptor)
    }
}
