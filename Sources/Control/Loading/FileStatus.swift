import Glibc

/// What a path leads to, links followed.
struct FileStatus: Equatable {
    /// Nanoseconds since 1970.
    let modified: Int64
    let size: Int64
    let isRegular: Bool

    /// nil if there is nothing, or it cannot be seen.
    init?(_ path: [UInt8]) {
        // The function, not the type of the same name.
        let lookUp: (UnsafePointer<CChar>, UnsafeMutablePointer<stat>) -> Int32 = stat
        var status = stat()
        guard Self.withCString(path, { lookUp($0, &status) }) == 0 else { return nil }
        self.init(status)
    }

    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        let (seconds, overflow) = Int64(status.st_mtim.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        modified = overflow ? .max : seconds + Int64(status.st_mtim.tv_nsec)
        size = Int64(status.st_size)
        isRegular = status.st_mode & S_IFMT == S_IFREG
    }

    /// What ordinary users may still write on the disk that holds `path`, or its nearest folder that exists.
    static func freeBytes(at path: [UInt8]) -> Int64? {
        let measure: (UnsafePointer<CChar>, UnsafeMutablePointer<statvfs>) -> Int32 = statvfs
        var path = path.isEmpty ? [UInt8(ascii: ".")] : path
        while true {
            var status = statvfs()
            if withCString(path, { measure($0, &status) }) == 0 {
                let (bytes, overflow) = Int64(clamping: status.f_bavail).multipliedReportingOverflow(
                    by: Int64(clamping: status.f_frsize))
                return overflow ? .max : bytes
            }
            guard errno == ENOENT, let slash = path.lastIndex(of: UInt8(ascii: "/")), path.count > 1 else { return nil }
            path = slash == 0 ? [UInt8(ascii: "/")] : Array(path[..<slash])
        }
    }

    static func withCString<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        var path = path.map { CChar(bitPattern: $0) }
        path.append(0)
        return path.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else {
                preconditionFailure("a buffer of at least one element has a place")
            }
            return body(base)
        }
    }
}
