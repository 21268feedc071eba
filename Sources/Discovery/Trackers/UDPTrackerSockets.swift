import NIOCore
import NIOPosix

/// The UDP sockets that tracker datagrams leave from: one for IPv4, one for IPv6, opened at first use.
///
/// Used on one event loop. Bound to the given local addresses; a family without one is not used at all, so that a
/// client that was told to stay on one interface never leaves by another.
final class UDPTrackerSockets: Sendable {
    typealias Receiver = @Sendable (ByteBuffer, SocketAddress) -> Void

    private let eventLoop: any EventLoop
    private let bindAddresses: [NIOBSDSocket.ProtocolFamily: String]
    private let channels: NIOLoopBoundBox<[NIOBSDSocket.ProtocolFamily: EventLoopFuture<any Channel>]>

    /// A reply of 200 IPv6 peers is 3,620 bytes; longer datagrams lose their tail.
    private static let datagramLimit = 8192

    init(eventLoop: any EventLoop, bindAddresses: [String]) {
        self.eventLoop = eventLoop
        var chosen: [NIOBSDSocket.ProtocolFamily: String] = [:]
        for address in bindAddresses.isEmpty ? ["0.0.0.0", "::"] : bindAddresses {
            let family: NIOBSDSocket.ProtocolFamily = address.contains(":") ? .inet6 : .inet
            if chosen[family] == nil { chosen[family] = address }
        }
        self.bindAddresses = chosen
        channels = .makeBoxSendingValue([:], eventLoop: eventLoop)
    }

    /// Whether there is a local address of its family, and it belongs to one host.
    func canReach(_ address: SocketAddress) -> Bool {
        guard bindAddresses[address.protocol] != nil, (address.port ?? 0) > 0 else { return false }
        return !address.isMulticast
    }

    /// - Parameter receiver: where datagrams of this socket go; only the first caller's counts.
    /// - Returns: fails if the socket cannot be opened, or the kernel refuses the datagram.
    func send(
        _ datagram: [UInt8], to address: SocketAddress, receiver: @escaping Receiver
    ) -> EventLoopFuture<Void> {
        channel(for: address.protocol, receiver: receiver).flatMap { channel in
            channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: datagram)))
        }
    }

    func localPort(_ family: NIOBSDSocket.ProtocolFamily) -> EventLoopFuture<Int?> {
        guard let channel = channels.value[family] else { return eventLoop.makeSucceededFuture(nil) }
        return channel.map { $0.localAddress?.port }
    }

    func close() -> EventLoopFuture<Void> {
        let open = Array(channels.value.values)
        channels.value = [:]
        let closed = open.map { $0.flatMap { $0.close() }.flatMapErrorThrowing { _ in } }
        return EventLoopFuture.andAllComplete(closed, on: eventLoop)
    }

    private func channel(
        for family: NIOBSDSocket.ProtocolFamily, receiver: @escaping Receiver
    ) -> EventLoopFuture<any Channel> {
        if let channel = channels.value[family] { return channel }
        let bound = bind(family, receiver: receiver)
        channels.value[family] = bound
        // A network that is down today may be up tomorrow: a failure is not kept.
        bound.whenFailure { _ in self.channels.value[family] = nil }
        bound.whenSuccess { channel in
            channel.closeFuture.whenComplete { _ in self.channels.value[family] = nil }
        }
        return bound
    }

    private func bind(
        _ family: NIOBSDSocket.ProtocolFamily, receiver: @escaping Receiver
    ) -> EventLoopFuture<any Channel> {
        do {
            let address = try SocketAddress(ipAddress: bindAddresses[family] ?? "", port: 0)
            return DatagramBootstrap(group: eventLoop)
                .channelOption(
                    .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.datagramLimit)
                )
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(DatagramReceiver(receiver: receiver))
                    }
                }
                .bind(to: address)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }
}

/// Hands datagrams on; an error on the socket concerns one datagram at most, so it stays open.
private final class DatagramReceiver: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let receiver: UDPTrackerSockets.Receiver

    init(receiver: @escaping UDPTrackerSockets.Receiver) {
        self.receiver = receiver
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        receiver(envelope.data, envelope.remoteAddress)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
