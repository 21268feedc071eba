import NIOCore

/// One connection: takes the request in, has it answered, sends the answer, closes.
///
/// Stays within bounds: the time until the request is whole, the time without progress while the answer is sent, and the bytes that all
/// connections hold together.
final class SCGIConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Part of an answer that is handed to the socket at once; each part taken is progress.
    private static let partLength = 256 << 10

    private let limits: SCGILimits
    private let usage: SCGIUsage
    private let log: @Sendable (String) -> Void
    private let respond: (SCGIRequest) -> RPCReply
    private var parser: SCGIParser
    private var isAnswering = false
    private var held = 0
    private var deadline: Scheduled<Void>?
    private var isInputClosed = false
    private var isLingering = false
    private var hasEnded = false

    init(
        limits: SCGILimits, usage: SCGIUsage, log: @escaping @Sendable (String) -> Void,
        respond: @escaping (SCGIRequest) -> RPCReply
    ) {
        self.limits = limits
        self.usage = usage
        self.log = log
        self.respond = respond
        parser = SCGIParser(longestBody: limits.longestBody)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        guard usage.open() else {
            log("a client was turned away, \(limits.connections) are connected")
            context.close(promise: nil)
            return
        }
        extendDeadline(context, "a client sent no whole request in time")
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        deadline?.cancel()
        usage.release(held)
        held = 0
        usage.close()
    }

    // MARK: - The request

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard !isAnswering, !hasEnded else { return }
        let before = parser.bufferedBytes
        do throws(SCGIError) {
            let request = try parser.feed(buffer.readableBytesView)
            guard hold(parser.bufferedBytes - before, context) else { return }
            if let request { answer(request, context) }
        } catch {
            log("a request was not answered: \(error)")
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Flood closes its sending side behind the request; without a whole request nothing can follow.
        if case ChannelEvent.inputClosed = event {
            if !isAnswering || isLingering { context.close(promise: nil) }
            isInputClosed = true
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func hold(_ bytes: Int, _ context: ChannelHandlerContext) -> Bool {
        held += bytes
        if usage.hold(bytes, share: held) { return true }
        log("a client was closed, \(limits.heldBytes) bytes of requests and answers are held")
        context.close(promise: nil)
        return false
    }

    // MARK: - The answer

    private func answer(_ request: SCGIRequest, _ context: ChannelHandlerContext) {
        isAnswering = true
        deadline?.cancel()
        let reply = respond(request)
        // Calls may have closed the socket meanwhile.
        guard !hasEnded else { return }
        usage.release(held)
        held = 0
        parser = SCGIParser(longestBody: limits.longestBody)
        let head = context.channel.allocator.buffer(bytes: SCGIResponse.head(reply))
        guard hold(reply.body.count, context) else { return }
        context.write(wrapOutboundOut(head), promise: nil)
        sendNextPart(of: reply.body, from: 0, context)
    }

    private func sendNextPart(of body: RPCBody, from start: Int, _ context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        extendDeadline(context, "a client did not take its answer in time")
        let part = body.withBytes(in: start..<(start + Self.partLength)) { context.channel.allocator.buffer(bytes: $0) }
        let end = start + part.readableBytes
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(part)).whenComplete { result in
            let (connection, context) = bound.value
            connection.handleSent(body, from: start, to: end, result, context)
        }
    }

    private func handleSent(
        _ body: RPCBody, from start: Int, to end: Int, _ result: Result<Void, any Error>,
        _ context: ChannelHandlerContext
    ) {
        guard !hasEnded else { return }
        usage.release(end - start)
        held -= end - start
        guard case .success = result else {
            context.close(promise: nil)
            return
        }
        if end < body.count { sendNextPart(of: body, from: end, context) } else { finish(context) }
    }

    /// Ends the answer. A socket closed with unread input would throw away what the client has not read yet, so the client closes first;
    /// but it has to do so soon.
    private func finish(_ context: ChannelHandlerContext) {
        guard !isInputClosed else {
            context.close(promise: nil)
            return
        }
        isLingering = true
        context.close(mode: .output, promise: nil)
        extendDeadline(context, nil, in: .seconds(2))
    }

    private func extendDeadline(_ context: ChannelHandlerContext, _ message: String?, in time: TimeAmount? = nil) {
        deadline?.cancel()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: time ?? limits.patience) {
            let (connection, context) = bound.value
            guard !connection.hasEnded else { return }
            if let message { connection.log(message) }
            context.close(promise: nil)
        }
    }
}
