import Glibc
package import NIOCore
import NIOPosix
import Synchronization

/// Where an SCGI socket is.
package enum SCGIAddress: Hashable, Sendable, CustomStringConvertible {
    /// A unix socket; the mode is set before anybody can connect. nil: what the umask leaves.
    case local(path: String, mode: UInt32?)
    /// Port 0 lets the system choose.
    case port(host: String, Int)

    package var description: String {
        switch self {
        case .local(let path, _): path
        case .port(let host, let port): "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }
}

/// Bounds on what clients may cost.
package struct SCGILimits: Sendable {
    package var longestBody = SCGIParser.longestBody
    /// Connections at once on all sockets of a server; more are accepted and closed.
    package var connections = 1_024
    /// Bytes of unfinished requests and unsent answers, all connections together.
    package var heldBytes = 512 << 20
    /// Bytes that each connection may hold even if all together hold too much: who asks for little is answered whatever others do.
    package var reservedBytes = 64 << 10
    /// Time for a client to send its request, and to take any part of its answer.
    package var patience = TimeAmount.seconds(60)

    package init() {}
}

/// Listens for SCGI and answers each request on one event loop, one after the other, so that calls are atomic to each other.
///
/// The loop is the one of the interpreter behind `respond`. Reading and writing never wait: a client that sends slowly or takes nothing
/// holds nobody up, and is closed when its patience is over.
package final class SCGIServer: Sendable {
    /// Answers one request, on the event loop. The address is the socket it came through: trust may depend on it.
    package typealias Responder = @Sendable (SCGIRequest, SCGIAddress) -> RPCReply

    package let eventLoop: any EventLoop
    private let limits: SCGILimits
    private let respond: Responder
    private let log: @Sendable (String) -> Void
    private let usage: SCGIUsage
    private let listeners = Mutex<[(address: SCGIAddress, channel: any Channel)]>([])

    /// - Parameter log: told of requests that are not answered, one lower-case sentence each.
    package init(
        eventLoop: any EventLoop, limits: SCGILimits = SCGILimits(),
        log: @escaping @Sendable (String) -> Void = { _ in },
        respond: @escaping Responder
    ) {
        self.eventLoop = eventLoop
        self.limits = limits
        self.log = log
        self.respond = respond
        usage = SCGIUsage(limits: limits)
    }

    /// Connections that are open now.
    package var connectionCount: Int { usage.connections }

    /// Starts to listen. - Throws: ``SCGISocketError`` for an address in use, a path that is taken and the like.
    /// - Returns: the channel; its `localAddress` tells a port that the system chose.
    @discardableResult
    package func listen(on address: SCGIAddress) async throws -> any Channel {
        try await accept(on: try ListeningDescriptor.open(address), address).get()
    }

    /// Takes clients from a socket that listens already, and owns it from now on. May be called on the event loop.
    ///
    /// - Parameter address: what `respond` is told, and what is unlinked at the end.
    @discardableResult
    package func accept(on descriptor: Int32, _ address: SCGIAddress) -> EventLoopFuture<any Channel> {
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 4 << 10, maximum: 256 << 10)
            )
            .childChannelInitializer { [limits, respond, log, usage] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        SCGIConnection(
                            limits: limits, usage: usage, log: log, respond: { request in respond(request, address) }))
                }
            }
        return bootstrap.withBoundSocket(descriptor).map { [self] channel in
            listeners.withLock { $0.append((address, channel)) }
            return channel
        }
    }

    /// Stops listening and removes unix sockets. Connections that are open are answered still.
    package func close() async {
        let closing = listeners.withLock { listeners in
            defer { listeners = [] }
            return listeners
        }
        for (address, channel) in closing {
            if case .local(let path, _) = address { unlink(path) }
            try? await channel.close()
        }
    }
}

/// What the connections of a server use together. Written on its loop, read anywhere.
final class SCGIUsage: Sendable {
    private let limits: SCGILimits
    private let connectionCount = Atomic<Int>(0)
    private let heldBytes = Atomic<Int>(0)

    init(limits: SCGILimits) { self.limits = limits }

    var connections: Int { connectionCount.load(ordering: .relaxed) }

    /// False if there is no room for one more.
    func open() -> Bool {
        connectionCount.add(1, ordering: .relaxed).newValue <= limits.connections
    }

    func close() { connectionCount.subtract(1, ordering: .relaxed) }

    /// False if that is more than may be held. - Parameter share: what the connection holds, these bytes included.
    func hold(_ bytes: Int, share: Int) -> Bool {
        let all = heldBytes.add(bytes, ordering: .relaxed).newValue
        return all <= limits.heldBytes || share <= limits.reservedBytes
    }

    func release(_ bytes: Int) { heldBytes.subtract(bytes, ordering: .relaxed) }
}
