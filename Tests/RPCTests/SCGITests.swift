import Commands
import RPC
import TestKit
import Testing

@Suite("SCGI requests")
struct SCGITests {
    private let request = SCGIRequest(
        headers: [.init(name: "CONTENT_TYPE", value: "text/xml"), .init(name: "UNTRUSTED_CONNECTION", value: "1")],
        body: bytes("<methodCall/>"))

    private func parse(_ input: [UInt8], longestBody: Int = 1_000) throws(SCGIError) -> SCGIRequest? {
        var parser = SCGIParser(longestBody: longestBody)
        return try parser.feed(input)
    }

    private func netstring(_ headers: String, body: String) -> [UInt8] {
        bytes("\(headers.utf8.count):\(headers),\(body)")
    }

    @Test("come out whole however they are cut")
    func cuts() throws {
        let wire = request.encoded

        for cut in 0...wire.count {
            var parser = SCGIParser()
            let first = try parser.feed(wire[..<cut])
            let second = try parser.feed(wire[cut...])
            #expect((cut == wire.count ? first : second)?.body == request.body)
        }
        var parser = SCGIParser()
        for (index, byte) in wire.enumerated() {
            let parsed = try parser.feed([byte])
            #expect((parsed != nil) == (index == wire.count - 1))
        }
    }

    @Test("tell type and trust")
    func headers() throws {
        let whole = try parse(request.encoded)
        let parsed = try #require(whole)

        #expect(parsed.contentType == "text/xml")
        #expect(parsed.isUntrusted)
        #expect(try parse(netstring("CONTENT_LENGTH\u{0}1\u{0}SCGI\u{0}1\u{0}", body: "x"))?.isUntrusted == false)
        #expect(try parse(netstring("SCGI\u{0}1\u{0}CONTENT_LENGTH\u{0}1\u{0}", body: "xyz"))?.body == bytes("x"))
    }

    @Test(
        "are refused when malformed",
        arguments: [
            ("GET / HTTP/1.1", .notANetstring), (":", .notANetstring), ("123456:", .notANetstring),
            ("2001:", .headersTooLong(2_001)),
            ("5:abcde,", .malformedHeaders), ("4:a\u{0}b\u{0},", .missingLength),
            ("4:a\u{0}b\u{0}x", .malformedHeaders),
            ("2:a\u{0},", .malformedHeaders), ("17:CONTENT_LENGTH\u{0}0\u{0},", .badLength("0")),
            ("18:CONTENT_LENGTH\u{0}-1\u{0},", .badLength("-1")), ("18:CONTENT_LENGTH\u{0}1x\u{0},", .badLength("1x")),
            ("36:CONTENT_LENGTH\u{0}99999999999999999999\u{0},", .badLength("99999999999999999999")),
            ("20:CONTENT_LENGTH\u{0}1001\u{0},", .bodyTooLong(1_001)),
            ("40:CONTENT_LENGTH\u{0}1\u{0}UNTRUSTED_CONNECTION\u{0}2\u{0},", .badTrust("2")),
        ] as [(String, SCGIError)])
    func refusals(_ text: String, _ error: SCGIError) {
        #expect(throws: error) { try parse(bytes(text)) }
    }

    @Test("never trap, whatever is sent")
    func mutations() {
        var mutation = Mutation(seed: 0x5C61, alphabet: "0123456789:,\u{0}CONTENT_LENGTH")

        for _ in 0..<20_000 {
            var parser = SCGIParser(longestBody: 4_096)
            let wire = mutation.damage(request.encoded)
            let cut = wire.count / 2
            _ = try? parser.feed(wire[..<cut])
            _ = try? parser.feed(wire[cut...])
            #expect(parser.bufferedBytes <= wire.count)
        }
    }
}
