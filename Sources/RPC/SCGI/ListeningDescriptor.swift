import Glibc

/// Sockets that listen already, before any loop knows of them: a config line that opens one learns at once whether it could.
package enum ListeningDescriptor {
    /// - Parameter isLocalOnly: packets are not routed (`SO_DONTROUTE`).
    package static func open(_ address: SCGIAddress, isLocalOnly: Bool = false) throws(SCGISocketError) -> Int32 {
        switch address {
        case .local(let path, let mode): try openLocal(path, mode)
        case .port(let host, let port): try openPort(host, port, isLocalOnly: isLocalOnly)
        }
    }

    /// Closes a socket that no server has taken over, and removes its file.
    package static func close(_ descriptor: Int32, _ address: SCGIAddress) {
        if case .local(let path, _) = address { unlink(path) }
        _ = Glibc.close(descriptor)
    }

    /// The port of a TCP socket; 0 for others.
    package static func port(of descriptor: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(descriptor, address, &length) == 0 else { return 0 }
                switch Int32(address.pointee.sa_family) {
                case AF_INET:
                    return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        Int(UInt16(bigEndian: $0.pointee.sin_port))
                    }
                case AF_INET6:
                    return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                        Int(UInt16(bigEndian: $0.pointee.sin6_port))
                    }
                default: return 0
                }
            }
        }
    }

    private static func openLocal(_ path: String, _ mode: UInt32?) throws(SCGISocketError) -> Int32 {
        try LocalSocket.makeRoom(at: path)
        // Bound under another name until its mode is right: nobody slips in before.
        let temporary = path + "~"
        unlink(temporary)
        let descriptor = try LocalSocket.bound(to: temporary)
        do throws(SCGISocketError) {
            guard listen(descriptor, 256) == 0 else { throw .failed(path: path, operation: "listen", errno: errno) }
            try LocalSocket.publish(temporary, as: path, mode: mode)
            return descriptor
        } catch {
            _ = Glibc.close(descriptor)
            unlink(temporary)
            throw error
        }
    }

    private static func openPort(_ host: String, _ port: Int, isLocalOnly: Bool) throws(SCGISocketError) -> Int32 {
        let name = SCGIAddress.port(host: host, port).description
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host.isEmpty ? nil : host, String(port), &hints, &found)
        guard failure == 0, let address = found else {
            throw .unknownHost(host, reason: String(cString: gai_strerror(failure)))
        }
        defer { freeaddrinfo(found) }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.pointee.ai_family, type, 0)
        guard descriptor >= 0 else { throw .failed(path: name, operation: "make a socket", errno: errno) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        if isLocalOnly { setsockopt(descriptor, SOL_SOCKET, SO_DONTROUTE, &yes, socklen_t(MemoryLayout<Int32>.size)) }
        guard bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0, listen(descriptor, 256) == 0
        else {
            let reason = errno
            _ = Glibc.close(descriptor)
            throw .failed(path: name, operation: "listen", errno: reason)
        }
        return descriptor
    }
}
