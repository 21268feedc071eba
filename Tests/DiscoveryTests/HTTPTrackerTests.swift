import Metainfo
import NIOCore
import NIOPosix
import Testing
import TrackerWire

@testable import Discovery

@Suite("HTTPTracker", .timeLimit(.minutes(2)))
struct HTTPTrackerTests {
    private static let good = "d8:completei2e10:incompletei3e8:intervali900e5:peers6:\u{7f}\0\0\u{1}\u{1a}\u{0b}e"

    /// Announces once to a scripted server.
    private func announce(
        path: String = "/announce", timeout: TimeAmount = .seconds(20),
        limits: TrackerHTTPClient.Limits = TrackerHTTPClient.Limits(), bindAddresses: [String] = [],
        _ script: @escaping @Sendable (ScriptedServer.Request, Int) -> [ScriptedServer.Act]
    ) async throws -> (result: Result<AnnounceResponse, AnnounceFailure>, server: ScriptedServer) {
        let server = try await ScriptedServer(script: script)
        let group = MultiThreadedEventLoopGroup.singleton
        let transport = TrackerTransport(
            group: group, bindAddresses: bindAddresses, userAgent: "swarm/test", limits: limits)
        let url = try TrackerURL("http://127.0.0.1:\(server.port)\(path)")
        let result: Result<AnnounceResponse, AnnounceFailure>
        do {
            let request = try Sample.request()
            let reply = transport.announce(
                AnnounceCall(request, to: url, timeout: timeout), on: group.next())
            result = .success(try await reply.get())
        } catch let failure as AnnounceFailure {
            result = .failure(failure)
        }
        await transport.shutdown()
        await server.close()
        return (result, server)
    }

    @Test("asks with the right query and header, and reads the reply")
    func success() async throws {
        let (result, server) = try await announce(path: "/announce?passkey=x%2Fy") { _, _ in [.reply(Self.good)] }

        let response = try result.get()
        #expect(response.interval == 900)
        #expect(response.peers.map(\.description) == ["127.0.0.1:6667"])
        let request = try #require(server.requests.first)
        #expect(
            request.target.hasPrefix(
                "/announce?passkey=x%2Fy&info_hash=%00%0A%0D%20%25%26%2B%2F%3D%3FAa~%7F%80%C8%FE%FF%01%02&peer_id="),
            "\(request.target)")
        #expect(request.target.contains("&event=started"))
        #expect(request.text.contains("\r\nUser-Agent: swarm/test"))
        #expect(request.text.lowercased().contains("\r\nhost: 127.0.0.1:\(server.port)"))
    }

    @Test("keeps the connection for the next announce")
    func keepAlive() async throws {
        let server = try await ScriptedServer { _, _ in [.reply(Self.good)] }
        let group = MultiThreadedEventLoopGroup.singleton
        let transport = TrackerTransport(group: group, userAgent: "swarm/test")
        let url = try TrackerURL("http://127.0.0.1:\(server.port)/announce")

        for event in [AnnounceEvent.started, .completed, .stopped] {
            _ = try await transport.announce(
                AnnounceCall(Sample.request(event: event), to: url, timeout: nil), on: group.next()
            )
            .get()
        }
        await transport.shutdown()
        await server.close()

        #expect(server.requests.count == 3)
        #expect(server.connections == 1)
    }

    @Test("repeats an announce when the kept connection had just been closed")
    func staleConnection() async throws {
        let server = try await ScriptedServer { _, number in number == 1 ? [.close] : [.reply(Self.good)] }
        let group = MultiThreadedEventLoopGroup.singleton
        let transport = TrackerTransport(group: group, userAgent: "swarm/test")
        let url = try TrackerURL("http://127.0.0.1:\(server.port)/announce")

        for _ in 0..<2 {
            _ = try await transport.announce(
                AnnounceCall(Sample.request(), to: url, timeout: nil), on: group.next()
            ).get()
        }
        await transport.shutdown()
        await server.close()

        #expect(server.requests.count == 3)
    }

    @Test("is not confused by a tracker that closes after each reply without saying so")
    func closesSilently() async throws {
        let server = try await ScriptedServer { _, _ in [.reply(Self.good), .close] }
        let group = MultiThreadedEventLoopGroup.singleton
        let transport = TrackerTransport(group: group, userAgent: "swarm/test")
        let url = try TrackerURL("http://127.0.0.1:\(server.port)/announce")

        for _ in 0..<200 {
            _ = try await transport.announce(
                AnnounceCall(Sample.request(), to: url, timeout: nil), on: group.next()
            ).get()
        }
        await transport.shutdown()
        await server.close()
    }

    @Test(
        "reads replies however they are framed",
        arguments: [
            "HTTP/1.0 200 OK\r\n\r\n\(good)",
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(good)",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(String(good.utf8.count, radix: 16))\r\n\(good)\r\n0\r\n\r\n",
        ])
    func framing(reply: String) async throws {
        let (result, _) = try await announce { _, _ in [.send(reply), .close] }

        #expect(try result.get().interval == 900)
    }

    /// A reply of which nothing good can come, and words of the sentence it must lead to.
    struct BadReply: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let act: ScriptedServer.Act
        let expected: String

        init(_ name: String, _ act: ScriptedServer.Act, _ expected: String) {
            testDescription = name
            self.act = act
            self.expected = expected
        }

        static let all: [BadReply] = [
            .init("empty", .reply(""), "tracker reply of 0 bytes is not bencoded"),
            .init("HTML", .reply("<html>Hello</html>"), "begins with \"<html>Hello</html>\""),
            .init("cut", .reply("d8:intervali900e"), "is not bencoded"),
            .init("list", .reply("le"), "not a dictionary"),
            .init("deep", .reply(String(repeating: "l", count: 1_000_000)), "is not bencoded"),
            .init("reason", .reply("d14:failure reason12:unregisterede"), "the tracker refused: unregistered"),
            .init("terminal codes", .reply("d14:failure reason7:a\u{1b}[2J\r\ne"), "the tracker refused: a [2J  "),
            .init(
                "long reason", .reply("d14:failure reason1000000:\(String(repeating: "w", count: 1_000_000))e"),
                "the tracker refused: wwww"),
            .init("status", .reply("no such page", status: "404 Not Found"), "the tracker answered HTTP 404 Not Found"),
            .init("status with reason", .reply("d14:failure reason4:busye", status: "503 Busy"), "refused: busy"),
            .init("gigabyte", .send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nd"), "reply is too long"),
            .init(
                "endless body", .sendForever("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 100_000)),
                "reply is too long"),
            .init("no HTTP", .send("SSH-2.0-OpenSSH_9.2p1\r\n"), "the connection to the tracker failed"),
        ]
    }

    @Test("says what is wrong with a reply", arguments: BadReply.all)
    func badReplies(reply: BadReply) async throws {
        let (result, _) = try await announce { _, _ in [reply.act] }

        guard case .failure(let failure) = result else { throw AnnounceFailure("must fail") }
        #expect(failure.description.contains(reply.expected), "\(failure)")
        #expect(failure.description.utf8.count <= TrackerFailure.maximumTextBytes)
    }

    @Test("gives up on endless headers")
    func endlessHeaders() async throws {
        let (result, _) = try await announce { _, _ in
            [.send("HTTP/1.1 200 OK\r\n"), .sendForever("X-Filler: " + String(repeating: "y", count: 1000) + "\r\n")]
        }

        guard case .failure(let failure) = result else { throw AnnounceFailure("must fail") }
        #expect(failure.description.hasPrefix("the connection to the tracker failed"), "\(failure)")
    }

    @Test("does not ask for packed replies, and does not unpack them")
    func packed() async throws {
        // `d8:intervali900e5:peers0:e`, made with Python's gzip module.
        let packed: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 75, 177, 176, 202, 204, 43, 73, 45, 42, 75, 204, 201, 180, 52, 48, 72,
            53, 181, 42, 72, 77, 45, 42, 54, 176, 74, 5, 0, 230, 99, 3, 215, 26, 0, 0, 0,
        ]
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n"

        let (result, server) = try await announce { _, _ in [.sendBytes(Array(head.utf8) + packed)] }

        #expect(throws: AnnounceFailure.self) { try result.get() }
        #expect(server.requests.first?.text.lowercased().contains("accept-encoding") == false)
    }

    @Test(
        "gives up on a tracker that is silent, or drips, or stops in the middle",
        arguments: [
            [], [.send("HTTP/1.1 200 OK\r\nContent-Le")], [.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nd8:")],
        ] as [[ScriptedServer.Act]])
    func silence(acts: [ScriptedServer.Act]) async throws {
        let (result, _) = try await announce(timeout: .milliseconds(300)) { _, _ in acts }

        #expect(result == .failure(.tooLate))
    }

    @Test("tells that the connection was closed in the middle, after one more try")
    func closedInTheMiddle() async throws {
        let (result, server) = try await announce { _, _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nd8:"), .close]
        }

        #expect(throws: AnnounceFailure.self) { try result.get() }
        #expect(server.requests.count <= 2)
    }

    @Test("follows redirects to the end")
    func redirects() async throws {
        let (result, server) = try await announce { request, number in
            number < 5
                ? [.reply("", status: "302 Found", headers: "Location: /announce/\(number)?a=\(number)\r\n")]
                : [.reply(Self.good)]
        }

        #expect(try result.get().interval == 900)
        #expect(server.requests.last?.target == "/announce/4?a=4")
    }

    @Test(
        "stops at redirects that loop or lead elsewhere",
        arguments: [
            ("/announce", "the tracker redirects more than 5 times"), ("file:///etc/passwd", "the scheme \"file\""),
            ("gopher://a.example/", "the scheme \"gopher\""), ("http://127.0.0.1:1/exit", "only asked for /announce"),
            ("http://[", "no valid host"),
        ])
    func badRedirects(location: String, expected: String) async throws {
        let (result, server) = try await announce { _, _ in
            [.reply("", status: "301 Moved", headers: "Location: \(location)\r\n")]
        }

        if case .failure(let failure) = result { #expect(failure.description.contains(expected), "\(failure)") }
        #expect(throws: AnnounceFailure.self) { try result.get() }
        #expect(server.requests.count <= 6)
    }

    @Test(
        "reads when a refusing tracker wants to be asked again",
        arguments: [
            ("d14:failure reason4:busy8:retry in2:15e", RetryAdvice.after(.minutes(15))),
            ("d14:failure reason4:busy8:retry ini7ee", .after(.minutes(7))),
            ("d14:failure reason4:busy8:retry in5:nevere", .never),
            ("d14:failure reason4:busy8:retry in4:soone", .backOff), ("d14:failure reason4:busye", .backOff),
        ])
    func retryIn(body: String, advice: RetryAdvice) async throws {
        let (result, _) = try await announce { _, _ in [.reply(body)] }

        #expect(result == .failure(AnnounceFailure("the tracker refused: busy", advice: advice)))
    }

    @Test("obeys Retry-After")
    func retryAfter() async throws {
        let (result, _) = try await announce { _, _ in
            [.reply("", status: "429 Too Many Requests", headers: "Retry-After: 120\r\n")]
        }

        #expect(
            result
                == .failure(
                    AnnounceFailure("the tracker answered HTTP 429 Too Many Requests", advice: .after(.seconds(120)))))
    }

    @Test("says at once that nobody listens")
    func refusedConnection() async throws {
        let server = try await ScriptedServer { _, _ in [] }
        await server.close()
        let group = MultiThreadedEventLoopGroup.singleton
        let transport = TrackerTransport(group: group, userAgent: "swarm/test")
        let url = try TrackerURL("http://127.0.0.1:\(server.port)/announce")

        let reply = transport.announce(
            try AnnounceCall(Sample.request(), to: url, timeout: .minutes(10)), on: group.next())

        await #expect(throws: AnnounceFailure("the tracker could not be reached: Connection refused", isSilence: true))
        {
            try await reply.get()
        }
        await transport.shutdown()
    }

    @Test("says that a name has no address")
    func unknownName() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let transport = TrackerTransport(group: group, userAgent: "swarm/test")

        for scheme in ["http", "udp"] {
            let url = try TrackerURL("\(scheme)://no-such-name.invalid:80/announce")
            let reply = transport.announce(
                try AnnounceCall(Sample.request(), to: url, timeout: nil), on: group.next())
            let failure = await #expect(throws: AnnounceFailure.self) { try await reply.get() }
            #expect(
                failure?.description.contains("no-such-name.invalid could not be looked up") == true,
                "\(failure as Any)")
        }
        await transport.shutdown()
    }

    @Test("leaves from the bound address, and not at all if that cannot reach the tracker")
    func bound() async throws {
        let (good, server) = try await announce(bindAddresses: ["127.0.0.2"]) { _, _ in [.reply(Self.good)] }
        let (bad, _) = try await announce(bindAddresses: ["::1"]) { _, _ in [.reply(Self.good)] }

        #expect(throws: Never.self) { try good.get() }
        #expect(server.requests.count == 1)
        #expect(bad == .failure(AnnounceFailure("no bound local address can reach 127.0.0.1")))
    }
}
