import Glibc

/// Opens and creates the files of one torrent below the folder that the user named.
///
/// Reading follows symbolic links, as making a torrent does. Writing goes down component by component and follows none, or only
/// those that belong to the user: a link left by somebody else must not turn a download into a write anywhere on the disk.
struct FileOpener: Sendable {
    let placement: FilePlacement
    /// Links that this user, or root, has put below the folder are his wish: he keeps parts of his data elsewhere. Torrents cannot
    /// make links that lead out of their own folder.
    var followsOwnLinks = false

    /// Opens an existing file for reading.
    func openForReading(_ file: Int) throws(StorageError) -> OpenFile {
        try openForReading(path: placement.path(of: file))
    }

    func openForReading(path: String) throws(StorageError) -> OpenFile {
        // Without O_NONBLOCK the opening of a pipe would wait for its other end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.error(.open, path: path, code: errno) }
        return try Self.checked(OpenFile(descriptor: descriptor), path: path)
    }

    /// Opens an existing file for reading and writing.
    func openForWriting(_ file: Int) throws(StorageError) -> OpenFile {
        try openBelow(placement.components(of: file), flags: O_RDWR, mode: 0)
    }

    /// Opens a file for reading and writing, creating it and its folders where they lack.
    func create(_ file: Int, isExecutable: Bool) throws(StorageError) -> OpenFile {
        try openBelow(placement.components(of: file), flags: O_RDWR | O_CREAT, mode: isExecutable ? 0o777 : 0o666)
    }

    /// Opens a file of ours beside the torrent's own for reading and writing, creating it where it lacks.
    func create(besides name: String) throws(StorageError) -> OpenFile {
        try openBelow(placement.components(besides: name), flags: O_RDWR | O_CREAT, mode: 0o666)
    }

    /// Makes a symbolic link unless something stands there already.
    func link(_ file: Int, to target: String) throws(StorageError) {
        let path = placement.path(of: file)
        let components = placement.components(of: file)
        guard let name = components.last else { throw .missing(path: path) }
        let folder = try descend(components.dropLast(), creating: true)
        guard symlinkat(target, folder.descriptor, name) == 0 || errno == EEXIST else {
            throw .system(.create, path: path, code: errno)
        }
    }

    /// Creates the folder that the user named and those above it.
    func createBase() throws(StorageError) {
        let base = placement.base
        let ends = base.indices.dropFirst().filter { base[$0] == "/" } + [base.endIndex]
        for end in ends {
            let folder = String(base[..<end])
            guard mkdir(folder, 0o777) == 0 || Self.isFolder(folder) else {
                throw .system(.createFolder, path: folder, code: errno)
            }
        }
    }

    private func openBelow(_ components: [String], flags: Int32, mode: mode_t) throws(StorageError) -> OpenFile {
        let path = placement.path(components)
        guard let name = components.last else { throw .missing(path: path) }
        let folder = try descend(components.dropLast(), creating: flags & O_CREAT != 0)
        let noFollow = placement.isNamedByUser ? 0 : O_NOFOLLOW
        let allFlags = flags | O_CLOEXEC | O_NONBLOCK
        var descriptor = openat(folder.descriptor, name, allFlags | noFollow, mode)
        if descriptor < 0, errno == ELOOP, isOwnLink(name, in: folder) {
            descriptor = openat(folder.descriptor, name, allFlags, mode)
        }
        guard descriptor >= 0 else {
            let code = errno
            if code == ELOOP { throw .symbolicLink(path: path) }
            throw Self.error(flags & O_CREAT != 0 ? .create : .open, path: path, code: code)
        }
        return try Self.checked(OpenFile(descriptor: descriptor), path: path)
    }

    /// Opens the folder at the end of `components`, from `base` down.
    private func descend(_ components: ArraySlice<String>, creating: Bool) throws(StorageError) -> OpenFile {
        let flags = openPathOnly | O_DIRECTORY | O_CLOEXEC
        var path = placement.base
        let top = open(path, flags)
        guard top >= 0 else { throw Self.error(.open, path: path, code: errno) }
        var folder = OpenFile(descriptor: top)
        for component in components {
            path += "/" + component
            if creating, mkdirat(folder.descriptor, component, 0o777) != 0, errno != EEXIST {
                throw .system(.createFolder, path: path, code: errno)
            }
            var next = openat(folder.descriptor, component, flags | O_NOFOLLOW)
            if next < 0, errno == ENOTDIR || errno == ELOOP, isOwnLink(component, in: folder) {
                next = openat(folder.descriptor, component, flags)
            }
            guard next >= 0 else {
                let code = errno
                if code == ENOTDIR || code == ELOOP { throw Self.notAFolder(component, in: folder, path: path) }
                throw Self.error(.open, path: path, code: code)
            }
            folder = OpenFile(descriptor: next)
        }
        return folder
    }

    /// Whether a link stands there that may be followed. Leaves errno as it is when not.
    private func isOwnLink(_ name: String, in folder: OpenFile) -> Bool {
        guard followsOwnLinks else { return false }
        let code = errno
        var status = stat()
        guard fstatat(folder.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
            FileKind(mode: status.st_mode) == .symbolicLink, status.st_uid == geteuid() || status.st_uid == 0
        else {
            errno = code
            return false
        }
        return true
    }

    /// Why a component that is there cannot be gone down into.
    private static func notAFolder(_ name: String, in folder: OpenFile, path: String) -> StorageError {
        var status = stat()
        guard fstatat(folder.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            return .system(.open, path: path, code: errno)
        }
        return FileKind(mode: status.st_mode) == .symbolicLink
            ? .symbolicLink(path: path) : .failed(.open, path: path, code: ENOTDIR)
    }

    private static func checked(_ file: OpenFile, path: String) throws(StorageError) -> OpenFile {
        let kind = FileKind(mode: try file.status(path: path).st_mode)
        guard kind == .file else { throw .notAFile(path: path, found: kind) }
        return file
    }

    private static func error(_ operation: StorageError.Operation, path: String, code: Int32) -> StorageError {
        switch code {
        case EISDIR: .notAFile(path: path, found: .folder)
        // A pipe without a reader, a device without a driver.
        case ENXIO: .notAFile(path: path, found: .device)
        default: .system(operation, path: path, code: code)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        // A question that must not spoil the errno of the call before it.
        let code = errno
        defer { errno = code }
        return kind(of: path) == .folder
    }

    /// What stands at a path, links followed; nil if nothing does.
    static func kind(of path: String) -> FileKind? {
        var status = stat()
        return stat(path, &status) == 0 ? FileKind(mode: status.st_mode) : nil
    }

    /// The length of the file at a path, links followed; nil unless there is one.
    static func length(of path: String) -> Int64? {
        var status = stat()
        guard stat(path, &status) == 0, FileKind(mode: status.st_mode) == .file else { return nil }
        return Int64(status.st_size)
    }
}
