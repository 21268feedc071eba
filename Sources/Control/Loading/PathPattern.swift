import Glibc

/// A path with wildcards in any of its components: `/watch/*/*.torrent`.
///
/// As `fnmatch` has them (`*`, `?`, `[…]`), of which rTorrent 0.9.8 knew `*` only. A wildcard does not match a name that starts with a
/// dot unless the pattern does.
struct PathPattern {
    /// Names looked at for one pattern; far above what a watch folder holds.
    private static let mostNames = 1_000_000

    private let components: [[UInt8]]
    private let isAbsolute: Bool
    let hasWildcards: Bool

    init(_ path: [UInt8]) {
        isAbsolute = path.first == UInt8(ascii: "/")
        components = path.split(separator: UInt8(ascii: "/")).map(Array.init)
        hasWildcards = components.contains { Self.isWild($0) }
    }

    /// Paths that match, each folder's names in byte order. Slow: reads folders.
    func matches() -> [[UInt8]] {
        var paths: [[UInt8]] = [isAbsolute ? [UInt8(ascii: "/")] : []]
        var looked = 0
        for component in components {
            guard Self.isWild(component) else {
                paths = paths.map { DownloadPlace.joined($0, component) }
                continue
            }
            var found: [[UInt8]] = []
            for folder in paths {
                let names = Self.names(in: folder, matching: component, &looked)
                found += names.map { DownloadPlace.joined(folder, $0) }
            }
            paths = found
        }
        // A path behind a wildcard may lead nowhere: `/*/x.torrent`.
        return hasWildcards ? paths.filter { FileStatus($0) != nil } : paths
    }

    private static func isWild(_ component: [UInt8]) -> Bool {
        component.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
    }

    private static func names(in folder: [UInt8], matching pattern: [UInt8], _ looked: inout Int) -> [[UInt8]] {
        let place = folder.isEmpty ? [UInt8(ascii: ".")] : folder
        guard let directory = FileStatus.withCString(place, { opendir($0) }) else { return [] }
        defer { closedir(directory) }
        var names: [[UInt8]] = []
        while looked < mostNames, let entry = readdir(directory) {
            looked += 1
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name == [UInt8(ascii: ".")] || name == Array("..".utf8) { continue }
            let isMatch = FileStatus.withCString(pattern) { pattern in
                FileStatus.withCString(name) { fnmatch(pattern, $0, FNM_PERIOD) == 0 }
            }
            if isMatch { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
