import Glibc

/// Bound sockets for the front ends to take over; IPv4 and IPv6 apart.
///
/// Made here and not by NIO, because the first has to be bound without `SO_REUSEPORT`: with it a second tracker of the
/// same user would get half of the announces instead of an error.
enum ListeningSocket {
    /// Sockets that share one address and port.
    struct Set {
        let descriptors: [Int32]
        let port: UInt16

        func close() {
            for descriptor in descriptors { Glibc.close(descriptor) }
        }
    }

    /// Binds `copies` sockets; the kernel spreads connections or datagrams over them by the sender's address.
    ///
    /// - Parameter port: 0 takes a free one.
    static func bind(
        _ kind: SocketKind, host: String, port: UInt16, copies: Int
    ) throws(TrackerError) -> Set {
        var descriptors = [try bindOne(kind, host: host, port: port, isShared: false)]
        let actual = boundPort(of: descriptors[0])
        guard copies > 1 else { return Set(descriptors: descriptors, port: actual) }
        // The port is ours alone now; from here on it may be shared with sockets of our own.
        setOption(descriptors[0], SOL_SOCKET, SO_REUSEPORT, 1)
        while descriptors.count < copies {
            do {
                descriptors.append(try bindOne(kind, host: host, port: actual, isShared: true))
            } catch {
                // A kernel that does not share ports: fewer loops listen.
                break
            }
        }
        return Set(descriptors: descriptors, port: actual)
    }

    private static func bindOne(
        _ kind: SocketKind, host: String, port: UInt16, isShared: Bool
    ) throws(TrackerError) -> Int32 {
        var storage = sockaddr_storage()
        guard let length = fill(&storage, host: host, port: port) else { throw .invalidAddress(host) }
        let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
        let descriptor = socket(Int32(storage.ss_family), Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .cannotBind(kind, address: host, port: port, code: errno) }
        if storage.ss_family == sa_family_t(AF_INET6) { setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        // Connections of a tracker that just ended shall not keep the next one from starting.
        if kind == .stream { setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) }
        // Announces come in bursts; the kernel gives what it allows.
        if kind == .datagram { setOption(descriptor, SOL_SOCKET, SO_RCVBUF, 4 << 20) }
        if isShared { setOption(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
        let result = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(descriptor, $0, length) }
        }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            if code == EADDRINUSE { throw .portInUse(kind, address: host, port: port) }
            throw .cannotBind(kind, address: host, port: port, code: code)
        }
        return descriptor
    }

    /// - Returns: the length of the address; nil if it is none.
    private static func fill(_ storage: inout sockaddr_storage, host: String, port: UInt16) -> socklen_t? {
        var v4 = sockaddr_in()
        if inet_pton(AF_INET, host, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &storage) { target in withUnsafeBytes(of: v4) { target.copyMemory(from: $0) } }
            return socklen_t(MemoryLayout<sockaddr_in>.size)
        }
        // A link-local address names its interface: fe80::1%eth0.
        let parts = host.split(separator: "%", maxSplits: 1)
        var v6 = sockaddr_in6()
        guard let text = parts.first, inet_pton(AF_INET6, String(text), &v6.sin6_addr) == 1 else { return nil }
        if parts.count == 2 {
            v6.sin6_scope_id = if_nametoindex(String(parts[1]))
            guard v6.sin6_scope_id != 0 else { return nil }
        }
        v6.sin6_family = sa_family_t(AF_INET6)
        v6.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &storage) { target in withUnsafeBytes(of: v6) { target.copyMemory(from: $0) } }
        return socklen_t(MemoryLayout<sockaddr_in6>.size)
    }

    private static func boundPort(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        // The port stands at the same place in both families.
        return withUnsafeBytes(of: &storage) { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
    }

    private static func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
