import Metainfo
package import NIOCore
import NIOPosix

/// Calls peers: one TCP connection on the swarm's own loop, from the address the user bound us to.
package struct Dialer: Sendable {
    private static let connectSeconds: Int64 = 10

    private let local: LocalAddresses

    package init(from local: LocalAddresses) {
        self.local = local
    }

    package init(bindAddresses: [String]) {
        self.init(from: LocalAddresses(bindAddresses))
    }

    /// What every peer channel is set to.
    ///
    /// Up to 16 reads in one turn, each growing to 256 KiB for a peer that fills them: the measured best. NIO keeps one
    /// buffer for each channel, so hundreds of peers that only talk must not begin with the largest.
    package static func configure(_ channel: any Channel) -> EventLoopFuture<Void> {
        let reads = AdaptiveRecvByteBufferAllocator(minimum: 4 << 10, initial: 16 << 10, maximum: 256 << 10)
        return channel.setOption(.recvAllocator, value: reads)
            .and(channel.setOption(.maxMessagesPerRead, value: 16))
            .and(channel.setOption(.socketOption(.tcp_nodelay), value: 1))
            .and(
                channel.setOption(
                    .writeBufferWaterMark,
                    value: ChannelOptions.Types.WriteBufferWaterMark(low: 256 << 10, high: 512 << 10))
            )
            .map { _ in }
    }

    /// Dials `address`; the outcome reaches `swarm` through the handler or `handleDialFailed`.
    func dial(_ address: PeerAddress, for swarm: Swarm, on loop: any EventLoop) {
        dial(address, handler: PeerHandler(swarm: swarm, address: address, direction: .outgoing), on: loop)
    }

    /// Dials `address`; `handler` joins the channel, or is told that there will be none.
    func dial(_ address: PeerAddress, handler: some DialledHandler, on loop: any EventLoop) {
        guard let remote = try? SocketAddress(ipAddress: address.host, port: Int(address.port)) else {
            return handler.tellEnd()
        }
        var bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.seconds(Self.connectSeconds))
            .channelInitializer { channel in
                Self.configure(channel).flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        let bindAddresses = local.numeric
        if !bindAddresses.isEmpty {
            // Bound to addresses of one family, we do not leak out through the other.
            guard let local = Self.localAddress(for: address, among: bindAddresses) else { return handler.tellEnd() }
            bootstrap = bootstrap.bind(to: local)
        }
        // A channel that got as far as its handler tells its end twice: by this future and by the handler's removal.
        bootstrap.connect(to: remote).assumeIsolated().whenFailure { _ in handler.tellEnd() }
    }

    private static func localAddress(for address: PeerAddress, among bindAddresses: [String]) -> SocketAddress? {
        for candidate in bindAddresses {
            if let local = try? SocketAddress(ipAddress: candidate, port: 0),
                (local.protocol == .inet6) == address.isIPv6
            {
                return local
            }
        }
        return nil
    }
}

/// A handler of an outgoing connection, which there may be or not.
protocol DialledHandler: ChannelHandler, Sendable {
    /// There will be no connection, or there is none any more. On the loop that dialled.
    func tellEnd()
}

extension PeerHandler: DialledHandler {}

extension Swarm {
    /// True when `other` is the loop that owns this swarm.
    package nonisolated func runs(on other: any EventLoop) -> Bool { loop === other }

    /// Takes over a connected socket whose handshake was read on another loop.
    package nonisolated func adopt(socket: NIOBSDSocket.Handle, handler: PeerHandler) {
        ClientBootstrap(group: loop)
            .channelInitializer { channel in
                Dialer.configure(channel).flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .withConnectedSocket(socket)
            .whenFailure { _ in handler.close() }
    }
}
