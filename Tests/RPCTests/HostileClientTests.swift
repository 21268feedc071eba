import Commands
import Glibc
import NIOCore
import RPC
import TestKit
import Testing

/// Clients that mean harm, over sockets: each gets an answer or a clean close, and the next one is served as if nothing had been.
@Suite("Hostile clients", .timeLimit(.minutes(3)))
struct HostileClientTests {
    /// A document, and what it is answered: a fault, or a value since nothing is wrong with it but its size.
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: String
        let body: [UInt8]

        init(_ name: String, _ body: [UInt8]) {
            self.name = name
            self.body = body
        }

        init(_ name: String, _ text: String) { self.init(name, bytes(text)) }

        var testDescription: String { name }
    }

    private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    private static func call(_ value: String) -> String {
        "<methodCall><methodName>cat</methodName><params><param><value></value></param><param><value>\(value)</value>"
            + "</param></params></methodCall>"
    }

    private static let laughs =
        "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY l0 \"lol\">"
        + (1...9).map { level in "<!ENTITY l\(level) \"\(repeated("&l\(level - 1);", 10))\">" }.joined()
        + "]>" + call("&l9;")

    private static let quadratic =
        "<!DOCTYPE a [<!ENTITY a \"\(repeated("a", 100_000))\">]>" + call(repeated("&a;", 100_000))

    private static let parameterEntities =
        "<!DOCTYPE a [<!ENTITY % x \"<!ENTITY &#37; y SYSTEM 'file:///etc/hostname'>\"> %x; %y;]>" + call("x")

    static let attacks: [Attack] = [
        Attack("a billion laughs", laughs),
        Attack("one large entity many times", quadratic),
        Attack("entities within the DTD", parameterEntities),
        Attack("an external DTD", "<!DOCTYPE a SYSTEM \"http://127.0.0.1:9/a.dtd\">" + call("x")),
        Attack("deep arrays", call(repeated("<array><data><value>", 200_000))),
        Attack("deep structs", call(repeated("<struct><member><name>a</name><value>", 100_000))),
        Attack("deep unknown elements", repeated("<a>", 1_000_000)),
        Attack("an element with a long name", "<" + repeated("a", 12 << 20)),
        Attack("many attributes", "<methodCall " + (0..<100_000).map { "a\($0)=''" }.joined(separator: " ") + ">"),
        Attack(
            "more values than a call may have",
            call(
                "<array><data>" + repeated("<value/>", 600_000) + "</data></array>")),
        Attack("a number of a million digits", call("<i8>\(repeated("9", 1_000_000))</i8>")),
        Attack(
            "invalid UTF-8 in XML", bytes("<methodCall><methodName>") + [0xFF, 0xC0, 0x80] + bytes("</methodName>")),
        Attack("NULs in XML", bytes("<methodCall>\u{0}\u{0}<methodName>x</methodName></methodCall>")),
        Attack("an encoding that is another", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + call("x")),
        Attack("unended CDATA", "<methodCall><![CDATA[" + repeated("x", 1_000_000)),
        Attack("deep JSON lists", repeated("[", 1_000_000)),
        Attack("deep JSON maps", repeated("{\"a\":", 1_000_000)),
        Attack("a large batch of nothing", "[" + repeated("1,", 100_000) + "1]"),
        Attack("invalid UTF-8 in JSON", bytes("{\"method\":\"") + [0xFF, 0xFE] + bytes("\",\"id\":1}")),
        Attack("half a surrogate", #"{"jsonrpc":"2.0","method":"\ud800","id":1}"#),
        Attack("a JSON number without end", "{\"id\":" + repeated("1", 1_000_000) + "}"),
        Attack("a JSON text without end", "{\"method\":\"" + repeated("a", 1_000_000)),
        Attack("nothing but blanks", repeated(" ", 1_000_000)),
    ]

    @Test("get a fault for a document that would cost too much or makes no sense", arguments: attacks)
    func documents(attack: Attack) async throws {
        let test = try await TestServer()
        let client = try await test.listen()
        let request = SCGIRequest(headers: [], body: attack.body).encoded

        let answer = try await background {
            let connection = try RawConnection(to: client.address)
            connection.send(request)
            return String(decoding: connection.readToEnd() ?? [], as: UTF8.self)
        }

        #expect(answer.hasPrefix("Status: 200 OK\r\n"))
        #expect(answer.contains("faultCode") || answer.contains("\"error\""))
        #expect(answer.utf8.count < 32 << 20)
        let next = try await background { try client.call("system.pid", []) }
        #expect(next == .integer(4_711))
    }

    @Test("learn nothing of files that an external entity names")
    func externalEntity() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a secret".utf8, to: "secret")
        let client = try await TestServer().listen()
        let body = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file://\(path)\">]>" + Self.call("&x;")

        let answer = try await background {
            let connection = try RawConnection(to: client.address)
            connection.send(SCGIRequest(headers: [], body: bytes(body)).encoded)
            return String(decoding: connection.readToEnd() ?? [], as: UTF8.self)
        }

        #expect(answer.contains("faultCode") && !answer.contains("a secret"))
    }

    @Test("are closed wherever they stop, whether they say so or hang up")
    func truncations() async throws {
        let test = try await TestServer()
        let client = try await test.listen()
        let wire = SCGIRequest(
            headers: [.init(name: "CONTENT_TYPE", value: "text/xml")], body: document("system.pid")
        ).encoded

        let answers = try await background {
            try (0..<wire.count).map { length in
                let rude = try RawConnection(to: client.address)
                rude.send(Array(wire[..<length]))
                let polite = try RawConnection(to: client.address)
                polite.send(Array(wire[..<length]))
                polite.finishSending()
                return polite.readToEnd()
            }
        }

        #expect(answers.allSatisfy { $0 == [] })
        try await eventually("all connections are closed") { test.server.connectionCount == 0 }
    }

    @Test(
        "are closed for lengths that are none, or more than there may be",
        arguments: [
            "-1:", "+5:,", "0x10:", "18446744073709551616:", "00000000000000000010:", ":", ",", "2001:",
            "25:CONTENT_LENGTH\u{0}-1\u{0}SCGI\u{0}1\u{0},", "17:CONTENT_LENGTH\u{0}\u{0}\u{0},",
            "36:CONTENT_LENGTH\u{0}18446744073709551616\u{0},", "26:CONTENT_LENGTH\u{0}16777217\u{0}x,",
            "24:CONTENT_LENGTH\u{0}1e3\u{0}SCGI\u{0}", "5:abcde,", "3:\u{0}\u{0}\u{0},",
        ])
    func lengths(text: String) async throws {
        let client = try await TestServer().listen()

        let answer = try await background {
            let connection = try RawConnection(to: client.address)
            connection.send(text)
            connection.finishSending()
            return connection.readToEnd()
        }

        #expect(answer == [])
        let next = try await background { try client.call("system.pid", []) }
        #expect(next == .integer(4_711))
    }

    @Test("cannot make it hold more than its bound, 200 of them at once, and delay nobody")
    func memory() async throws {
        var limits = SCGILimits()
        limits.heldBytes = 16 << 20
        let test = try await TestServer(limits: limits)
        let client = try await test.listen()
        // A body of 16 MB is announced and a megabyte of it comes.
        let start = Array(
            SCGIRequest(headers: [], body: [UInt8](repeating: 0x78, count: 16 << 20)).encoded.prefix(1 << 20))

        let hostile = try await background {
            try (0..<200).map { _ in
                let connection = try RawConnection(to: client.address)
                connection.send(start)
                return connection
            }
        }
        try await eventually("most are closed") { test.server.connectionCount <= 17 }
        let slow = try await background {
            let connections = try (0..<200).map { _ in try RawConnection(to: client.address) }
            let wire = SCGIRequest(headers: [], body: document("system.pid")).encoded
            for byte in wire.prefix(20) { for connection in connections { connection.send([byte]) } }
            return connections
        }
        withExtendedLifetime(hostile) {}
        let other = try await background { try client.call("system.pid", []) }

        #expect(other == .integer(4_711))
        withExtendedLifetime(slow) {}
    }
}
