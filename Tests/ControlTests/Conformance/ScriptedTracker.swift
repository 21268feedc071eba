import Foundation
import NIOCore
import NIOPosix

/// A tracker that says the same to everybody: the one the golden answers were recorded with.
final class ScriptedTracker: Sendable {
    let channel: any Channel

    static func start() async throws -> ScriptedTracker {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Script()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedTracker(channel)
    }

    private init(_ channel: any Channel) { self.channel = channel }

    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)/announce" }

    func stop() async { try? await channel.close() }

    private final class Script: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private var request = ByteBuffer()

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var part = unwrapInboundIn(data)
            request.writeBuffer(&part)
            let text = String(buffer: request)
            guard text.contains("\r\n\r\n") else { return }
            let body = text.hasPrefix("GET /scrape") ? scrape(text) : Self.announce
            let head = "HTTP/1.1 200 OK\r\nContent-Length: \(body.readableBytes)\r\nConnection: close\r\n\r\n"
            var answer = context.channel.allocator.buffer(string: head)
            var rest = body
            answer.writeBuffer(&rest)
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(answer)).whenComplete { _ in channel.close(promise: nil) }
        }

        private static let announce = ByteBuffer(
            string: "d8:completei5e10:incompletei2e8:intervali1800e12:min intervali900e5:peers0:10:tracker id4:TRK1e")

        /// Seven seeds, three downloads, eleven leechers for whatever hash is asked.
        private func scrape(_ text: String) -> ByteBuffer {
            var body = ByteBuffer(string: "d5:filesd20:")
            body.writeBytes(Self.hash(in: text))
            body.writeString("d8:completei7e10:downloadedi3e10:incompletei11eeee")
            return body
        }

        private static func hash(in text: String) -> [UInt8] {
            guard let start = text.range(of: "info_hash=")?.upperBound else { return [] }
            let escaped = text[start...].prefix { $0 != "&" && $0 != " " }
            var bytes: [UInt8] = []
            var rest = Array(escaped.utf8)[...]
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "%"), rest.count >= 2 {
                    bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                    rest = rest.dropFirst(2)
                } else {
                    bytes.append(byte)
                }
            }
            return Array(bytes.prefix(20))
        }
    }
}
