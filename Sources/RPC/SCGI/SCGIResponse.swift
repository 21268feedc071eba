/// The answer to an SCGI request, as rTorrent frames it.
package enum SCGIResponse {
    /// Everything in front of the body.
    package static func head(_ reply: RPCReply) -> [UInt8] {
        [UInt8](
            "Status: 200 OK\r\nContent-Type: \(reply.format.contentType)\r\nContent-Length: \(reply.body.count)\r\n\r\n"
                .utf8)
    }

    /// Head and body. Clients use it on what a server sent too: see ``body(of:)``.
    package static func encoded(_ reply: RPCReply) -> [UInt8] { head(reply) + reply.body.bytes }

    /// The body of a whole answer; nil if there is no end of headers in it.
    package static func body(of response: [UInt8]) -> [UInt8]? {
        var index = 0
        while index + 1 < response.count {
            if response[index] == 0x0A, response[index + 1] == 0x0A { return Array(response[(index + 2)...]) }
            if response[index...].starts(with: [0x0D, 0x0A, 0x0D, 0x0A]) { return Array(response[(index + 4)...]) }
            index += 1
        }
        return nil
    }
}
