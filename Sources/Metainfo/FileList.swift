/// The files of a torrent in the order of its stream, padding included.
///
/// Invariant: each file begins where the one before ends, and the last ends at `totalLength`.
package struct FileList: Sendable {
    /// All files, padding included.
    package let entries: [FileEntry]
    /// Length of the stream, padding included.
    package let totalLength: Int64
    /// One file that stands alone, not in a folder of the torrent's name.
    package let isSingleFile: Bool
    /// Every name that could not be used as it came, and what stands in its place.
    package let unsafeNames: [UnsafeName]

    init(entries: [FileEntry], isSingleFile: Bool, unsafeNames: [UnsafeName]) {
        self.entries = entries
        self.totalLength = entries.last?.end ?? 0
        self.isSingleFile = isSingleFile
        self.unsafeNames = unsafeNames
    }

    /// Files that have a place on disk.
    package var contentCount: Int { entries.reduce(0) { $0 + ($1.isPadding ? 0 : 1) } }

    /// Bytes of files that have a place on disk.
    package var contentLength: Int64 { entries.reduce(0) { $0 + ($1.isPadding ? 0 : $1.length) } }

    /// Which files hold `length` bytes of the stream from `offset` on, first to last; empty files never appear.
    ///
    /// - Parameter offset: zero or more; the range must end within `totalLength`.
    package func spans(offset: Int64, length: Int) -> FileSpans {
        precondition(offset >= 0 && length >= 0 && offset <= totalLength - Int64(length), "bytes outside the torrent")
        return FileSpans(entries: entries, file: length == 0 ? 0 : index(at: offset), offset: offset, length: length)
    }

    /// The one file that holds the byte at `offset`, which must lie within the stream.
    package func index(at offset: Int64) -> Int {
        precondition(offset >= 0 && offset < totalLength, "a byte outside the torrent")
        var low = 0
        var high = entries.count - 1
        // The last file that begins at or before the byte: empty files at the same offset come before it.
        while low < high {
            let middle = (low + high + 1) / 2
            if entries[middle].offset <= offset { low = middle } else { high = middle - 1 }
        }
        while entries[low].length == 0 { low -= 1 }
        return low
    }
}
