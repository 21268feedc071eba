import Glibc
import TestKit

/// A plain blocking socket, to say what no client library would.
///
/// Waits at most ten seconds for anything.
final class RawSocket {
    private let descriptor: Int32

    /// Connects; a datagram socket then hears that address only.
    ///
    /// - Parameter local: an address of this machine to speak from.
    init(_ type: __socket_type, to host: String, port: UInt16, from local: String? = nil) throws {
        let family = host.contains(":") ? AF_INET6 : AF_INET
        descriptor = socket(family, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(what: "socket", code: errno) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        if let local {
            guard try Self.withAddress(local, 0, { bind(descriptor, $0, $1) }) == 0 else {
                throw Failure(what: "bind \(local)", code: errno)
            }
        }
        guard try Self.withAddress(host, port, { connect(descriptor, $0, $1) }) == 0 else {
            throw Failure(what: "connect to \(host) port \(port)", code: errno)
        }
    }

    deinit {
        close(descriptor)
    }

    func send(_ bytes: some Sequence<UInt8>) throws {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(what: "send", code: errno) }
            sent += count
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// The next bytes or the next datagram; empty at the end of the stream.
    func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Failure(what: "receive", code: errno) }
        return Array(buffer[..<count])
    }

    /// Everything up to the end of the stream.
    func receiveAll() throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let next = try receive()
            if next.isEmpty { return all }
            all += next
        }
    }

    /// The other side has ended the connection, and nothing else has come.
    var isAtEnd: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK)) == 0
    }

    /// No more will be sent.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Sends as much as the other side takes; reads only when it takes no more.
    func sendAndReceiveStubbornly(_ bytes: [UInt8], untilReceived isEnough: ([UInt8]) -> Bool) throws -> [UInt8] {
        var sent = 0
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        while !isEnough(received) {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, flags)
            }
            if count > 0 {
                sent += count
                if sent < bytes.count { continue }
            }
            let got = recv(descriptor, &buffer, buffer.count, 0)
            guard got > 0 else { throw Failure(what: "receive after \(received.count) bytes", code: errno) }
            received += buffer[..<got]
        }
        return received
    }

    struct Failure: Error, CustomStringConvertible {
        let what: String
        let code: Int32
        var description: String { "\(what): \(String(cString: strerror(code)))" }
    }

    private static func withAddress(
        _ host: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        var v4 = sockaddr_in()
        if inet_pton(AF_INET, host, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            return withUnsafePointer(to: &v4) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var v6 = sockaddr_in6()
        guard inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 else { throw Failure(what: host, code: EINVAL) }
        v6.sin6_family = sa_family_t(AF_INET6)
        v6.sin6_port = port.bigEndian
        return withUnsafePointer(to: &v6) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }
}
