import Glibc

/// Patterns of names that stay out of a torrent (glob(7): `*`, `?`, `[…]`).
package struct ExclusionList: Sendable, Hashable {
    private let patterns: [String]
    /// Device and inode of a file that is left out wherever it is met.
    private let file: FileIdentity?

    /// - Parameter patterns: without a slash a pattern is held against each name, of files and of folders; with one, against
    ///   the whole path below the root, where `*` does not match a slash.
    /// - Parameter file: a path that is left out under whatever name it is met, if it exists: the output.
    package init(_ patterns: [String] = [], file: String? = nil) {
        self.patterns = patterns.filter { !$0.isEmpty }
        self.file = file.flatMap(FileIdentity.init(path:))
    }

    /// Whether this is the one file to leave out.
    func excludes(_ status: stat) -> Bool {
        file == FileIdentity(status)
    }

    /// Whether the file or folder at the end of `components` is left out.
    package func excludes(_ components: [[UInt8]]) -> Bool {
        guard !patterns.isEmpty, let name = components.last else { return false }
        let path = Array(components.joined(separator: [slash]))
        return patterns.contains { pattern in
            pattern.contains("/")
                ? Self.matches(pattern, path, flags: Self.pathnameFlag) : Self.matches(pattern, name, flags: 0)
        }
    }

    private static func matches(_ pattern: String, _ name: [UInt8], flags: Int32) -> Bool {
        FileWalk.withPath(name) { fnmatch(pattern, $0, flags) == 0 }
    }

    // FNM_PATHNAME.
    private static let pathnameFlag: Int32 = 1
}

/// Tells two paths to one file from two files.
struct FileIdentity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }

    /// Nil when nothing stands at the path.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}
