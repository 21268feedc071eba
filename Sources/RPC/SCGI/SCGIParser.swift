/// Takes a connection's bytes as they come and tells when the request is whole.
///
/// rTorrent's rules with 0.16's additions; more lenient than it in one: `CONTENT_LENGTH` need not come first. What follows the body is
/// ignored, since a connection carries one request.
package struct SCGIParser: Sendable {
    package static let longestHeaders = 2_000
    /// What 0.16 takes, and front ends send to a daemon of API version 11.
    package static let longestBody = 16 << 20

    private let longestBody: Int
    private var received: [UInt8] = []
    private var headers: [SCGIRequest.Header]?
    private var body: [UInt8] = []
    private var bodyLength = 0

    package init(longestBody: Int = SCGIParser.longestBody) { self.longestBody = longestBody }

    /// Bytes kept in memory for this request.
    package var bufferedBytes: Int { received.count + body.count }

    /// - Returns: the request once all of it is there.
    package mutating func feed(_ bytes: some Collection<UInt8>) throws(SCGIError) -> SCGIRequest? {
        if headers == nil {
            // Headers are short: what comes with them is the beginning of the body.
            received.append(contentsOf: bytes)
            guard let start = try parseHeaders() else { return nil }
            body.append(contentsOf: received[start...].prefix(bodyLength))
            received = []
        } else {
            body.append(contentsOf: bytes.prefix(bodyLength - body.count))
        }
        guard let headers, body.count == bodyLength else { return nil }
        return SCGIRequest(headers: headers, body: body)
    }

    /// - Returns: where the body begins; nil if the headers are not all there.
    private mutating func parseHeaders() throws(SCGIError) -> Int? {
        var length = 0
        var index = 0
        while true {
            guard index < received.count else {
                guard index <= 4 else { throw .notANetstring }
                return nil
            }
            let byte = received[index]
            index += 1
            if byte == UInt8(ascii: ":"), index > 1 { break }
            guard byte >= 48, byte <= 57, index <= 5 else { throw .notANetstring }
            length = length * 10 + Int(byte - 48)
        }
        guard length <= Self.longestHeaders else { throw .headersTooLong(length) }
        guard received.count > index + length else { return nil }
        guard received[index + length] == UInt8(ascii: ",") else { throw .malformedHeaders }
        try readHeaders(received[index..<(index + length)])
        return index + length + 1
    }

    private mutating func readHeaders(_ block: ArraySlice<UInt8>) throws(SCGIError) {
        guard block.last == 0 else { throw .malformedHeaders }
        let texts = block.dropLast().split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard texts.count % 2 == 0 else { throw .malformedHeaders }
        let headers = stride(from: 0, to: texts.count, by: 2).map {
            SCGIRequest.Header(name: texts[$0], value: texts[$0 + 1])
        }
        let request = SCGIRequest(headers: headers, body: [])
        guard let text = request["CONTENT_LENGTH"] else { throw .missingLength }
        guard text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let length = Int(text), length > 0 else {
            throw .badLength(text)
        }
        guard length <= longestBody else { throw .bodyTooLong(length) }
        if let trust = request["UNTRUSTED_CONNECTION"], trust != "0", trust != "1" { throw .badTrust(trust) }
        bodyLength = length
        self.headers = headers
    }
}
