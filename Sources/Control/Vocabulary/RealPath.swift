import Glibc

/// Paths without links and dots.
enum RealPath {
    /// - Returns: nil if a part of it is not there.
    static func of(_ path: String) -> String? {
        guard !path.isEmpty, let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
