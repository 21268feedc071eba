package import Metainfo
package import NIOCore
package import PeerWire

/// The NIO shell of one peer: handshake, then bytes in and out. Decisions are the swarm's.
///
/// The swarm's loop is the channel's loop, so entering the swarm is a check, not a hop.
package final class PeerHandler: ChannelInboundHandler, PeerConnection, @unchecked Sendable {
    // Guarded by the channel's event loop: every member is used on it alone.
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private static let handshakeSeconds: Int64 = 20

    private let swarm: Swarm
    private let address: PeerAddress
    private let direction: ConnectionDirection
    /// The peer's handshake, when the listener has read it already.
    private let received: Handshake?
    private var context: ChannelHandlerContext?
    private var number: PeerNumber?
    private var early = ByteBuffer()
    private var timeout: Scheduled<Void>?
    private var isTold = false

    /// - Parameters:
    ///   - received: the handshake of an incoming connection.
    ///   - early: what came behind it.
    package init(
        swarm: Swarm, address: PeerAddress, direction: ConnectionDirection, received: Handshake? = nil,
        early: ByteBuffer = ByteBuffer()
    ) {
        self.swarm = swarm
        self.address = address
        self.direction = direction
        self.received = received
        self.early = early
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard timeout == nil else { return }
        timeout = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(Self.handshakeSeconds)) { [weak self] in
            guard let self, self.number == nil else { return }
            self.fail()
        }
        var bytes = context.channel.allocator.buffer(capacity: Handshake.length)
        swarm.ownHandshake.write(into: &bytes)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        if let received { join(received) }
    }

    private func join(_ handshake: Handshake) {
        timeout?.cancel()
        number = swarm.assumeIsolated {
            $0.handleConnected(self, handshake: handshake, address: address, direction: direction)
        }
        guard number != nil else {
            isTold = true
            context?.close(promise: nil)
            return
        }
        if early.readableBytes > 0 {
            let bytes = early
            early = ByteBuffer()
            deliver(bytes)
        } else {
            swarm.assumeIsolated { $0.endTurn() }
        }
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard number == nil else {
            deliver(bytes)
            return
        }
        early.writeBuffer(&bytes)
        do throws(PeerWireError) {
            guard let handshake = try Handshake.read(from: &early) else { return }
            guard handshake.infoHash == swarm.infoHash else { return fail() }
            join(handshake)
        } catch {
            fail()
        }
    }

    private func deliver(_ bytes: ByteBuffer) {
        guard let number else { return }
        swarm.assumeIsolated { $0.handleRead(bytes, from: number) }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        if number != nil { swarm.assumeIsolated { $0.endTurn() } }
        context.fireChannelReadComplete()
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if let number, context.channel.isWritable { swarm.assumeIsolated { $0.handleWritable(number) } }
        context.fireChannelWritabilityChanged()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        tellEnd()
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The cause (reset, time-out, …) is the peer's business; the close that follows is handled as any other.
        context.close(promise: nil)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        tellEnd()
        self.context = nil
    }

    private func fail() {
        tellEnd()
        context?.close(promise: nil)
    }

    /// Tells the swarm once that the connection, or the attempt at one, is over.
    func tellEnd() {
        guard !isTold else { return }
        isTold = true
        timeout?.cancel()
        swarm.assumeIsolated {
            if let number {
                $0.handleClosed(number)
            } else if direction == .outgoing {
                $0.handleDialFailed(address)
            }
        }
    }

    // MARK: PeerConnection

    package var isWritable: Bool { context?.channel.isWritable ?? false }

    package func write(_ bytes: ByteBuffer) {
        context?.write(wrapOutboundOut(bytes), promise: nil)
    }

    package func setReading(_ reading: Bool) {
        // A channel that is closing refuses, and reads no more in any case.
        try? context?.channel.syncOptions?.setOption(.autoRead, value: reading)
    }

    package func flush() { context?.flush() }

    package func close() {
        isTold = true
        timeout?.cancel()
        context?.close(promise: nil)
    }
}
