import Metainfo
import NIOCore
import PeerWire

/// The NIO shell of one peer that is asked for an info dictionary.
final class MetadataHandler: ChannelInboundHandler, DialledHandler, @unchecked Sendable {
    // Guarded by the channel's event loop, which is its swarm's: every member is used on it alone.
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Between two answers of a peer; its other messages do not count.
    private static let patienceSeconds: Int64 = 20

    let address: PeerAddress
    private let swarm: MetadataSwarm
    private var context: ChannelHandlerContext?
    private var bytes = ByteBuffer()
    private var parser = MessageParser(limits: MessageLimits(maxBitfieldBytes: PieceLayout.maxPieceCount / 8))
    private var fetch: MetadataFetch?
    private var timeout: Scheduled<Void>?
    private var isTold = false

    init(swarm: MetadataSwarm, address: PeerAddress) {
        self.swarm = swarm
        self.address = address
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard timeout == nil else { return }
        wait(context)
        var bytes = context.channel.allocator.buffer(capacity: Handshake.length)
        let handshake = Handshake(
            reserved: [.extensionProtocol], infoHash: swarm.configuration.infoHash, peerID: swarm.configuration.peerID)
        handshake.write(into: &bytes)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    private func wait(_ context: ChannelHandlerContext) {
        timeout?.cancel()
        timeout = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(Self.patienceSeconds)) { [weak self] in
            self?.finish(isLie: false)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var received = unwrapInboundIn(data)
        guard fetch == nil else { return read(received, context) }
        bytes.writeBuffer(&received)
        do throws(PeerWireError) {
            guard let handshake = try Handshake.read(from: &bytes) else { return }
            let own = swarm.configuration
            guard handshake.infoHash == own.infoHash, handshake.peerID != own.peerID,
                handshake.reserved.contains(.extensionProtocol)
            else { return finish(isLie: false) }
            let fetch = MetadataFetch(
                infoHash: own.infoHash, clientName: own.clientName, listenPort: own.listenPort)
            self.fetch = fetch
            send(fetch.begin(), context)
            let rest = bytes
            bytes = ByteBuffer()
            read(rest, context)
        } catch {
            finish(isLie: false)
        }
    }

    private func read(_ received: ByteBuffer, _ context: ChannelHandlerContext) {
        do {
            try received.withUnsafeReadableBytes { view in
                var input = view
                while !isTold {
                    switch try parser.next(&input) {
                    case .needsMore: return
                    // Nothing of the kind was asked for.
                    case .block: return finish(isLie: false)
                    case .message(let message): handle(message, context)
                    }
                }
            }
        } catch {
            finish(isLie: false)
        }
    }

    private func handle(_ message: PeerMessage, _ context: ChannelHandlerContext) {
        switch fetch?.handle(message) {
        case nil: break
        case .goOn(let messages):
            guard !messages.isEmpty else { return }
            wait(context)
            send(messages, context)
        case .finished(let info):
            swarm.assumeIsolated { $0.handleFetched(info) }
            finish(isLie: false)
        case .failed(let isLie): finish(isLie: isLie)
        }
    }

    private func send(_ messages: [PeerMessage], _ context: ChannelHandlerContext) {
        var out = context.channel.allocator.buffer(capacity: 256)
        for message in messages { out.write(peerMessage: message) }
        context.writeAndFlush(wrapOutboundOut(out), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(isLie: false)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish(isLie: false)
        self.context = nil
    }

    /// The swarm is done with this peer, whatever it still says.
    func close() { finish(isLie: false) }

    /// The attempt failed before there was a channel.
    func tellEnd() { finish(isLie: false) }

    private func finish(isLie: Bool) {
        guard !isTold else { return }
        isTold = true
        timeout?.cancel()
        context?.close(promise: nil)
        // In a turn of its own: the swarm may be in the middle of closing all of them.
        let swarm = swarm
        swarm.loop.execute { swarm.assumeIsolated { $0.handleEnd(self, isLie: isLie) } }
    }
}
