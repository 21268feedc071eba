import Glibc
import TestKit
import Testing
import TrackerServer
import TrackerWire

/// Clients that are slow, hasty, wrong or hostile.
@Suite("Connections of the tracker")
struct HTTPConnectionTests {
    private let request = "GET \(TrackerProbe.target(port: 1001)) HTTP/1.1\r\nHost: t\r\n\r\n"

    private func count(_ text: String, in bytes: [UInt8]) -> Int {
        String(decoding: bytes, as: UTF8.self).components(of: text)
    }

    @Test("answers one request after the other on one connection")
    func keepAlive() async throws {
        try await withTracker { probe in
            let socket = try probe.stream()
            for _ in 0..<3 {
                try socket.send(request)
                let reply = String(decoding: try socket.receive(), as: UTF8.self)
                #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n") && !reply.contains("Connection:"))
            }
            try socket.send(request.replacing("Host: t", with: "Connection: close"))
            #expect(String(decoding: try socket.receiveAll(), as: UTF8.self).contains("Connection: close\r\n"))
        }
    }

    @Test("tells the length of the body in the head")
    func contentLength() async throws {
        try await withTracker { probe in
            for wanted in [0, 1] {
                let (head, body) = try probe.get(TrackerProbe.target(port: 1001 + wanted))
                let field = try #require(head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length:") })
                #expect(Int(field.dropFirst(15).filter { $0 != " " }) == body.count)
            }
        }
    }

    @Test("answers an old client that asks for it on an open connection")
    func oldKeepAlive() async throws {
        try await withTracker { probe in
            let socket = try probe.stream()
            let old = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
            try socket.send(old)
            #expect(String(decoding: try socket.receive(), as: UTF8.self).contains("Connection: keep-alive\r\n"))
            try socket.send(old)
            #expect(!(try socket.receive()).isEmpty)
        }
    }

    @Test("answers a client that ends its side at once")
    func halfClosed() async throws {
        try await withTracker { probe in
            let socket = try probe.stream()
            try socket.send(request)
            socket.finish()
            #expect(count("HTTP/1.1 200 OK", in: try socket.receiveAll()) == 1)
        }
    }

    @Test("answers pipelined requests in order, with their parts cut anywhere")
    func pipelined() async throws {
        try await withTracker { probe in
            let socket = try probe.stream()
            let targets = (0..<50).map { "GET /\($0) HTTP/1.1\r\n\r\n\(request)" }.joined()
            let bytes = Array("\(targets)GET /end HTTP/1.1\r\nConnection: close\r\n\r\n".utf8)
            for start in stride(from: 0, to: bytes.count, by: 37) {
                try socket.send(bytes[start..<min(start + 37, bytes.count)])
            }

            let replies = try socket.receiveAll()

            #expect(count("HTTP/1.1 200 OK", in: replies) == 50 && count("HTTP/1.1 404", in: replies) == 51)
        }
    }

    @Test("does not pile up replies for a client that sends and does not read")
    func stubborn() async throws {
        try await withTracker { probe in
            let socket = try probe.stream()
            let total = 40_000
            let bytes = Array(String(repeating: request, count: total - 1).utf8)
            let last = Array(request.replacing("Host: t", with: "Connection: close").utf8)
            var seen = 0
            var tail: [UInt8] = []
            var scanned = 0

            _ = try socket.sendAndReceiveStubbornly(bytes + last) { received in
                // Counts as it goes: all of it at once would be quadratic.
                tail += received[scanned...]
                scanned = received.count
                seen += count("200 OK", in: tail)
                tail = Array(tail.suffix(5))
                return seen == total
            }

            #expect(seen == total)
        }
    }

    @Test("answers others while five hundred requests are half sent")
    func halfRequests() async throws {
        try await withTracker { probe in
            let sockets = try (0..<500).map { _ in try probe.stream() }
            for socket in sockets { try socket.send(request.dropLast(20).utf8) }

            #expect(try probe.announce(port: 1002).incomplete == 1)

            for socket in sockets { try socket.send(request.suffix(20).utf8) }
            for socket in sockets { #expect(count("200 OK", in: try socket.receive()) == 1) }
        }
    }

    @Test("makes room for new clients when there are too many")
    func tooMany() async throws {
        var configuration = TrackerConfiguration.loopback
        configuration.maximumConnectionsPerLoop = 20
        try await withTracker(configuration) { probe in
            let sockets = try (0..<60).map { _ in try probe.stream() }
            for socket in sockets { try? socket.send("GET /ann") }

            #expect(try probe.announce(port: 1002).incomplete == 1)
            #expect((try? sockets[0].receiveAll())?.isEmpty ?? true)
        }
    }

    @Test("closes clients that take too long for a request, or between two")
    func slow() async throws {
        let clock = ManualClock()
        var configuration = TrackerConfiguration.loopback
        configuration.clock = clock.clock
        try await withTracker(configuration) { probe in
            let half = try probe.stream()
            let idle = try probe.stream()
            try half.send("GET /announce?info")
            try idle.send(request)
            _ = try idle.receive()
            // The half request has been noticed once a later one is answered on the same loop.
            _ = try probe.get("/")

            clock.advance(configuration.requestTimeout + 1)
            #expect(try half.receive().isEmpty)

            try idle.send(request)
            #expect(count("200 OK", in: try idle.receive()) == 1)
            clock.advance(configuration.idleTimeout + 1)
            #expect(try idle.receive().isEmpty)
        }
    }

    @Test("closes half-sent requests by the hundred when their time is over, and answers others")
    func manyHalves() async throws {
        let clock = ManualClock()
        var configuration = TrackerConfiguration.loopback
        configuration.clock = clock.clock
        configuration.threads = 1
        try await withTracker(configuration) { probe in
            let halves = try (0..<300).map { _ in try probe.stream() }
            for half in halves { try half.send("GET /announce?info") }
            _ = try probe.get("/")

            clock.advance(configuration.requestTimeout + 1)

            #expect(try probe.announce(port: 1).incomplete == 1)
            for half in halves { #expect(try half.receive().isEmpty) }
        }
    }

    @Test("closes clients that never say a word")
    func silent() async throws {
        let clock = ManualClock()
        var configuration = TrackerConfiguration.loopback
        configuration.clock = clock.clock
        try await withTracker(configuration) { probe in
            let socket = try probe.stream()

            // The kernel holds it back for some seconds of real time, before the tracker's time begins to count.
            try await eventually("the connection is closed") {
                clock.advance(1)
                return socket.isAtEnd
            }
        }
    }

    @Test(
        "refuses what is no request, and says so",
        arguments: [
            ("\u{16}\u{3}\u{1}\u{2}", "400 Bad Request"), ("HELLO\r\n\r\n", "400 Bad Request"),
            ("GET / HTTP/3.0\r\n\r\n", "400 Bad Request"),
            ("GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 100_000))", "431 Request Header Fields Too Large"),
            ("GET /\(String(repeating: "a", count: 100_000))", "431 Request Header Fields Too Large"),
        ])
    func refuses(text: String, status: String) async throws {
        try await withTracker { probe in
            let socket = try probe.stream()
            try socket.send(text)

            let (head, body) = try TrackerProbe.split(try socket.receiveAll())

            #expect(head.hasPrefix("HTTP/1.1 \(status)\r\n") && head.contains("Connection: close"))
            #expect(throws: TrackerFailure.self) { try HTTPTrackerCoding.decodeAnnounce(body) }
        }
    }

    @Test("survives a thousand random beginnings")
    func noise() async throws {
        try await withTracker { probe in
            let seed: UInt64 = 0xFEED
            var random = SeededGenerator(seed: seed)
            for _ in 0..<1000 {
                let socket = try probe.stream()
                try? socket.send(request.utf8.prefix(Int.random(in: 0...60, using: &random)))
                try? socket.send(random.bytes(Int.random(in: 1...200, using: &random)))
            }

            #expect(try probe.get("/").head.hasPrefix("HTTP/1.0 200 OK"), "seed \(seed)")
        }
    }
}

extension String {
    /// How often a text stands in this one.
    fileprivate func components(of text: String) -> Int {
        ranges(of: text).count
    }
}
