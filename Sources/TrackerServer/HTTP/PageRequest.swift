/// A request that is neither announce nor scrape.
///
/// This is the seam where a page server plugs in: `HTTPConnection` reads the head, hands this over, and writes what
/// comes back.
package struct PageRequest: Sendable {
    /// `GET`, `HEAD`, …
    package var method: String
    /// Path and query as they came, still percent-encoded.
    package var target: String
}

/// A page, or the word that there is none.
package struct PageReply: Sendable {
    package var status: Status
    package var contentType: String
    package var body: [UInt8]

    package enum Status: Int, Sendable {
        case ok = 200
        case badRequest = 400
        case notFound = 404
        case methodNotAllowed = 405
        case headTooLarge = 431

        var reason: String {
            switch self {
            case .ok: "OK"
            case .badRequest: "Bad Request"
            case .notFound: "Not Found"
            case .methodNotAllowed: "Method Not Allowed"
            case .headTooLarge: "Request Header Fields Too Large"
            }
        }
    }

    package init(status: Status, contentType: String = "text/plain; charset=utf-8", body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// The pages of a tracker without a page server: one that says what this is.
    package static func plain(_ request: PageRequest) -> PageReply {
        guard request.method == "GET" || request.method == "HEAD" else {
            return PageReply(status: .methodNotAllowed, body: Array("only GET is answered here\n".utf8))
        }
        guard request.target == "/" else {
            return PageReply(status: .notFound, body: Array("there is nothing here; announce at /announce\n".utf8))
        }
        return PageReply(status: .ok, body: Array("This is a BitTorrent tracker. Announce at /announce.\n".utf8))
    }
}
