import Glibc

/// The files of a real folder.
///
/// The folder stays open, so that another mount over its path or a new name does not make one session of two.
final class FolderFiles: SessionFiles {
    /// Open on the folder for as long as this lives.
    let descriptor: Int32

    /// - Throws: if it cannot be opened as a folder.
    init(path: [UInt8]) throws(FileStepError) {
        descriptor = try Self.check("open the folder") { Self.open(path) }
    }

    deinit { _ = close(descriptor) }

    private static func open(_ path: [UInt8]) -> Int32 {
        (path + [0]).withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) } ?? -1
            }
        }
    }

    private static func check(_ step: String, _ call: () -> Int32) throws(FileStepError) -> Int32 {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { throw FileStepError(step: step, code: errno) }
        }
    }

    /// - Throws: if files cannot be made in it.
    func checkWritable() throws(FileStepError) {
        _ = try Self.check("write to the folder") { faccessat(descriptor, ".", W_OK | X_OK, AT_EACCESS) }
    }

    func names() throws(FileStepError) -> [String] {
        // A descriptor of its own, for reading a folder moves a shared position.
        let listing = try Self.check("list the folder") { openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let folder = fdopendir(listing) else {
            let code = errno
            close(listing)
            throw FileStepError(step: "list the folder", code: code)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else { break }
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        if errno != 0 { throw FileStepError(step: "list the folder", code: errno) }
        return names
    }

    func has(_ name: String) -> Bool { faccessat(descriptor, name, F_OK, 0) == 0 }

    func read(_ name: String, limit: Int) throws(FileStepError) -> [UInt8]? {
        // Not to wait for the writer of a pipe that somebody put there.
        let file = openat(descriptor, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw FileStepError(step: "open it", code: errno)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw FileStepError(step: "look at it", code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileStepError(step: "read it", code: EISDIR) }
        guard status.st_size <= limit else { throw FileStepError(step: "read it", code: EFBIG) }
        return try Self.read(file, count: Int(status.st_size))
    }

    private static func read(_ file: Int32, count: Int) throws(FileStepError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            while used < count {
                let got = Glibc.read(file, buffer.baseAddress.map { $0 + used }, count - used)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                used += got
            }
        }
        if failure != 0 { throw FileStepError(step: "read it", code: failure) }
        return bytes
    }

    func write(_ bytes: [UInt8], to name: String) throws(FileStepError) {
        let file = try Self.check("create it") {
            openat(descriptor, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o666)
        }
        var failure: Int32 = 0
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(file, buffer.baseAddress.map { $0 + done }, buffer.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    failure = count < 0 ? errno : EIO
                    return
                }
                done += count
            }
        }
        // Over a network the disk's refusal may come as late as this.
        if close(file) != 0, failure == 0, errno != EINTR { failure = errno }
        if failure != 0 { throw FileStepError(step: "write it", code: failure) }
    }

    private typealias SyncFileSystem = @convention(c) (Int32) -> Int32

    /// `syncfs`, which Swift's Glibc module leaves out.
    private static let syncFileSystem: SyncFileSystem? =
        dlsym(nil, "syncfs").map { unsafeBitCast($0, to: SyncFileSystem.self) }

    func beginSync() {
        // One commit of the file system's journal for all files; without it each `fsync` makes one.
        _ = Self.syncFileSystem?(descriptor)
    }

    func sync(_ name: String) throws(FileStepError) {
        let file = try Self.check("open it") { openat(descriptor, name, O_RDONLY | O_CLOEXEC) }
        defer { close(file) }
        _ = try Self.check("bring it to the disk") { fsync(file) }
    }

    func rename(_ name: String, to target: String) throws(FileStepError) {
        _ = try Self.check("put it in its place") { renameat(descriptor, name, descriptor, target) }
    }

    func link(_ name: String, to target: String) throws(FileStepError) {
        try remove(target)
        _ = try Self.check("keep a copy of it") { linkat(descriptor, name, descriptor, target, 0) }
    }

    func remove(_ name: String) throws(FileStepError) {
        guard unlinkat(descriptor, name, 0) != 0, errno != ENOENT else { return }
        throw FileStepError(step: "remove it", code: errno)
    }

    func syncFolder() throws(FileStepError) {
        while fsync(descriptor) != 0 {
            // Some network file systems cannot do this with a folder; their server does it by itself.
            if errno == EINVAL || errno == EROFS { return }
            if errno != EINTR { throw FileStepError(step: "bring the folder to the disk", code: errno) }
        }
    }
}
