/// One SCGI request: a netstring of headers, then the body.
package struct SCGIRequest: Sendable, Equatable {
    package struct Header: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var headers: [Header]
    package var body: [UInt8]

    package init(headers: [Header], body: [UInt8]) {
        self.headers = headers
        self.body = body
    }

    package subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

    package var contentType: String? {
        let type = self["CONTENT_TYPE"]
        return type?.isEmpty == false ? type : nil
    }

    /// `UNTRUSTED_CONNECTION`: the front end speaks for a stranger, and only safe commands may run.
    package var isUntrusted: Bool { self["UNTRUSTED_CONNECTION"] == "1" }

    /// The bytes a client sends. `CONTENT_LENGTH` comes first, as the protocol wants and rTorrent insists.
    package var encoded: [UInt8] {
        var block: [UInt8] = []
        let first = [Header(name: "CONTENT_LENGTH", value: String(body.count)), Header(name: "SCGI", value: "1")]
        for header in first + headers where header.name != "SCGI" || header == first[1] {
            block += [UInt8](header.name.utf8) + [0] + [UInt8](header.value.utf8) + [0]
        }
        return [UInt8]("\(block.count):".utf8) + block + [UInt8(ascii: ",")] + body
    }
}

/// Why a connection is closed without an answer, as rTorrent does; only the log tells.
package enum SCGIError: Error, Hashable, Sendable, CustomStringConvertible {
    case notANetstring
    case headersTooLong(Int)
    case malformedHeaders
    case missingLength
    case badLength(String)
    case bodyTooLong(Int)
    case badTrust(String)

    package var description: String {
        switch self {
        case .notANetstring: "the request does not start with a length and a colon"
        case .headersTooLong(let count): "headers of \(count) bytes, more than \(SCGIParser.longestHeaders)"
        case .malformedHeaders: "headers that are not pairs ended by NUL, or no comma behind them"
        case .missingLength: "no CONTENT_LENGTH"
        case .badLength(let text): "CONTENT_LENGTH is \"\(text)\", wanted is a number from 1"
        case .bodyTooLong(let count): "a body of \(count) bytes is longer than allowed"
        case .badTrust(let text): "UNTRUSTED_CONNECTION is \"\(text)\", wanted is 0 or 1"
        }
    }
}
