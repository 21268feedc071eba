/// A request that is neither announce nor scrape of named torrents.
///
/// This is the seam where a page server plugs in: `HTTPConnection` reads the head, hands this over, and writes what
/// comes back.
package struct PageRequest: Sendable {
    /// `GET`, `HEAD`, …
    package var method: String
    /// Path and query as they came, still percent-encoded.
    package var target: String
    /// Who asks; behind a trusted proxy, who it says asks.
    package var sender: PeerHost
    /// What the client calls us: the `Host` field, empty without.
    package var host: String
    /// The connection is encrypted, here or at a trusted proxy.
    package var isSecure: Bool

    package init(method: String, target: String, sender: PeerHost, host: String = "", isSecure: Bool = false) {
        self.method = method
        self.target = target
        self.sender = sender
        self.host = host
        self.isSecure = isSecure
    }

    /// The target without its query.
    package var path: String { String(target.prefix { $0 != "?" }) }
}

/// A page, or the word that there is none.
package struct PageReply: Sendable {
    package var status: Int
    package var contentType: String
    package var body: [UInt8]
    /// Further fields, such as `Location`.
    package var fields: [(name: String, value: String)]

    package init(
        status: Int, contentType: String = "text/plain; charset=utf-8", body: [UInt8],
        fields: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.fields = fields
    }

    /// The words that go with a status.
    static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: "Status"
        }
    }
}

/// Answers pages, on any thread and in its own time.
package typealias PageServer = @Sendable (PageRequest) async -> PageReply
