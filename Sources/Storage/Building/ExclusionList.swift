import Glibc

/// Patterns of names that stay out of a torrent (glob(7): `*`, `?`, `[…]`).
package struct ExclusionList: Sendable, Hashable {
    private var patterns: [String] = []

    /// - Parameter patterns: without a slash a pattern is held against each name, of files and of folders; with one, against
    ///   the whole path below the root, where `*` does not match a slash.
    package init(_ patterns: [String] = []) {
        self.patterns = patterns.filter { !$0.isEmpty }
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
