import HTTPTypes
import HummingbirdCore
package import Logging
package import NIOCore
import NIOPosix
import Synchronization

/// Serves `/RPC2` over HTTP, XML-RPC and JSON-RPC, without a web server in between: Hummingbird's HTTP/1.1 on sockets that listen already.
///
/// Calls are answered on the loop of the interpreter, one after the other, so that they are atomic to each other and to those by SCGI.
package final class HTTPFrontEnd: Sendable {
    /// Answers one call, on the event loop. The address is the socket it came through: trust may depend on it.
    package typealias Responder = @Sendable (HTTPCall, SCGIAddress) -> RPCReply

    package let eventLoop: any EventLoop
    private let limits: SCGILimits
    private let access: HTTPAccess
    private let logger: Logger
    private let respond: Responder
    private let usage: SCGIUsage
    private let state = Mutex(State())

    private struct State {
        var isClosed = false
        var listeners: [any Channel] = []
        /// By number, since channels have no identity of their own that outlives them.
        var connections: [Int: (channel: any Channel, task: Task<Void, Never>)] = [:]
        var nextNumber = 0
    }

    /// - Parameters:
    ///   - eventLoop: the one of the interpreter behind `respond`.
    ///   - access: asked for each request, so that settings may change while sockets are open.
    package init(
        eventLoop: any EventLoop, limits: SCGILimits = SCGILimits(), access: HTTPAccess, logger: Logger,
        respond: @escaping Responder
    ) {
        self.eventLoop = eventLoop
        self.limits = limits
        self.access = access
        self.logger = logger
        self.respond = respond
        usage = SCGIUsage(limits: limits)
    }

    /// Connections that are open now.
    package var connectionCount: Int { usage.connections }

    /// Takes clients from a socket that listens already, and owns it from now on. May be called on the event loop.
    @discardableResult
    package func accept(on descriptor: Int32, _ address: SCGIAddress) -> EventLoopFuture<any Channel> {
        let http = makeHTTP(address)
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [self] channel in
                guard usage.open() else {
                    usage.close()
                    logger.debug("an HTTP client was turned away, too many are connected")
                    return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                }
                channel.closeFuture.whenComplete { [usage] _ in usage.close() }
                return http.setup(channel: channel, logger: logger).map { [self] value in
                    serve(channel) { [logger] in await http.handle(value: value, logger: logger) }
                }
            }
        return bootstrap.withBoundSocket(descriptor).map { [self] channel in
            state.withLock { $0.listeners.append(channel) }
            return channel
        }
    }

    /// Stops listening. Requests that are being answered have a second to end.
    package func close() async {
        let (listeners, connections) = state.withLock { state in
            state.isClosed = true
            defer { state.listeners = [] }
            return (state.listeners, Array(state.connections.values))
        }
        for channel in listeners { try? await channel.close() }
        for (channel, _) in connections {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            Self.close(channel, in: .seconds(1))
        }
        for (_, task) in connections { await task.value }
    }

    private func makeHTTP(_ address: SCGIAddress) -> HTTP1Channel {
        HTTP1Channel(
            responder: { [self] request, writer, channel in
                let exchange = HTTPExchange(
                    limits: limits, usage: usage, channel: channel,
                    respond: { [eventLoop, respond] call in
                        try await eventLoop.submit { respond(call, address) }.get()
                    })
                try await exchange.run(request, writer, guard: access.current)
            },
            // A head has to be whole by then; what follows is up to the exchange.
            configuration: .init(idleTimeout: limits.patience, httpDecoderConfiguration: Self.decoderLimits))
    }

    private static let decoderLimits = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 100)

    private func serve(_ channel: any Channel, _ body: @escaping @Sendable () async -> Void) {
        let isClosed = state.withLock { state in
            let number = state.nextNumber
            state.nextNumber += 1
            let task = Task { [self] in
                await body()
                self.state.withLock { $0.connections[number] = nil }
            }
            state.connections[number] = (channel, task)
            return state.isClosed
        }
        if isClosed { channel.close(promise: nil) }
    }

    static func close(_ channel: any Channel, in time: TimeAmount) {
        let deadline = channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in deadline.cancel() }
    }
}

/// What an HTTP client asks for.
package struct HTTPCall: Sendable {
    package var body: [UInt8]
    package var contentType: String?
    /// The header `UNTRUSTED_CONNECTION`, as web servers put it before SCGI.
    package var isUntrusted: Bool
}
