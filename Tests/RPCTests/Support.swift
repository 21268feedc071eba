import Commands
import Glibc
import NIOCore
import NIOPosix
import RPC
import Synchronization
import TestKit

/// A server with the golden vocabulary behind it, on a loop of its own.
final class TestServer: Sendable {
    let server: SCGIServer
    let logged = Mutex<[String]>([])
    private let dispatcher: NIOLoopBound<RPCDispatcher>
    private let log: LogBox

    private final class LogBox: Sendable {
        let lines = Mutex<[String]>([])
    }

    init(limits: SCGILimits = SCGILimits()) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let dispatcher = try await loop.submit {
            NIOLoopBound(try Vocabulary().makeDispatcher(), eventLoop: loop)
        }.get()
        let log = LogBox()
        self.dispatcher = dispatcher
        self.log = log
        server = SCGIServer(eventLoop: loop, limits: limits, log: { line in log.lines.withLock { $0.append(line) } }) {
            request, _ in
            let caller = Caller(scope: .admin, isUntrusted: request.isUntrusted)
            return dispatcher.value.respond(to: request.body, contentType: request.contentType, caller: caller)
        }
    }

    var lines: [String] { log.lines.withLock { $0 } }

    /// Listens on a port of the system's choice.
    func listen() async throws -> SCGIClient {
        let channel = try await server.listen(on: .port(host: "127.0.0.1", 0))
        return SCGIClient(address: .port(host: "127.0.0.1", channel.localAddress?.port ?? 0))
    }
}

/// A bare connection, to send what no client should.
final class RawConnection: Sendable {
    private let descriptor: Int32

    init(to address: SCGIAddress) throws {
        guard case .port(_, let port) = address else { throw SCGIClientError.tooLong(address: "") }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = in_port_t(port).bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw SCGIClientError.unreachable(address: "", reason: "") }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// False if the other side does not take it any more.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    func send(_ text: String) { send([UInt8](text.utf8)) }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Everything up to the end; nil if it never came.
    func readToEnd() -> [UInt8]? {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &part, part.count)
            if count < 0, errno == ECONNRESET { return bytes }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += part[..<count]
        }
    }
}

func bytes(_ text: String) -> [UInt8] { [UInt8](text.utf8) }

func document(_ method: String, _ values: [String] = []) -> [UInt8] {
    bytes(
        "<methodCall><methodName>\(method)</methodName><params>"
            + values.map { "<param><value>\($0)</value></param>" }.joined() + "</params></methodCall>")
}

/// Runs what waits on sockets on a thread of its own.
func background<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await NIOThreadPool.singleton.runIfActive(body)
}

extension Array where Element: Sendable {
    func asyncMap<Result: Sendable>(_ body: @escaping @Sendable (Element) throws -> Result) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await background { try body(element) }) }
        return results
    }
}
