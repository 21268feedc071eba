/// A run of bytes inside one file.
package struct FileSpan: Hashable, Sendable {
    /// Index into `FileList.entries`; the file may be padding.
    package let file: Int
    /// Offset inside that file.
    package let offset: Int64
    /// At least one.
    package let length: Int

    /// A run of at least one byte.
    package init(file: Int, offset: Int64, length: Int) {
        self.file = file
        self.offset = offset
        self.length = length
    }
}

/// The files behind a range of the stream, made one by one without allocating.
package struct FileSpans: Sequence, IteratorProtocol, Sendable {
    private let entries: [FileEntry]
    private var file: Int
    private var offset: Int64
    private var remaining: Int

    init(entries: [FileEntry], file: Int, offset: Int64, length: Int) {
        self.entries = entries
        self.file = file
        self.offset = offset
        self.remaining = length
    }

    /// The next run, in the order of the stream.
    package mutating func next() -> FileSpan? {
        guard remaining > 0 else { return nil }
        while entries[file].end <= offset { file += 1 }
        let inside = offset - entries[file].offset
        let length = Int(Swift.min(Int64(remaining), entries[file].length - inside))
        offset += Int64(length)
        remaining -= length
        return FileSpan(file: file, offset: inside, length: length)
    }
}
