import NIOCore
import TrackerWire

/// One TCP connection of a peer or a browser: finds the requests in its bytes and writes the replies.
///
/// A request that came in one piece, as nearly all do, is read where it lies.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A longer head is refused; a scrape of a hundred torrents fits.
    private static let maximumHead = 16 << 10
    /// Pipelined requests are answered up to so many bytes in one write, and no more until they have left.
    private static let maximumReplies = 64 << 10
    /// Seconds for which the rest of a refused request is swallowed, so that the reply is not lost in a reset.
    private static let lingerSeconds: UInt32 = 2

    private enum Progress {
        /// All bytes that were there are answered, but perhaps the beginning of a request.
        case waiting
        /// There may be more to answer once the replies have left.
        case full
        /// The connection ends behind the replies.
        case ending
        /// The connection ends behind the replies, and more bytes are to be expected.
        case refusing
    }

    private let loop: TrackerLoop
    private let bench: ReplyBench
    private var responder: HTTPResponder?
    private var context: ChannelHandlerContext?
    /// The beginning of a request, or requests that wait until replies have left.
    private var pending = ByteBuffer()
    private var isBlocked = false
    private var isEnding = false
    /// The second after which the connection is closed.
    private(set) var deadline: UInt32
    /// Kept by the roster.
    var rosterPlace: Int?

    /// - Parameters:
    ///   - read: what has been read from the connection already.
    ///   - hasAnswered: one request has been answered before.
    init(loop: TrackerLoop, read: ByteBuffer, hasAnswered: Bool) {
        self.loop = loop
        bench = loop.bench
        pending = read
        deadline = bench.clock.now &+ (hasAnswered ? loop.idleTimeout : loop.requestTimeout)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        let sender = context.remoteAddress.flatMap { PeerHost($0) }
        responder = sender.map { HTTPResponder(bench: bench, sender: $0) }
        loop.connections.add(self, on: context.eventLoop)
        if pending.readableBytes > 0 { answerPending(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.connections.remove(self)
        self.context = nil
    }

    /// Resets and the like; NIO closes the channel.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnding else { return }
        var bytes = unwrapInboundIn(data)
        if pending.readableBytes > 0 {
            pending.writeBuffer(&bytes)
            swap(&pending, &bytes)
            pending = ByteBuffer()
        } else if !isBlocked {
            // The time for a whole request runs from its first byte.
            deadline = bench.clock.now &+ loop.requestTimeout
        }
        answer(&bytes, context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard isBlocked, context.channel.isWritable, !isEnding else { return }
        isBlocked = false
        answerPending(context)
        if !isBlocked, !isEnding { setReading(true, context) }
    }

    /// Closes at once, whatever is on its way.
    func close() {
        loop.connections.remove(self)
        isEnding = true
        context?.close(promise: nil)
    }

    private func answerPending(_ context: ChannelHandlerContext) {
        var bytes = pending
        pending = ByteBuffer()
        answer(&bytes, context)
    }

    private func answer(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) {
        var progress: Progress
        repeat {
            bench.replies.clear()
            progress = answerOnce(&bytes)
            write(progress, context)
        } while progress == .full && context.channel.isWritable
        guard !isEnding else { return }
        if bytes.readableBytes > 0 { pending = bytes }
        if progress == .full {
            isBlocked = true
            setReading(false, context)
        }
    }

    private func answerOnce(_ bytes: inout ByteBuffer) -> Progress {
        while bytes.readableBytes > 0 {
            let (length, isKeptAlive) = bytes.withUnsafeReadableBytes { bytes -> (Int, Bool) in
                switch HTTPRequestHead.parse(bytes) {
                case .needsMore where bytes.count <= Self.maximumHead:
                    return (0, true)
                case .needsMore:
                    refuse(.headTooLarge, "the head of a request has more than \(Self.maximumHead) bytes")
                    return (0, false)
                case .malformed:
                    refuse(.badRequest, "this is no HTTP/1 request")
                    return (0, false)
                case .whole(let head):
                    if responder?.answer(head) != true { answerPage(head) }
                    return (head.length, head.isKeptAlive)
                }
            }
            bytes.moveReaderIndex(forwardBy: length)
            guard isKeptAlive else { return length == 0 ? .refusing : .ending }
            guard length > 0 else { return .waiting }
            deadline = bench.clock.now &+ loop.idleTimeout
            if bench.replies.buffer.readableBytes > Self.maximumReplies { return .full }
        }
        return .waiting
    }

    private func answerPage(_ head: HTTPRequestHead) {
        let request = PageRequest(
            method: String(decoding: head.method, as: UTF8.self), target: String(decoding: head.target, as: UTF8.self))
        bench.replies.write(
            loop.pages(request), isOld: head.isOld, isKeptAlive: head.isKeptAlive, isHead: request.method == "HEAD")
    }

    /// Answers what cannot be understood as a request.
    private func refuse(_ status: PageReply.Status, _ sentence: String) {
        var body = ByteBuffer()
        HTTPTrackerCoding.encodeFailure(.malformed(sentence), into: &body)
        let page = PageReply(status: status, contentType: "text/plain", body: Array(body.readableBytesView))
        bench.replies.write(page, isOld: false, isKeptAlive: false, isHead: false)
    }

    private func write(_ progress: Progress, _ context: ChannelHandlerContext) {
        switch progress {
        case .waiting, .full:
            guard bench.replies.buffer.readableBytes > 0 else { return }
            context.writeAndFlush(wrapOutboundOut(bench.replies.buffer), promise: nil)
        case .ending, .refusing:
            isEnding = true
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenComplete { [self] _ in
                if progress == .refusing { linger() } else { close() }
            }
            context.writeAndFlush(wrapOutboundOut(bench.replies.buffer), promise: written)
        }
    }

    /// Says that nothing more will come, and waits for the other side to hear it; the roster ends the wait.
    private func linger() {
        deadline = bench.clock.now &+ Self.lingerSeconds
        context?.close(mode: .output, promise: nil)
    }

    private func setReading(_ isReading: Bool, _ context: ChannelHandlerContext) {
        try? context.channel.syncOptions?.setOption(.autoRead, value: isReading)
    }
}
