import Glibc
import Metainfo
import NIOCore
import NIOPosix
import PeerWire
import SwarmCore

/// Reads a caller's handshake; once the info-hash is known the connection moves to its swarm's loop.
final class IncomingHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private static let seconds: Int64 = 20

    private let torrents: TorrentTable
    private let gate: AddressGate
    private var bytes = ByteBuffer()
    private var timeout: Scheduled<Void>?
    private var number: UInt64?
    private var isDone = false

    init(torrents: TorrentTable, gate: AddressGate) {
        self.torrents = torrents
        self.gate = gate
    }

    func channelActive(context: ChannelHandlerContext) {
        guard let address = Self.peerAddress(context.remoteAddress), gate.isAllowed(address) else {
            isDone = true
            return context.close(promise: nil)
        }
        number = torrents.beginHandshake(context.channel)
        timeout = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(Self.seconds)) {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { finish() }

    func handlerRemoved(context: ChannelHandlerContext) { finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func finish() {
        guard !isDone else { return }
        isDone = true
        timeout?.cancel()
        if let number { torrents.endHandshake(number) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var received = unwrapInboundIn(data)
        guard !isDone else { return }
        bytes.writeBuffer(&received)
        do throws(PeerWireError) {
            guard let handshake = try Handshake.read(from: &bytes) else { return }
            finish()
            guard let swarm = torrents.swarm(for: handshake.infoHash),
                let address = Self.peerAddress(context.remoteAddress)
            else {
                context.close(promise: nil)
                return
            }
            handOver(context, to: swarm, handshake, address)
        } catch {
            context.close(promise: nil)
        }
    }

    private static func peerAddress(_ address: SocketAddress?) -> PeerAddress? {
        guard let host = address?.ipAddress, let port = address?.port else { return nil }
        return PeerAddress(host: host, port: port)
    }

    private func handOver(
        _ context: ChannelHandlerContext, to swarm: Swarm, _ handshake: Handshake, _ address: PeerAddress
    ) {
        let handler = PeerHandler(
            swarm: swarm, address: address, direction: .incoming, received: handshake, early: bytes)
        bytes = ByteBuffer()
        if swarm.runs(on: context.eventLoop) {
            let pipeline = context.pipeline.syncOperations
            pipeline.removeHandler(context: context, promise: nil)
            do { try pipeline.addHandler(handler) } catch { context.close(promise: nil) }
        } else {
            move(context, handler, to: swarm)
        }
    }

    /// A NIO channel stays on its loop for life, so the swarm's loop gets a channel of its own over the same socket.
    private func move(_ context: ChannelHandlerContext, _ handler: PeerHandler, to swarm: Swarm) {
        let copy = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            fcntl($0, F_DUPFD_CLOEXEC, 0)
        }
        context.close(promise: nil)
        guard let copy, copy >= 0 else { return }
        swarm.adopt(socket: copy, handler: handler)
    }
}
