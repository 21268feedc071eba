import Glibc

/// Finds the files that go into a torrent.
///
/// What it must respect, all of it as mktorrent 1.1 does so that both make the same torrent:
/// - files are ordered by the bytes of their whole path below the root, the slash counting as a byte: `a.txt` before `a/b`;
/// - hidden files count, empty folders do not;
/// - symbolic links are followed, to files and to folders.
///
/// It differs where mktorrent passes over something in silence or writes what nobody can use: pipes, sockets, devices and names
/// with control characters are errors, and so is a link that leads back.
package struct FileWalk: Sendable {
    /// The root is a file itself.
    package let isSingleFile: Bool
    /// In the torrent's order; at least one.
    package let files: [SourceFile]

    package var totalLength: Int64 { files.reduce(0) { $0 + $1.length } }

    /// Walks a file or folder.
    ///
    /// - Parameters:
    ///   - root: a path; one slash or more at its end make no difference.
    ///   - exclusions: what to leave out, files and whole folders; never asked about the root itself.
    package init(root: String, exclusions: ExclusionList = ExclusionList()) throws(BuildError) {
        var location = Array(root.utf8)
        while location.count > 1, location.last == slash { location.removeLast() }
        let status = try Self.status(of: location)
        switch FileKind(mode: status.st_mode) {
        case .file:
            isSingleFile = true
            files = [Self.sourceFile(at: location, components: [], status: status)]
        case .folder:
            isSingleFile = false
            var walker = Walker(exclusions: exclusions)
            try walker.enter(location, components: [], identity: FileIdentity(status))
            guard !walker.found.isEmpty else { throw .nothingToPublish(path: root) }
            files = walker.found.map { (key: $0.joined, file: $0) }
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }
                .map(\.file)
        case let kind:
            throw .notAFile(path: root, found: kind)
        }
    }

    fileprivate static func status(of location: [UInt8]) throws(BuildError) -> stat {
        var status = stat()
        let code = withPath(location) { stat($0, &status) == 0 ? 0 : errno }
        guard code != 0 else { return status }
        let path = String(decoding: location, as: UTF8.self)
        switch code {
        case ELOOP: throw .linkLoop(path: path)
        default: throw .storage(.system(.inspect, path: path, code: code))
        }
    }

    fileprivate static func sourceFile(at location: [UInt8], components: [[UInt8]], status: stat) -> SourceFile {
        SourceFile(
            components: components, length: Int64(status.st_size), isExecutable: status.st_mode & S_IXUSR != 0,
            location: location, identity: SourceFile.Identity(status))
    }

    /// Hands a path of raw bytes to a system call.
    static func withPath<Result>(_ location: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (location + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let start = characters.baseAddress else {
                    preconditionFailure("an array of one byte has no address")
                }
                return body(start)
            }
        }
    }
}

/// The walk under way.
private struct Walker {
    let exclusions: ExclusionList
    var found: [SourceFile] = []
    /// The folders from the root to here, to notice a link that leads back to one of them.
    private var open: [FileIdentity] = []

    init(exclusions: ExclusionList) {
        self.exclusions = exclusions
    }

    mutating func enter(
        _ folder: [UInt8], components: [[UInt8]], identity: FileIdentity
    ) throws(BuildError) {
        guard !open.contains(identity) else {
            throw .linkLoop(path: String(decoding: folder, as: UTF8.self))
        }
        open.append(identity)
        defer { open.removeLast() }
        for name in try Self.names(in: folder) {
            try visit(name, in: folder, components: components + [name])
        }
    }

    private mutating func visit(
        _ name: [UInt8], in folder: [UInt8], components: [[UInt8]]
    ) throws(BuildError) {
        guard !exclusions.excludes(components) else { return }
        let location = (folder.last == slash ? folder : folder + [slash]) + name
        guard !name.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
            let path = String(decoding: location, as: UTF8.self)
            throw .unusableName(path: path.debugDescription, reason: "the name has a control character")
        }
        let status = try FileWalk.status(of: location)
        switch FileKind(mode: status.st_mode) {
        case .file where exclusions.excludes(status):
            break
        case .file:
            found.append(FileWalk.sourceFile(at: location, components: components, status: status))
        case .folder:
            try enter(location, components: components, identity: FileIdentity(status))
        case let kind:
            throw .notAFile(path: String(decoding: location, as: UTF8.self), found: kind)
        }
    }

    private static func names(in folder: [UInt8]) throws(BuildError) -> [[UInt8]] {
        let path = String(decoding: folder, as: UTF8.self)
        guard let listing = FileWalk.withPath(folder, { opendir($0) }) else {
            throw .storage(.system(.list, path: path, code: errno))
        }
        defer { closedir(listing) }
        var names: [[UInt8]] = []
        while true {
            // Only errno tells the end of the folder from a failure.
            errno = 0
            guard let entry = readdir(listing) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: UInt8.self, capacity: MemoryLayout.size(ofValue: name.pointee)) {
                    Array(UnsafeBufferPointer(start: $0, count: strlen(name)))
                }
            }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
        guard errno == 0 else { throw .storage(.system(.list, path: path, code: errno)) }
        return names
    }
}
