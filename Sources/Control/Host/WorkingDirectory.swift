import Glibc

/// The process's own folder: what relative paths start from.
package enum WorkingDirectory {
    package static var path: String {
        guard let buffer = getcwd(nil, 0) else { return "/" }
        defer { free(buffer) }
        return String(cString: buffer)
    }

    /// - Returns: false if it cannot be entered.
    package static func change(to path: String) -> Bool { chdir(path) == 0 }
}
