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
    /// Seconds that the making of a page may take.
    private static let pageSeconds: UInt32 = 60
    /// Seconds for which the rest of a refused request is swallowed, so that the reply is not lost in a reset.
    private static let lingerSeconds: UInt32 = 2

    private enum Progress {
        /// All bytes that were there are answered, but perhaps the beginning of a request.
        case waiting
        /// There may be more to answer once the replies have left.
        case full
        /// A page is being made; nothing is read until it has been sent.
        case paging(PageRequest, isOld: Bool, isKeptAlive: Bool)
        /// The connection ends behind the replies.
        case ending
        /// The connection ends behind the replies, and more bytes are to be expected.
        case refusing

        var isFull: Bool { if case .full = self { true } else { false } }
    }

    private let loop: TrackerLoop
    private let bench: ReplyBench
    private var responder: HTTPResponder?
    private var context: ChannelHandlerContext?
    /// The beginning of a request, or requests that wait until replies have left.
    private var pending = ByteBuffer()
    private var isBlocked = false
    private var isEnding = false
    /// A page is being made.
    private var isPaging = false
    private let isSecure: Bool
    /// The first bytes may be a proxy's word about who is behind it.
    private var mayHavePreface = true
    /// The second after which the connection is closed.
    private(set) var deadline: UInt32
    /// Kept by the roster.
    var rosterPlace: Int?

    /// - Parameters:
    ///   - read: what has been read from the connection already.
    ///   - hasAnswered: one request has been answered before.
    ///   - isSecure: what is read and written is encrypted on the wire.
    init(loop: TrackerLoop, read: ByteBuffer, hasAnswered: Bool, isSecure: Bool = false) {
        self.loop = loop
        self.isSecure = isSecure
        bench = loop.bench
        pending = read
        deadline = bench.clock.now &+ (hasAnswered ? loop.idleTimeout : loop.requestTimeout)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // Behind TLS the channel is active before this handler is there.
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) { begin(context) }

    private func begin(_ context: ChannelHandlerContext) {
        guard self.context == nil else { return }
        self.context = context
        let peer = context.remoteAddress.flatMap { PeerHost($0) }
        responder = peer.map { HTTPResponder(bench: bench, peer: $0, isSecure: isSecure) }
        mayHavePreface = peer.map { bench.desk.policy.proxies.contains($0) } ?? false
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
        } else if !isBlocked, !isPaging {
            // The time for a whole request runs from its first byte.
            deadline = bench.clock.now &+ loop.requestTimeout
        }
        guard !isPaging else {
            pending = bytes
            return
        }
        answer(&bytes, context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard isBlocked, context.channel.isWritable, !isEnding, !isPaging else { return }
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
        } while progress.isFull && context.channel.isWritable
        guard !isEnding else { return }
        if bytes.readableBytes > 0 { pending = bytes }
        if progress.isFull {
            isBlocked = true
            setReading(false, context)
        }
    }

    private func answerOnce(_ bytes: inout ByteBuffer) -> Progress {
        if mayHavePreface {
            switch ProxyPreface.read(from: &bytes) {
            case .needsMore: return .waiting
            case .none: mayHavePreface = false
            case .sender(let host):
                mayHavePreface = false
                responder = HTTPResponder(bench: bench, peer: host, isSecure: isSecure)
            case .malformed:
                refuse(400, "the PROXY preface makes no sense")
                return .refusing
            }
        }
        while bytes.readableBytes > 0 {
            var page: Progress?
            let (length, isKeptAlive) = bytes.withUnsafeReadableBytes { bytes -> (Int, Bool) in
                switch HTTPRequestHead.parse(bytes) {
                case .needsMore where bytes.count <= Self.maximumHead:
                    return (0, true)
                case .needsMore:
                    refuse(431, "the head of a request has more than \(Self.maximumHead) bytes")
                    return (0, false)
                case .malformed:
                    refuse(400, "this is no HTTP/1 request")
                    return (0, false)
                case .whole(let head):
                    if responder?.answer(head) != true { page = paging(head) }
                    return (head.length, head.isKeptAlive)
                }
            }
            bytes.moveReaderIndex(forwardBy: length)
            if let page { return page }
            guard isKeptAlive else { return length == 0 ? .refusing : .ending }
            guard length > 0 else { return .waiting }
            deadline = bench.clock.now &+ loop.idleTimeout
            if bench.replies.buffer.readableBytes > Self.maximumReplies { return .full }
        }
        return .waiting
    }

    private func paging(_ head: HTTPRequestHead) -> Progress {
        TrackerCounters.count(bench.counters.pages)
        let sender = responder.map { $0.sender(head) } ?? PeerHost(ipv4: 0)
        let isSecure = isSecure || (sender != responder?.peer && head.field("x-forwarded-proto:") == "https")
        let request = PageRequest(
            method: String(decoding: head.method, as: UTF8.self), target: String(decoding: head.target, as: UTF8.self),
            sender: sender, host: head.field("host:") ?? "", isSecure: isSecure)
        return .paging(request, isOld: head.isOld, isKeptAlive: head.isKeptAlive)
    }

    /// Has a page made elsewhere; this connection waits, no other does.
    private func make(_ request: PageRequest, isOld: Bool, isKeptAlive: Bool, _ context: ChannelHandlerContext) {
        isPaging = true
        deadline = bench.clock.now &+ Self.pageSeconds
        setReading(false, context)
        let pages = loop.pages
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        Task(executorPreference: loop.pageExecutor) {
            let page = await pages(request)
            eventLoop.execute {
                bound.value.send(page, for: request, isOld: isOld, isKeptAlive: isKeptAlive)
            }
        }
    }

    private func send(_ page: PageReply, for request: PageRequest, isOld: Bool, isKeptAlive: Bool) {
        isPaging = false
        guard let context, !isEnding else { return }
        bench.replies.clear()
        bench.replies.write(page, isOld: isOld, isKeptAlive: isKeptAlive, isHead: request.method == "HEAD")
        if let log = bench.log {
            Array(request.target.utf8).withUnsafeBytes {
                log.note(
                    request.sender, request.method, target: $0, status: page.status, length: page.body.count,
                    refusal: nil)
            }
        }
        deadline = bench.clock.now &+ loop.idleTimeout
        write(isKeptAlive ? .waiting : .ending, context)
        // A long page keeps memory of its own; replies are short.
        bench.replies.shrink()
        guard isKeptAlive else { return }
        isBlocked = !context.channel.isWritable
        guard !isBlocked else { return }
        answerPending(context)
        if !isBlocked, !isEnding, !isPaging { setReading(true, context) }
    }

    /// Answers what cannot be understood as a request.
    private func refuse(_ status: Int, _ sentence: String) {
        TrackerCounters.count(bench.counters.badRequests)
        var body = ByteBuffer()
        HTTPTrackerCoding.encodeFailure(.malformed(sentence), into: &body)
        let page = PageReply(status: status, contentType: "text/plain", body: Array(body.readableBytesView))
        bench.replies.write(page, isOld: false, isKeptAlive: false, isHead: false)
    }

    private func write(_ progress: Progress, _ context: ChannelHandlerContext) {
        switch progress {
        case .paging(let request, let isOld, let isKeptAlive):
            if bench.replies.buffer.readableBytes > 0 {
                context.writeAndFlush(wrapOutboundOut(bench.replies.buffer), promise: nil)
            }
            make(request, isOld: isOld, isKeptAlive: isKeptAlive, context)
        case .waiting, .full:
            guard bench.replies.buffer.readableBytes > 0 else { return }
            context.writeAndFlush(wrapOutboundOut(bench.replies.buffer), promise: nil)
        case .ending, .refusing:
            isEnding = true
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenComplete { [self] _ in
                if case .refusing = progress { linger() } else { close() }
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
