import Glibc

/// The environment of this process.
enum Environment {
    /// - Returns: nil if it is not set.
    static func value(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
