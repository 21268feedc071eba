import NIOCore
import NIOPosix
import Synchronization
import TrackerWire

/// A UDP socket on loopback that answers each datagram by a script: the misbehaving UDP tracker of the tests.
final class ScriptedDatagramServer: Sendable {
    /// Gets a datagram and its number, from 0; each answer goes back to the sender.
    typealias Script = @Sendable ([UInt8], Int) -> [[UInt8]]

    let port: Int
    private let channel: any Channel
    private let received: ReceivedDatagrams

    init(host: String = "127.0.0.1", script: @escaping Script) async throws {
        let received = ReceivedDatagrams()
        channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(received: received, script: script))
                }
            }
            .bind(host: host, port: 0).get()
        self.received = received
        port = channel.localAddress?.port ?? 0
    }

    var datagrams: [[UInt8]] { received.all.withLock { $0 } }

    /// Sends something nobody asked for.
    func send(_ datagram: [UInt8], to address: SocketAddress) async throws {
        try await channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: datagram)))
    }

    func close() async {
        try? await channel.close()
    }

    private final class ReceivedDatagrams: Sendable {
        let all = Mutex<[[UInt8]]>([])
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>

        private let received: ReceivedDatagrams
        private let script: Script

        init(received: ReceivedDatagrams, script: @escaping Script) {
            self.received = received
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            let bytes = Array(envelope.data.readableBytesView)
            let number = received.all.withLock { all in
                all.append(bytes)
                return all.count - 1
            }
            for answer in script(bytes, number) {
                let back = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: answer))
                context.writeAndFlush(wrapOutboundOut(back), promise: nil)
            }
        }
    }
}

/// Datagrams of a UDP tracker. BEP 15.
enum TrackerDatagram {
    static func action(_ datagram: [UInt8]) -> UInt32 { number(datagram, at: 8) }

    static func connected(_ request: [UInt8], connectionID: UInt64 = 0xC0FFEE, transaction: UInt32? = nil) -> [UInt8] {
        bytes(0) + bytes(transaction ?? number(request, at: 12)) + bytes(UInt32(connectionID >> 32))
            + bytes(UInt32(truncatingIfNeeded: connectionID))
    }

    static func announced(
        _ request: [UInt8], interval: UInt32 = 1800, leechers: UInt32 = 3, seeds: UInt32 = 2, peers: [UInt8] = [],
        transaction: UInt32? = nil
    ) -> [UInt8] {
        bytes(1) + bytes(transaction ?? number(request, at: 12)) + bytes(interval) + bytes(leechers) + bytes(seeds)
            + peers
    }

    static func scraped(_ request: [UInt8], seeds: UInt32, downloaded: UInt32, leechers: UInt32) -> [UInt8] {
        bytes(2) + bytes(number(request, at: 12)) + bytes(seeds) + bytes(downloaded) + bytes(leechers)
    }

    static func failed(_ request: [UInt8], _ text: String) -> [UInt8] {
        bytes(3) + bytes(number(request, at: 12)) + Array(text.utf8)
    }

    static func number(_ datagram: [UInt8], at offset: Int) -> UInt32 {
        datagram.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
