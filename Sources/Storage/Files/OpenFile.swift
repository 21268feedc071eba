import Glibc

/// An open file, closed when the last user lets go of it.
///
/// The pool may drop a file while a worker still reads from it; the worker's reference keeps the descriptor alive, so a number
/// is never reused under somebody's hands.
package final class OpenFile: Sendable {
    package let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Size, kind and links of the file as they are now.
    func status(path: String) throws(StorageError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(.inspect, path: path, code: errno) }
        return status
    }

    /// Has the system begin to read a range into its cache; does not wait.
    func announceRead(at offset: Int64, length: Int) {
        _ = posix_fadvise(descriptor, off_t(offset), off_t(length), POSIX_FADV_WILLNEED)
    }

    /// The start of the first data at or after an offset: the offset itself where the file system does not tell, nil when
    /// only a hole follows.
    func nextData(from offset: Int64) -> Int64? {
        let found = lseek(descriptor, off_t(offset), seekData)
        if found >= 0 { return Int64(found) }
        return errno == ENXIO ? nil : offset
    }
}

// Linux names that Swift's Glibc module lacks because they stand behind _GNU_SOURCE.
private let seekData: Int32 = 3
let openPathOnly: Int32 = 0o10_000_000
