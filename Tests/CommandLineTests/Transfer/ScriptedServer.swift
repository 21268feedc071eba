import Bencode
import NIOCore
import NIOPosix
import Synchronization

/// A small web server on loopback: a tracker that introduces peers and remembers what it was told, and torrent files.
final class ScriptedServer: Sendable {
    /// What it does with an announce.
    enum Conduct: Sendable {
        /// Answers with the other peers of the torrent.
        case introduces
        case refuses(String)
        /// Answers all but `stopped`, to which it says nothing at all.
        case keepsSilentAtTheEnd
    }

    struct Announce: Sendable {
        /// Empty for a regular one.
        let event: String
        let port: UInt16
        let left: Int64
    }

    private let channel: any Channel
    private let book: Book

    private init(channel: any Channel, book: Book) {
        self.channel = channel
        self.book = book
    }

    deinit {
        channel.close(promise: nil)
    }

    /// - Parameter files: bodies by path ("/a.torrent").
    static func start(_ conduct: Conduct = .introduces, files: [String: [UInt8]] = [:]) async throws -> ScriptedServer {
        let book = Book(conduct)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Connection(book: book, files: files))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedServer(channel: channel, book: book)
    }

    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }
    var announceURL: String { "\(url)/announce" }
    /// All announces so far, oldest first.
    var announces: [Announce] { book.announces }

    /// The events that the peer on this port has announced.
    func events(ofPort port: UInt16) -> [String] {
        announces.filter { $0.port == port && !$0.event.isEmpty }.map(\.event)
    }

    /// What the tracker knows.
    private final class Book: Sendable {
        private struct State {
            var peers: [String: [UInt8]] = [:]
            var announces: [Announce] = []
        }

        private let conduct: Conduct
        private let state = Mutex(State())

        init(_ conduct: Conduct) {
            self.conduct = conduct
        }

        var announces: [Announce] { state.withLock { $0.announces } }

        /// BEP 3, with compact peers (BEP 23). Nil: no answer ever.
        func answer(_ query: Substring, from host: [UInt8]) -> [UInt8]? {
            var fields: [Substring: Substring] = [:]
            for pair in query.split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2 { fields[parts[0]] = parts[1] }
            }
            let port = fields["port"].flatMap { UInt16($0) } ?? 0
            let event = String(fields["event"] ?? "")
            let torrent = fields["info_hash"] ?? ""
            let me = host + [UInt8(port >> 8), UInt8(port & 0xFF)]
            let others: [UInt8] = state.withLock { state in
                state.announces.append(
                    Announce(event: event, port: port, left: fields["left"].flatMap { Int64($0) } ?? -1))
                state.peers["\(torrent) \(me)"] = event == "stopped" ? nil : me
                return state.peers.filter { $0.key.hasPrefix("\(torrent) ") && $0.value != me }.flatMap(\.value)
            }
            switch conduct {
            case .refuses(let reason): return BencodeEncoder.encode(["failure reason": .string(Array(reason.utf8))])
            case .keepsSilentAtTheEnd where event == "stopped": return nil
            case .introduces, .keepsSilentAtTheEnd:
                return BencodeEncoder.encode(["interval": 1800, "peers": .string(others)])
            }
        }
    }

    /// Reads one request, answers it and closes.
    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let book: Book
        private let files: [String: [UInt8]]
        private var received = ""

        init(book: Book, files: [String: [UInt8]]) {
            self.book = book
            self.files = files
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard received.contains("\r\n\r\n") else { return }
            let target = received.split(separator: " ").dropFirst().first ?? ""
            let parts = target.split(separator: "?", maxSplits: 1)
            if let body = files[String(target)] {
                reply(context, "200 OK", body)
            } else if parts.count == 2, parts[0] == "/announce" {
                let host = (context.remoteAddress?.ipAddress ?? "").split(separator: ".").compactMap { UInt8($0) }
                if let body = book.answer(parts[1], from: host) { reply(context, "200 OK", body) }
            } else {
                reply(context, "404 Not Found", [])
            }
        }

        private func reply(_ context: ChannelHandlerContext, _ status: String, _ body: [UInt8]) {
            var buffer = ByteBuffer(
                string: "HTTP/1.1 \(status)\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n")
            buffer.writeBytes(body)
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(buffer)).whenComplete { _ in channel.close(promise: nil) }
        }
    }
}
