import Commands
import Glibc
import NIOCore
import RPC
import TestKit
import Testing

@Suite("SCGI server", .timeLimit(.minutes(3)))
struct SCGIServerTests {
    private let question = document("cat", ["", "hello"])

    private func request(_ body: [UInt8], headers: [SCGIRequest.Header] = []) -> [UInt8] {
        SCGIRequest(headers: headers, body: body).encoded
    }

    @Test("answers and closes, on a port and on a unix socket at once")
    func answers() async throws {
        let folder = try TemporaryFolder()
        let test = try await TestServer()
        let path = "\(folder.path)/rpc.socket"
        let onPort = try await test.listen()
        try await test.server.listen(on: .local(path: path, mode: 0o600))

        let results = try await [onPort, SCGIClient(address: .local(path: path, mode: nil))].asyncMap { client in
            try client.call("d.name", ["D56D8A4A5C5A318337A64270FD3D7A7F76A462A4"])
        }

        #expect(results == [.string(bytes("single.bin")), .string(bytes("single.bin"))])
        var status = stat()
        #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        await test.server.close()
        #expect(lstat(path, &status) != 0)
    }

    @Test("hands a server's fault to the caller")
    func fault() async throws {
        let client = try await TestServer().listen()

        await #expect(throws: CommandFault(.type, "Could not find info-hash.")) {
            try await background { try client.call("d.name", [.text(String(repeating: "0", count: 40))]) }
        }
    }

    @Test("takes the place of a dead socket, but not of a living one or of a file")
    func paths() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/rpc.socket"
        let first = try await TestServer()
        let second = try await TestServer()

        try await first.server.listen(on: .local(path: path, mode: nil))
        await #expect(throws: SCGISocketError.inUse(path: path)) {
            try await second.server.listen(on: .local(path: path, mode: nil))
        }
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(dead) }
        await first.server.close()
        #expect(bindLocal(dead, path) == 0)
        try await second.server.listen(on: .local(path: path, mode: nil))
        let answer = try await background {
            try SCGIClient(address: .local(path: path, mode: nil)).call("system.pid", [])
        }
        #expect(answer == .integer(4_711))
        let file = "\(folder.path)/file"
        close(open(file, O_CREAT | O_WRONLY, 0o600))
        await #expect(throws: SCGISocketError.notASocket(path: file)) {
            try await second.server.listen(on: .local(path: file, mode: nil))
        }
        await second.server.close()
    }

    @Test("answers a client that closes its sending side, one that sends too much, and one that sends byte by byte")
    func oddClients() async throws {
        let client = try await TestServer().listen()
        let question = request(question)

        let answers = try await background {
            let closing = try RawConnection(to: client.address)
            closing.send(question)
            closing.finishSending()
            let chatty = try RawConnection(to: client.address)
            chatty.send(question + [UInt8](repeating: 0x78, count: 100_000))
            let slow = try RawConnection(to: client.address)
            for byte in question { slow.send([byte]) }
            return [closing, chatty, slow].map { $0.readToEnd() }
        }

        for answer in answers {
            let answer = try #require(answer)
            #expect(answer.starts(with: bytes("Status: 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ")))
            #expect(String(decoding: answer, as: UTF8.self).contains("<string>hello</string>"))
        }
    }

    @Test("closes without an answer what is no SCGI, and tells the log")
    func garbage() async throws {
        let test = try await TestServer()
        let client = try await test.listen()

        let answers = try await background {
            try ["GET / HTTP/1.1\r\n\r\n", "99999:", "24:CONTENT_LENGTH\u{0}99999999\u{0},", "0:,", "5:CONTE"].map {
                text in
                let connection = try RawConnection(to: client.address)
                connection.send(text)
                connection.finishSending()
                return connection.readToEnd()
            }
        }

        #expect(answers == Array(repeating: [], count: 5))
        #expect(test.lines.count == 4)
        try await eventually("all connections are closed") { test.server.connectionCount == 0 }
    }

    @Test("closes clients that send no request or take no answer in time, and serves others meanwhile")
    func patience() async throws {
        var limits = SCGILimits()
        limits.patience = .milliseconds(500)
        let test = try await TestServer(limits: limits)
        let client = try await test.listen()
        let large = request(document("cat", ["", "<string>\(String(repeating: "x", count: 12 << 20))</string>"]))

        let (silent, other) = try await background {
            let silent = try RawConnection(to: client.address)
            silent.send("30:CONTENT")
            let greedy = try RawConnection(to: client.address)
            greedy.send(large)
            let other = try client.call("system.pid", [])
            let nothing = silent.readToEnd()
            while !test.lines.contains("a client did not take its answer in time") { usleep(10_000) }
            return withExtendedLifetime(greedy) { (nothing, other) }
        }

        #expect(silent == [])
        #expect(other == .integer(4_711))
        try await eventually("all connections are closed") { test.server.connectionCount == 0 }
    }

    @Test("bounds connections and the bytes that they hold")
    func limits() async throws {
        var limits = SCGILimits()
        limits.connections = 3
        limits.heldBytes = 1 << 20
        let test = try await TestServer(limits: limits)
        let client = try await test.listen()

        let answers = try await background {
            let kept = try (0..<3).map { _ in try RawConnection(to: client.address) }
            kept.forEach { $0.send("30:CONTENT") }
            let fourth = try RawConnection(to: client.address).readToEnd()
            kept.forEach { $0.finishSending() }
            _ = kept.map { $0.readToEnd() }
            let large = try RawConnection(to: client.address)
            large.send(request(document("cat", ["", String(repeating: "x", count: 4 << 20)])))
            return (fourth, large.readToEnd())
        }

        #expect(answers.0 == [])
        #expect(answers.1 == [])
        let answer = try await background { try client.call("system.pid", []) }
        #expect(answer == .integer(4_711))
    }

    @Test("serves 200 clients at once, and large lists whole")
    func manyClients() async throws {
        let test = try await TestServer()
        let client = try await test.listen()
        let text = String(repeating: "y", count: 3 << 20)

        let (answers, large) = try await background {
            let connections = try (0..<200).map { _ in try RawConnection(to: client.address) }
            for connection in connections { connection.send(request(question)) }
            let large = try client.call("cat", ["", .text(text)])
            return (connections.map { $0.readToEnd()?.count ?? 0 }, large)
        }

        #expect(answers.allSatisfy { $0 > 200 })
        #expect(Set(answers).count == 1)
        #expect(large == .string(bytes(text)))
    }

    @Test("takes a request's word that the connection is not to be trusted")
    func untrusted() async throws {
        let client = try await TestServer().listen()
        let untrusted = request(document("execute.secret"), headers: [.init(name: "UNTRUSTED_CONNECTION", value: "1")])

        let answer = try await background {
            let connection = try RawConnection(to: client.address)
            connection.send(untrusted)
            return connection.readToEnd() ?? []
        }

        #expect(String(decoding: answer, as: UTF8.self).contains("is not allowed for untrusted connections."))
    }

    @Test("tells clients what is wrong when there is nobody")
    func nobody() async throws {
        let folder = try TemporaryFolder()
        let missing = "\(folder.path)/none"

        await #expect(throws: SCGIClientError.unreachable(address: missing, reason: "No such file or directory")) {
            try await background { try SCGIClient(address: .local(path: missing, mode: nil)).call("system.pid", []) }
        }
    }

    @Test("survives damaged requests")
    func mutations() async throws {
        let client = try await TestServer().listen()
        let wire = request(question)

        let answer = try await background {
            var mutation = Mutation(seed: 0x5E6, alphabet: "0123456789:,\u{0}CONTENT_LENGTH<>/")
            for _ in 0..<300 {
                let connection = try RawConnection(to: client.address)
                connection.send(mutation.damage(wire))
                connection.finishSending()
                _ = connection.readToEnd()
            }
            return try client.call("system.pid", [])
        }

        #expect(answer == .integer(4_711))
    }
}

private func bindLocal(_ descriptor: Int32, _ path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}
