import Glibc

/// Why a unix socket cannot be made.
package enum SCGISocketError: Error, Hashable, Sendable, CustomStringConvertible {
    case notASocket(path: String)
    case inUse(path: String)
    case tooLong(path: String)
    case failed(path: String, operation: String, errno: Int32)
    case unknownHost(String, reason: String)

    package var description: String {
        switch self {
        case .notASocket(let path): "\(path) is there already and is no socket"
        case .inUse(let path): "another process listens at \(path)"
        case .tooLong(let path): "\(path) is too long for a socket, which takes \(LocalSocket.longestPath) bytes"
        case .failed(let path, let operation, let errno):
            "\(path): cannot \(operation): \(String(cString: strerror(errno)))"
        case .unknownHost(let host, let reason): "\(host): \(reason)"
        }
    }
}

/// Unix sockets as files.
enum LocalSocket {
    /// One less than the system's, for the `~` of the temporary name.
    static let longestPath = 106

    /// Removes what a process that is gone left at `path`. rTorrent removes anything that stands there, a living socket included.
    static func makeRoom(at path: String) throws(SCGISocketError) {
        guard path.utf8.count <= longestPath else { throw .tooLong(path: path) }
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        if isAlive(path) { throw .inUse(path: path) }
        guard unlink(path) == 0 else { throw .failed(path: path, operation: "remove the old socket", errno: errno) }
    }

    /// Gives a bound socket its mode and its name.
    static func publish(_ temporary: String, as path: String, mode: UInt32?) throws(SCGISocketError) {
        if let mode, chmod(temporary, mode_t(mode)) != 0 {
            throw .failed(path: path, operation: "set the mode", errno: errno)
        }
        guard rename(temporary, path) == 0 else { throw .failed(path: path, operation: "rename", errno: errno) }
    }

    private static func isAlive(_ path: String) -> Bool {
        guard let descriptor = try? connect(path: path) else { return false }
        close(descriptor)
        return true
    }

    /// A connected descriptor.
    static func connect(path: String) throws(SCGISocketError) -> Int32 {
        try descriptor(path, operation: "connect") { Glibc.connect($0, $1, $2) }
    }

    /// A descriptor that bears the name, and listens not yet.
    static func bound(to path: String) throws(SCGISocketError) -> Int32 {
        let descriptor = try descriptor(path, operation: "listen") { bind($0, $1, $2) }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return descriptor
    }

    private static func descriptor(
        _ path: String, operation: String, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(SCGISocketError) -> Int32 {
        guard path.utf8.count <= longestPath + 1 else { throw .tooLong(path: path) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .failed(path: path, operation: "make a socket", errno: errno) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { place in
            place.copyBytes(from: path.utf8)
        }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let failure = errno
            close(descriptor)
            throw .failed(path: path, operation: operation, errno: failure)
        }
        return descriptor
    }
}
