import HTTPTypes
import HummingbirdCore
import NIOCore

/// One request over HTTP and its answer. Bounds what both may cost: a body is refused by its announced length, and the client has so much time
/// to send it and to take each part of the answer.
struct HTTPExchange: Sendable {
    /// Part of an answer that is handed to the socket at once; each part taken is progress.
    private static let partLength = 256 << 10
    private static let untrusted = ["UNTRUSTED_CONNECTION", "Untrusted-Connection"].compactMap { HTTPField.Name($0) }
    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")

    let limits: SCGILimits
    let usage: SCGIUsage
    let channel: any Channel
    let respond: @Sendable (HTTPCall) async throws -> RPCReply

    /// A body that is not taken.
    private enum BodyError: Error {
        case tooLong, noRoom
    }

    func run(_ request: Request, _ writer: consuming ResponseWriter, guard door: HTTPGuard) async throws {
        if let refusal = refusal(of: request, door) { return try await refuse(refusal, writer) }
        if request.headers[.contentLength].flatMap({ Int($0) }) ?? 0 > limits.longestBody {
            return try await refuse(tooLong, writer)
        }
        if request.headers[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        var held = 0
        defer { usage.release(held) }
        let body: [UInt8]
        do {
            body = try await collect(request.body, &held)
        } catch let error as BodyError {
            return try await refuse(error == .tooLong ? tooLong : noRoom, writer)
        }
        let call = HTTPCall(body: body, contentType: request.headers[.contentType], isUntrusted: isUntrusted(request))
        let reply = try await respond(call)
        held += reply.body.count
        guard usage.hold(reply.body.count, share: held) else { return try await refuse(noRoom, writer) }
        try await send(reply, writer)
    }

    // MARK: The request

    private func refusal(of request: Request, _ door: HTTPGuard) -> Response? {
        let head = HTTPGuard.Head(
            method: request.method.rawValue, path: request.uri.path, host: request.head.authority,
            origin: request.headers[.origin], fetchSite: Self.fetchSite.flatMap { request.headers[$0] },
            authorization: request.headers[.authorization])
        do throws(HTTPGuard.Refusal) {
            try door.check(head)
            return nil
        } catch {
            var headers = HTTPFields()
            if error == .unauthorized { headers[.wwwAuthenticate] = "Basic realm=\"swarm\"" }
            if error == .wrongMethod {
                headers[.allow] = "POST"
                // A person with a browser: nothing is wrong with that.
                if request.method == .get { return Self.text(.ok, Self.page, headers) }
            }
            return Self.text(.init(code: error.status), error.text, headers)
        }
    }

    /// Anything but a clear no counts: the header only ever takes rights away.
    private func isUntrusted(_ request: Request) -> Bool {
        Self.untrusted.contains { name in request.headers[values: name].contains { $0 != "0" } }
    }

    private func collect(_ parts: RequestBody, _ held: inout Int) async throws -> [UInt8] {
        let deadline = deadline()
        defer { deadline.cancel() }
        var body: [UInt8] = []
        for try await part in parts {
            guard body.count + part.readableBytes <= limits.longestBody else { throw BodyError.tooLong }
            held += part.readableBytes
            guard usage.hold(part.readableBytes, share: held) else { throw BodyError.noRoom }
            body.append(contentsOf: part.readableBytesView)
        }
        return body
    }

    // MARK: The answer

    private func send(_ reply: RPCReply, _ writer: consuming ResponseWriter) async throws {
        let body = reply.body
        var head = HTTPResponse(status: body.count == 0 ? .noContent : .ok)
        if body.count > 0 {
            head.headerFields[.contentType] = reply.format.contentType
            head.headerFields[.contentLength] = String(body.count)
        }
        var parts = try await writer.writeHead(head)
        var start = 0
        while start < body.count {
            let deadline = deadline()
            defer { deadline.cancel() }
            let part = body.withBytes(in: start..<(start + Self.partLength)) { ByteBuffer(bytes: $0) }
            start += part.readableBytes
            try await parts.write(part)
        }
        try await parts.finish(nil)
    }

    /// Says no and closes, without reading what else is sent: but not so fast that the client has no time to read it.
    private func refuse(_ response: Response, _ writer: consuming ResponseWriter) async throws {
        var response = response
        response.headers[.connection] = "close"
        try await writer.write(response: response.head, body: response.body)
        channel.close(mode: .output, promise: nil)
        HTTPFrontEnd.close(channel, in: .seconds(2))
    }

    /// Closes the connection when the client's patience is over.
    private func deadline() -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: limits.patience) { [channel] in channel.close(promise: nil) }
    }

    private var tooLong: Response {
        Self.text(.contentTooLarge, "A call may have \(limits.longestBody) bytes.\n")
    }

    private var noRoom: Response { Self.text(.serviceUnavailable, "Too much is being asked at once; try again.\n") }

    private static let page = """
        This is swarm, a BitTorrent client. Front ends and scripts POST their calls here, XML-RPC (text/xml) or JSON-RPC
        (application/json); there is nothing to see with a browser.

        """

    private static func text(_ status: HTTPResponse.Status, _ text: String, _ headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "text/plain; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
