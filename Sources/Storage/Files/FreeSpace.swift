import Glibc

/// How much room a file system has.
package enum FreeSpace {
    /// Bytes that this user may still write where `path` is, or would be: the nearest folder above that exists is asked.
    ///
    /// - Returns: nil when the system does not tell. Blocks on network file systems.
    package static func bytes(at path: String) -> Int64? {
        var path = path.isEmpty ? "." : path
        while true {
            var status = statvfs()
            if statvfs(path, &status) == 0 {
                let (bytes, isTooMany) = UInt64(status.f_bavail).multipliedReportingOverflow(
                    by: UInt64(status.f_frsize))
                return isTooMany ? .max : Int64(clamping: bytes)
            }
            guard errno == ENOENT || errno == ENOTDIR, path != "/", path != "." else { return nil }
            guard let slash = path.lastIndex(of: "/") else {
                path = "."
                continue
            }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
    }
}
