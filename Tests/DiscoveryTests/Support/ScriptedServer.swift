import NIOCore
import NIOPosix
import Synchronization

/// A TCP server on loopback that answers each request by a script, byte for byte: the misbehaving tracker of the tests.
final class ScriptedServer: Sendable {
    enum Act: Sendable {
        case send(String)
        case sendBytes([UInt8])
        /// The same bytes again and again, until the other side goes away.
        case sendForever(String)
        case close
    }

    /// One request as it came, and on which connection, counted from 0.
    struct Request: Sendable {
        let text: String
        let connection: Int

        /// What stands between `GET ` and ` HTTP/1.1`.
        var target: String { text.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
    }

    let port: Int
    private let channel: any Channel
    private let log: Log

    /// The connections and requests so far, shared with the handlers.
    private final class Log: Sendable {
        let connections = Mutex(0)
        let requests = Mutex<[Request]>([])
    }

    /// - Parameters:
    ///   - host: the loopback address to listen on.
    ///   - script: called for each request with its number, from 0.
    init(host: String = "127.0.0.1", script: @escaping @Sendable (Request, Int) -> [Act]) async throws {
        let log = Log()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = log.connections.withLock { count in
                        defer { count += 1 }
                        return count
                    }
                    let handler = Handler(connection: number) { request in
                        let number = log.requests.withLock { requests in
                            requests.append(request)
                            return requests.count - 1
                        }
                        return script(request, number)
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: host, port: 0).get()
        self.log = log
        port = channel.localAddress?.port ?? 0
    }

    var requests: [Request] { log.requests.withLock { $0 } }
    var connections: Int { log.connections.withLock { $0 } }

    func close() async {
        try? await channel.close()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let connection: Int
        private let answer: (Request) -> [Act]
        private var received = ""

        init(connection: Int, answer: @escaping (Request) -> [Act]) {
            self.connection = connection
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            while let end = received.firstRange(of: "\r\n\r\n") {
                let text = String(received[..<end.lowerBound])
                received.removeSubrange(..<end.upperBound)
                for act in answer(Request(text: text, connection: connection)) { perform(act, context) }
            }
        }

        private func perform(_ act: Act, _ context: ChannelHandlerContext) {
            switch act {
            case .send(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .sendBytes(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            case .sendForever(let text): sendForever(ByteBuffer(string: text), context)
            case .close: context.close(promise: nil)
            }
        }

        private func sendForever(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let eventLoop = context.eventLoop
            context.writeAndFlush(wrapOutboundOut(buffer)).whenSuccess {
                // Later, not here: a write that the socket takes at once succeeds before it returns.
                eventLoop.execute {
                    let (handler, context) = bound.value
                    handler.sendForever(buffer, context)
                }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}

extension ScriptedServer.Act {
    /// A whole HTTP reply.
    static func reply(_ body: String, status: String = "200 OK", headers: String = "") -> Self {
        .send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }
}
