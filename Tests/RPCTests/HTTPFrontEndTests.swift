import Commands
import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix
import RPC
import TestKit
import Testing

@Suite("HTTP front end", .timeLimit(.minutes(3)))
struct HTTPFrontEndTests {
    private let xml = "<methodCall><methodName>system.pid</methodName></methodCall>"
    private let json = #"{"jsonrpc":"2.0","method":"system.pid","id":1}"#

    @Test("answers XML and JSON by content type, or by the first byte where that says nothing")
    func formats() async throws {
        let test = try await HTTPStage()

        let answers = try await [
            test.post(xml, "Content-Type: text/xml"), test.post(json, "Content-Type: application/json"),
            test.post(xml), test.post(json, "Content-Type: application/x-www-form-urlencoded"),
        ]
        await test.end()

        #expect(answers.map(\.status) == [200, 200, 200, 200])
        #expect(answers.map { $0.has("content-type: text/xml") } == [true, false, true, false])
        #expect(answers.map { $0.has("content-type: application/json") } == [false, true, false, true])
        #expect(answers.allSatisfy { $0.body.contains("4711") })
    }

    @Test("answers a batch of JSON calls, and notifications with nothing")
    func batch() async throws {
        let test = try await HTTPStage()

        let batch = try await test.post(
            #"[\#(json),{"jsonrpc":"2.0","method":"nosuch","id":2}]"#, "Content-Type: application/json")
        let notification = try await test.post(#"{"jsonrpc":"2.0","method":"system.pid"}"#)
        await test.end()

        #expect(batch.body.contains("4711") && batch.body.contains("-32601"))
        #expect(notification.status == 204 && notification.body == "")
    }

    @Test("answers calls one after the other on one connection")
    func keepAlive() async throws {
        let test = try await HTTPStage()
        let once = test.request("POST", xml, [])

        let text = try await test.exchange(once + once + test.request("POST", xml, ["Connection: close"]))
        await test.end()

        #expect(text.components(separatedBy: "HTTP/1.1 200").count == 4)
    }

    @Test("tells a browser what this is, and other methods what is wanted")
    func methods() async throws {
        let test = try await HTTPStage()

        let page = try await test.send("GET", "", [])
        let put = try await test.send("PUT", xml, [])
        await test.end()

        #expect(page.status == 200 && page.body.contains("JSON-RPC"))
        #expect(put.status == 405 && put.has("allow: POST"))
    }

    @Test("refuses names that were pointed at us, and pages of other sites")
    func strangers() async throws {
        let test = try await HTTPStage()

        let host = try await test.send("POST", xml, [], host: "evil.example")
        let origin = try await test.post(xml, "Origin: http://evil.example")
        await test.end()

        #expect(host.status == 403 && host.body.contains("network.http_rpc.hosts.set"))
        #expect(origin.status == 403)
    }

    @Test("asks for name and password, and lets nobody in while only half of that is set")
    func credentials() async throws {
        let test = try await HTTPStage()
        test.access.change { $0.credentials = "me:secret" }

        let without = try await test.post(xml)
        let wrong = try await test.post(xml, "Authorization: Basic bWU6d3Jvbmcx")
        let right = try await test.post(xml, "Authorization: Basic bWU6c2VjcmV0")
        test.access.change { $0.credentials = "me:" }
        let half = try await test.post(xml, "Authorization: Basic bWU6")
        await test.end()

        #expect([without, wrong, right, half].map(\.status) == [401, 401, 200, 401])
        #expect(without.has("www-authenticate: Basic realm=\"swarm\""))
    }

    @Test("takes a request's word that the connection is not to be trusted")
    func untrusted() async throws {
        let test = try await HTTPStage()
        let secret = "<methodCall><methodName>execute.secret</methodName></methodCall>"

        let answers = try await [
            test.post(secret, "UNTRUSTED_CONNECTION: 1"), test.post(secret, "Untrusted-Connection: yes"),
            test.post(secret, "UNTRUSTED_CONNECTION: 0"),
        ]
        await test.end()

        let refusals = answers.map { $0.body.contains("is not allowed for untrusted connections.") }
        #expect(refusals == [true, true, false])
    }

    @Test("refuses a body that is too long by what is announced, and when it turns out to be")
    func tooLong() async throws {
        var limits = SCGILimits()
        limits.longestBody = 1_000
        let test = try await HTTPStage(limits: limits)
        let part = "3e8\r\n\(String(repeating: "x", count: 1_000))\r\n"

        let announced = try await test.exchange(
            "POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n")
        let chunked = try await test.exchange(
            "POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + part + part)
        await test.end()

        #expect(announced.hasPrefix("HTTP/1.1 413"))
        #expect(chunked.hasPrefix("HTTP/1.1 413"))
        #expect(announced.contains("connection: close") || announced.contains("Connection: close"))
    }

    @Test("gives the word to go on to clients that wait for it")
    func expectation() async throws {
        let test = try await HTTPStage()

        let text = try await test.exchange(test.request("POST", xml, ["Expect: 100-continue", "Connection: close"]))
        await test.end()

        #expect(text.hasPrefix("HTTP/1.1 100"))
        #expect(text.contains("HTTP/1.1 200") && text.contains("4711"))
    }

    @Test("closes who sends no whole request or takes no answer in time, and serves others meanwhile")
    func patience() async throws {
        var limits = SCGILimits()
        limits.patience = .milliseconds(500)
        let test = try await HTTPStage(limits: limits)
        let large = String(repeating: "x", count: 12 << 20)
        let greedy =
            "<methodCall><methodName>cat</methodName><params><param><value></value></param>"
            + "<param><value>\(large)</value></param></params></methodCall>"
        let address = test.address
        let requests = [
            "POST /RPC2 HT", "POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab",
            test.request("POST", greedy, []),
        ]

        let slow = try await background {
            try requests.map { text in
                let connection = try RawConnection(to: address)
                connection.send(text)
                return connection
            }
        }
        let other = try await test.post(xml)

        #expect(other.status == 200)
        try await eventually("all connections are closed") { test.server.connectionCount == 0 }
        withExtendedLifetime(slow) {}
        await test.end()
    }

    @Test("bounds connections")
    func connections() async throws {
        var limits = SCGILimits()
        limits.connections = 3
        let test = try await HTTPStage(limits: limits)
        let address = test.address

        let kept = try await background { try (0..<3).map { _ in try RawConnection(to: address) } }
        try await eventually("three are connected") { test.server.connectionCount == 3 }
        let fourth = try await test.exchange(test.request("POST", xml, []))

        #expect(fourth == "")
        withExtendedLifetime(kept) {}
        await test.end()
        #expect(test.server.connectionCount == 0)
    }

    @Test("survives damaged requests")
    func mutations() async throws {
        let test = try await HTTPStage()
        let wire = bytes(test.request("POST", xml, ["Connection: close", "Content-Type: text/xml"]))
        let address = test.address

        try await background {
            var mutation = Mutation(seed: 0x477, alphabet: "0123456789:,\u{0}\r\n<>/ POSTHTTP")
            for _ in 0..<200 {
                let connection = try RawConnection(to: address)
                connection.send(mutation.damage(wire))
                connection.finishSending()
                _ = connection.readToEnd()
            }
        }
        let answer = try await test.post(xml)
        await test.end()

        #expect(answer.status == 200)
    }
}

/// An HTTP front end with the golden vocabulary behind it.
private final class HTTPStage: Sendable {
    struct Answer: Sendable {
        let text: String

        var status: Int { Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0 }
        var body: String { text.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n") }

        func has(_ line: String) -> Bool {
            text.components(separatedBy: "\r\n").contains { $0.lowercased() == line.lowercased() }
        }
    }

    let server: HTTPFrontEnd
    let access = HTTPAccess()
    let address: SCGIAddress

    init(limits: SCGILimits = SCGILimits()) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let dispatcher = try await loop.submit {
            NIOLoopBound(try Vocabulary().makeDispatcher(), eventLoop: loop)
        }.get()
        server = HTTPFrontEnd(
            eventLoop: loop, limits: limits, access: access,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        ) { call, _ in
            dispatcher.value.respond(
                to: call.body, contentType: call.contentType,
                caller: Caller(scope: .admin, isUntrusted: call.isUntrusted))
        }
        let wanted = SCGIAddress.port(host: "127.0.0.1", 0)
        let descriptor = try ListeningDescriptor.open(wanted)
        address = .port(host: "127.0.0.1", ListeningDescriptor.port(of: descriptor))
        _ = try await server.accept(on: descriptor, wanted).get()
    }

    func end() async { await server.close() }

    func request(_ method: String, _ body: String, _ headers: [String], host: String = "localhost") -> String {
        let lines = ["\(method) /RPC2 HTTP/1.1", "Host: \(host)", "Content-Length: \(body.utf8.count)"] + headers
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    func send(_ method: String, _ body: String, _ headers: [String], host: String = "localhost") async throws -> Answer
    {
        Answer(text: try await exchange(request(method, body, headers + ["Connection: close"], host: host)))
    }

    func post(_ body: String, _ headers: String...) async throws -> Answer { try await send("POST", body, headers) }

    /// Sends bytes as they are, and returns everything up to the end of the connection.
    func exchange(_ text: String) async throws -> String {
        let address = address
        return try await background {
            let connection = try RawConnection(to: address)
            connection.send(text)
            return String(decoding: connection.readToEnd() ?? [], as: UTF8.self)
        }
    }
}
