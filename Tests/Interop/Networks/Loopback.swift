import Glibc
import Synchronization

/// Addresses, ports and short exchanges on this machine's loopback network.
enum Loopback {
    private static let issued = Atomic<Int>(0)

    /// A 127.x.y.z address that nobody else in this process has got.
    ///
    /// Each program gets one of its own: some take a peer at their own address for themselves.
    static func nextAddress() -> String {
        let number = issued.add(1, ordering: .relaxed).newValue
        return "127.18.\(number / 250).\(number % 250 + 1)"
    }

    /// A port that is free for TCP and UDP at this address.
    static func freePort(at address: String) throws -> UInt16 {
        for _ in 0..<64 {
            let stream = try bound(SOCK_STREAM, to: address, port: 0)
            defer { close(stream.descriptor) }
            if let datagram = try? bound(SOCK_DGRAM, to: address, port: stream.port) {
                close(datagram.descriptor)
                return stream.port
            }
        }
        throw Failure(what: "no free port at \(address)", code: EADDRINUSE)
    }

    /// Connects, sends all, and reads to the end of the stream.
    ///
    /// It blocks the calling thread, for 5 seconds at the longest without a byte: for programs that answer at once.
    static func exchange(_ request: some Sequence<UInt8>, with place: Place) throws -> [UInt8] {
        let descriptor = try place.connect()
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let bytes = Array(request)
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failure(what: "send to \(place)", code: errno)
        }
        var reply: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw Failure(what: "receive from \(place)", code: errno) }
            if count == 0 { return reply }
            reply += buffer[..<count]
        }
    }

    /// Where a program listens.
    enum Place {
        case tcp(address: String, port: UInt16)
        case unix(path: String)

        fileprivate func connect() throws -> Int32 {
            switch self {
            case .tcp(let address, let port):
                let descriptor = try open(AF_INET, SOCK_STREAM)
                var name = ipv4(address, port)
                return try connected(descriptor, &name)
            case .unix(let path):
                let descriptor = try open(AF_UNIX, SOCK_STREAM)
                var name = sockaddr_un()
                name.sun_family = sa_family_t(AF_UNIX)
                withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
                return try connected(descriptor, &name)
            }
        }

        private func connected<Name>(_ descriptor: Int32, _ name: inout Name) throws -> Int32 {
            let result = withSocketAddress(&name) { Glibc.connect(descriptor, $0, $1) }
            guard result == 0 else {
                let code = errno
                close(descriptor)
                throw Failure(what: "connect to \(self)", code: code)
            }
            return descriptor
        }
    }

    struct Failure: Error, CustomStringConvertible {
        let what: String
        let code: Int32
        var description: String { "\(what): \(String(cString: strerror(code)))" }
    }

    private static func bound(
        _ type: __socket_type, to address: String, port: UInt16
    ) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = try open(AF_INET, type)
        var name = ipv4(address, port)
        guard withSocketAddress(&name, { bind(descriptor, $0, $1) }) == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(what: "bind \(address):\(port)", code: code)
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withSocketAddress(&name) { given, _ in getsockname(descriptor, given, &length) }
        return (descriptor, UInt16(bigEndian: name.sin_port))
    }

    private static func open(_ family: Int32, _ type: __socket_type) throws -> Int32 {
        let descriptor = socket(family, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(what: "socket", code: errno) }
        return descriptor
    }

    private static func ipv4(_ address: String, _ port: UInt16) -> sockaddr_in {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        return name
    }

    private static func withSocketAddress<Name, Result>(
        _ name: inout Name, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Name>.size)) }
        }
    }
}
