import TestKit
import Testing

@testable import TrackerServer

@Suite("Heads of HTTP requests")
struct HTTPRequestHeadTests {
    /// What a head says, without views into bytes.
    enum Reading: Equatable {
        case needsMore
        case malformed
        case whole(method: String, target: String, isOld: Bool, isKeptAlive: Bool, length: Int)
    }

    private func read(_ bytes: [UInt8]) -> Reading {
        bytes.withUnsafeBytes { bytes in
            switch HTTPRequestHead.parse(bytes) {
            case .needsMore: .needsMore
            case .malformed: .malformed
            case .whole(let head):
                .whole(
                    method: String(decoding: head.method, as: UTF8.self),
                    target: String(decoding: head.target, as: UTF8.self), isOld: head.isOld,
                    isKeptAlive: head.isKeptAlive, length: head.length)
            }
        }
    }

    @Test(
        "says whether the connection stays open",
        arguments: [
            ("GET /a?b HTTP/1.1\r\n\r\n", false, true), ("GET /a?b HTTP/1.0\r\n\r\n", true, false),
            ("GET /a?b HTTP/1.1\nHost: x\n\n", false, true), ("\r\n\r\nGET /a?b HTTP/1.1\r\n\r\n", false, true),
            ("GET /a?b HTTP/1.1\r\nConnection: close\r\n\r\n", false, false),
            ("GET /a?b HTTP/1.1\r\ncONNECTION:Upgrade, Close\r\n\r\n", false, false),
            ("GET /a?b HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true, true),
            ("GET /a?b HTTP/1.1\r\nContent-Length: 0\r\n\r\n", false, true),
            ("GET /a?b HTTP/1.1\r\nContent-Length: 5\r\n\r\n", false, false),
            ("GET /a?b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", false, false),
            ("GET /a?b HTTP/1.1\r\nHost: t\r\nUser-Agent: x\r\nCache: close\r\n\r\n", false, true),
        ])
    func whole(text: String, isOld: Bool, isKeptAlive: Bool) {
        let bytes = Array(text.utf8)

        let reading = read(bytes + Array("GET /next".utf8))

        #expect(
            reading
                == .whole(method: "GET", target: "/a?b", isOld: isOld, isKeptAlive: isKeptAlive, length: bytes.count))
    }

    @Test(
        "recognises what is no request",
        arguments: [
            "GET\r\n", "GET /\r\n", "GET  HTTP/1.1\r\n", "GET / HTTP/2.0\r\n", "GET /a b HTTP/1.1\r\n",
            "\u{16}\u{3}\u{1}",
            " / HTTP/1.1\r\n", "HELLO WORLD\r\n", "12345",
        ])
    func malformed(text: String) {
        #expect(read(Array(text.utf8)) == .malformed)
    }

    @Test("waits for the rest when cut off at any byte")
    func truncated() {
        let bytes = Array("GET /announce?info_hash=%00 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)

        for end in 0..<bytes.count { #expect(read(Array(bytes[..<end])) == .needsMore, "cut off at \(end)") }
    }

    @Test("survives 20,000 damaged heads")
    func damaged() {
        let seed: UInt64 = 0xBEAD
        var random = SeededGenerator(seed: seed)
        let whole = Array("GET /announce?info_hash=%00&port=1 HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n".utf8)

        for round in 0..<20_000 {
            var bytes = whole
            for _ in 0...Int.random(in: 0...5, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                if Bool.random(using: &random) {
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                } else {
                    bytes.remove(at: place)
                }
            }
            if case .whole(_, _, _, _, let length) = read(bytes) {
                #expect(length <= bytes.count, "seed \(seed), round \(round)")
            }
        }
    }
}
