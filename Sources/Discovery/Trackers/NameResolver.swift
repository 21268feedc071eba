import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Host names to addresses, on threads of its own: a slow name server stalls neither loops nor disk workers.
///
/// Answers are kept for a minute, for thousands of torrents share a tracker and start together; failures are not, for a client
/// must recover when the network comes back. The threads serve the whole process and are never joined, because `getaddrinfo` cannot be cancelled and
/// may hang for half a minute, which an exit must not wait for.
enum NameResolver {
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 4)
        pool.start()
        return pool
    }()

    /// All addresses of a host, in the system's order; numeric ones without leaving the loop.
    static func addresses(
        ofHost host: String, port: Int, on eventLoop: any EventLoop
    ) -> EventLoopFuture<[SocketAddress]> {
        if let numeric = try? SocketAddress(ipAddress: host, port: port) {
            return eventLoop.makeSucceededFuture([numeric])
        }
        let key = "\(host):\(port)"
        let now = NIODeadline.now()
        if let known = memory.withLock({ $0[key] }), known.expires > now {
            return eventLoop.makeSucceededFuture(known.addresses)
        }
        return threads.runIfActive(eventLoop: eventLoop) {
            let addresses = try lookUp(host, port: port)
            remember(addresses, ofHost: host, port: port)
            return addresses
        }
    }

    /// Takes an answer as that of a look-up made now.
    static func remember(_ addresses: [SocketAddress], ofHost host: String, port: Int) {
        memory.withLock { memory in
            if memory.count >= memoryLimit { memory = [:] }
            memory["\(host):\(port)"] = Known(addresses: addresses, expires: .now() + memoryTime)
        }
    }

    private struct Known {
        let addresses: [SocketAddress]
        let expires: NIODeadline
    }

    private static let memory = Mutex<[String: Known]>([:])
    private static let memoryTime = TimeAmount.seconds(60)
    private static let memoryLimit = 512

    private static func lookUp(_ host: String, port: Int) throws(NameLookupError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &found)
        guard status == 0, let found else {
            throw NameLookupError(host: host, cause: gai_strerror(status).map { String(cString: $0) } ?? "unknown")
        }
        defer { freeaddrinfo(found) }
        var addresses: [SocketAddress] = []
        for entry in sequence(first: found, next: { $0.pointee.ai_next }) {
            guard let address = entry.pointee.ai_addr else { continue }
            let raw = UnsafeRawPointer(address)
            switch entry.pointee.ai_family {
            case AF_INET: addresses.append(SocketAddress(raw.loadUnaligned(as: sockaddr_in.self)))
            case AF_INET6: addresses.append(SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self)))
            default: continue
            }
        }
        guard !addresses.isEmpty else { throw NameLookupError(host: host, cause: "it has no IPv4 or IPv6 address") }
        return addresses
    }
}

/// A host name without an address.
struct NameLookupError: Error, CustomStringConvertible {
    let host: String
    let cause: String

    var description: String { "the tracker's name \(host) could not be looked up: \(cause)" }
}
