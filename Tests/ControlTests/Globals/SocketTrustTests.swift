import Commands
import Control
import RPC
import TestKit
import Testing

@Suite struct SocketTrustTests {
    private let test = TestController()

    @Test(
        "trusts a unix socket like the owner and TCP with control, unless the config says otherwise",
        arguments: [
            ("network.scgi.open_local = /tmp/s", CommandScope.admin),
            ("network.scgi.open_local = /tmp/s, read", .read),
            ("network.scgi.open_port = 127.0.0.1:5000", .control),
            ("network.scgi.open_port = 127.0.0.1:5000, admin", .admin),
            ("network.scgi.open_port = [::1]:5000, read", .read),
            ("network.scgi.open_port = 0.0.0.0:5000", .control),
            ("network.scgi.open_port = :5000, admin_from_network", .admin),
            ("scgi_port = localhost:5000", .control),
            ("scgi_local = /tmp/s", .admin),
        ])
    func scopes(line: String, scope: CommandScope) throws {
        try test.run(line)

        #expect(test.loop.sockets.map(\.caller.scope) == [scope])
    }

    @Test(
        "never gives admin to other machines without the word for it",
        arguments: [
            "0.0.0.0:5000", ":5000", "5000", "192.0.2.1:5000", "[::]:5000", "127.example:5000", "127.0.0.1.example:1",
        ])
    func exposed(address: String) throws {
        let fault = try #require(test.fault("network.scgi.open_port = \"\(address)\", admin"))

        #expect(fault == "Admin scope refused.")
        #expect(test.loop.sockets.isEmpty)
    }

    @Test(
        "refuses what is no address, port or scope",
        arguments: [
            ("network.scgi.open_port = foo", "Could not parse address."),
            ("network.scgi.open_port = 127.0.0.1:", "Could not parse address."),
            ("network.scgi.open_port = 127.0.0.1:65536", "Invalid port number."),
            ("network.scgi.open_port = [::1]5000", "Could not parse address."),
            ("network.scgi.open_port = 127.0.0.1:1, root", "Invalid scope."),
            ("network.scgi.open_local =", "Could not parse address."),
            ("network.scgi.socket_mode.set = 0888", "Not a value."),
        ])
    func refuses(line: String, fault: String) {
        #expect(test.fault(line) == fault)
    }

    @Test(
        "serves HTTP with control on loopback, and elsewhere only by a word",
        arguments: [
            ("127.0.0.1:8080", CommandScope.control), ("127.0.0.1:8080, admin", .admin), ("[::1]:8080, read", .read),
            ("0.0.0.0:8080, control", .control), (":8080, admin_from_network", .admin), ("0.0.0.0:8080", nil),
            ("0.0.0.0:8080, admin", nil), ("192.0.2.1:8080", nil), ("127.0.0.1:8080, root", nil),
        ])
    func http(arguments: String, scope: CommandScope?) {
        let fault = test.fault("network.http_rpc.open = \(arguments)")

        #expect((fault == nil) == (scope != nil))
        #expect(test.loop.sockets.map(\.caller.scope) == (scope.map { [$0] } ?? []))
        #expect(test.loop.sockets.allSatisfy { $0.carrier == .http })
    }

    @Test("does not tell the password of HTTP clients, and takes it from a file")
    func httpPassword() throws {
        let folder = try TemporaryFolder("password")
        let path = try folder.write("secret\r\nmore\n".utf8, to: "password")

        try test.run("network.http_rpc.user.set = me")
        try test.run("network.http_rpc.password_file.set = \(path)")

        #expect(test.fault("network.http_rpc.password_file.set = \(folder.path)") == "Could not read password.")
        #expect(test.fault("network.http_rpc.password_file.set = \(path).none") == "Could not read password.")
        #expect(test.fault("network.http_rpc.user.set = a:b") == "Not a value.")
        #expect(test.controller.map["network.http_rpc.password"] == nil)
    }

    @Test("opens several sockets at once, each with a mode and a scope of its own")
    func several() throws {
        for line in [
            "network.scgi.socket_mode.set = 0660", "network.scgi.open_local = /tmp/a",
            "network.scgi.socket_mode.set = 0600",
            "network.scgi.open_local = /tmp/b, control", "network.scgi.open_port = 127.0.0.1:0, read",
        ] { try test.run(line) }

        #expect(
            test.loop.sockets.map(\.address) == [
                .local(path: "/tmp/a", mode: 0o660), .local(path: "/tmp/b", mode: 0o600), .port(host: "127.0.0.1", 0),
            ])
        #expect(test.loop.sockets.map(\.caller.scope) == [.admin, .control, .read])
    }

    @Test("leaves strangers no rights on a unix socket unless the config does")
    func mode() throws {
        try test.run("network.scgi.open_local = /tmp/a")

        guard case .local(_, let mode?) = test.loop.sockets[0].address else { throw Unexpected() }
        #expect(mode & 0o007 == 0)
        #expect(mode & 0o700 == 0o700)
    }

    private struct Unexpected: Error {}

    @Test(
        "refuses to clients without admin whatever runs programs, defines methods or names paths",
        arguments: [
            "execute.capture = echo, a", "execute.throw = true", "execute = true", "import = /etc/passwd",
            "method.insert = x, value, 1", "method.set_key = event.download.finished, x, \"print=\"",
            "schedule2 = x, 0, 0, \"print=\"", "log.open_file = x, /tmp/x", "log.execute = /tmp/x",
            "log.xmlrpc = /tmp/x",
            "directory.default.set = /etc", "session.path.set = /tmp", "system.cwd.set = /", "system.umask.set = 0",
            "network.scgi.open_port = 127.0.0.1:1", "network.scgi.open_local = /tmp/x", "file.append = /tmp/x, a",
            "ipv4_filter.load = /etc/passwd, unwanted", "directory.watch.added = /tmp, \"print=\"",
            "network.http.cacert.set = /tmp/x", "system.env = HOME", "group.insert = x, main",
            "log.append_file = x, /tmp/x",
            "execute.patience.set = 0", "network.scgi.socket_mode.set = 0666",
        ])
    func refusals(line: String) throws {
        try test.run("network.scgi.open_port = 127.0.0.1:5000")
        let caller = try #require(test.loop.sockets.first?.caller)
        let name = try #require(line.split(separator: " ").first)

        let fault = try #require(test.fault(line, as: caller))

        #expect(
            fault.hasSuffix("needs scope admin, this connection has control (network.scgi.open_port = 127.0.0.1:5000).")
        )
        #expect(fault.hasPrefix("Command \"") && (fault.contains("\"\(name)\"") || name == "execute"))
    }

    @Test("lets a client with read look, and change nothing")
    func reading() throws {
        let caller = Caller(scope: .read)

        #expect(try test.run("system.client_version =", as: caller) == "0.9.8")
        #expect(
            test.fault("throttle.global_up.max_rate.set_kb = 5", as: caller)?.contains("needs scope control") == true)
        #expect(test.fault("system.shutdown.normal =", as: caller)?.contains("needs scope control") == true)
        #expect(test.loop.shutdowns.isEmpty)
    }
}
