import Glibc

/// Writes a whole file at once: it is there with all its bytes, on disk, or not at all.
package enum FreshFile {
    /// Writes beside the target, flushes to disk, then gives the file its name.
    ///
    /// - Parameter overwrite: replaces what bears the name; otherwise that is an error (`EEXIST`) and stays untouched.
    package static func write(_ bytes: [UInt8], to path: String, overwrite: Bool) throws(StorageError) {
        let draft = "\(path).\(getpid()).part"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(.create, path: path, code: errno) }
        let file = OpenFile(descriptor: descriptor)
        do throws(StorageError) {
            try fill(file, with: bytes, path: path)
            try rename(draft, to: path, overwrite: overwrite)
        } catch {
            unlink(draft)
            throw error
        }
        synchroniseFolder(path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".")
    }

    /// A missing folder is the caller's slip, not a missing file of a torrent.
    private static func failure(_ operation: StorageError.Operation, path: String, code: Int32) -> StorageError {
        code == ENOENT ? .failed(operation, path: path, code: code) : .system(operation, path: path, code: code)
    }

    private static func fill(_ file: OpenFile, with bytes: [UInt8], path: String) throws(StorageError) {
        let code = bytes.withUnsafeBytes { bytes in
            var memory = MemoryRegions(writing: CollectionOfOne(bytes))
            let (moved, code) = memory.transfer(bytes.count, at: 0) { pwritev(file.descriptor, $0, $1, $2) }
            return code == 0 && moved < bytes.count ? ENOSPC : code
        }
        guard code == 0 else { throw failure(.write, path: path, code: code) }
        guard fsync(file.descriptor) == 0 else { throw failure(.synchronise, path: path, code: errno) }
    }

    private static func rename(_ draft: String, to path: String, overwrite: Bool) throws(StorageError) {
        if !overwrite {
            // `link` refuses a taken name in the same step, which `rename` cannot.
            if link(draft, path) == 0 {
                unlink(draft)
                return
            }
            let code = errno
            // Some file systems have no hard links; there a small gap between question and act must do.
            guard code == EPERM || code == EOPNOTSUPP || code == ENOSYS || code == EMLINK else {
                throw failure(.create, path: path, code: code)
            }
            guard access(path, F_OK) != 0 else { throw failure(.create, path: path, code: EEXIST) }
        }
        guard Glibc.rename(draft, path) == 0 else { throw failure(.rename, path: path, code: errno) }
    }

    /// Makes the new name itself last; some file systems cannot, so its failure is no error.
    static func synchroniseFolder(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
