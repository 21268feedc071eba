import Commands
import Foundation
import RPC
import TestKit
import Testing

/// What lies in `examples/`, as people would use it. (`quickstart.sh` is what CI runs by itself: it builds a release.)
@Suite("examples", .timeLimit(.minutes(3)))
struct ExamplesTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("examples").path
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs a script against the daemon and gives what it prints.
    private func script(_ name: String, _ arguments: String..., socket: String? = nil) async throws -> String {
        let child = try await ChildProcess.run(
            ["bash", "\(Self.folder)/\(name)"] + arguments, in: folder.path,
            environment: ["SWARM_SOCKET": socket ?? folder.path("rpc.socket")])
        try child.requireSuccess()
        return child.standardOutput
    }

    @Test("the scripts add a torrent, list rates, set a label and stop at a ratio")
    func scripts() async throws {
        let sample = SampleTorrent(name: "a & b.bin", count: 50_000, trackers: [["http://127.0.0.1:1/announce"]])
        try folder.write(sample.metainfo, to: "sample.torrent")
        let swarm = try await RunningSwarm.start(in: folder)
        try folder.write(sample.stream, to: "data/a & b.bin")

        #expect(try await script("add.sh", "sample.torrent") == "added sample.torrent\n")
        try await swarm.awaits("d.complete=", [.integer(1)])
        let row = try await script("rates.sh")
        #expect(row.split(whereSeparator: \.isWhitespace) == ["0", "up", "0", "down", "a", "&", "b.bin"])

        guard case .string(let bytes)? = try await swarm.column("d.hash=").first else { return }
        let hash = String(decoding: bytes, as: UTF8.self)
        #expect(try await script("label.sh", hash, "x <y> & z") == "\(hash) is labelled x <y> & z\n")
        #expect(try await swarm.column("d.custom1=") == [.text("x <y> & z")])

        #expect(try await script("stop-at-ratio.sh", "1").isEmpty)
        #expect(try await script("stop-at-ratio.sh", "0") == "stopped a & b.bin at 0\n")
        #expect(try await swarm.column("d.state=") == [.integer(0)])
        #expect(try await swarm.column("d.is_open=") == [.integer(0)])
    }

    @Test("the scripts tell a fault, and fail")
    func fault() async throws {
        let swarm = try await RunningSwarm.start(in: folder)

        let child = try await ChildProcess.run(
            ["bash", "\(Self.folder)/label.sh", String(repeating: "0", count: 40), "x"], in: folder.path,
            environment: ["SWARM_SOCKET": folder.path("rpc.socket")])

        #expect(child.exitStatus == 1 && child.standardError.contains("d.custom1.set: -501 Could not find info-hash."))
        try swarm.process.requireRunning()
    }

    @Test("systemd finds nothing wrong with the unit", .enabled(if: ChildProcess.isInstalled("systemd-analyze")))
    func unit() async throws {
        let text = try text("swarm.service").replacing("/usr/local/bin/swarm", with: SwarmExecutable.path)
        try folder.write(Array(text.utf8), to: "swarm.service")

        let child = try await ChildProcess.run(
            ["systemd-analyze", "verify", folder.path("swarm.service")], in: folder.path)

        #expect(child.exitStatus == 0 && child.standardError.isEmpty, "\(child.report)")
    }

    @Test("nginx hands calls on to the socket", .enabled(if: ChildProcess.isInstalled("nginx")))
    func nginx() async throws {
        let swarm = try await RunningSwarm.start(in: folder)
        let server = try text("nginx.conf")
            .replacing("127.0.0.1:8000", with: "unix:\(folder.path("http.socket"))")
            .replacing("/run/swarm/rpc.socket", with: folder.path("rpc.socket"))
            .replacing("/etc/nginx/swarm.htpasswd", with: folder.path("htpasswd"))
            .replacing("include scgi_params", with: "include /etc/nginx/scgi_params")
        let text = """
            daemon off; pid nginx.pid; error_log stderr; \(geteuid() == 0 ? "user root;" : "")
            events {}
            http { access_log off; \(server) }
            """
        try folder.write(Array(text.utf8), to: "nginx.conf")
        try folder.write(Array("me:{PLAIN}secret\n".utf8), to: "htpasswd")
        let nginx = try await ChildProcess.start(["nginx", "-p", folder.path, "-c", "nginx.conf"], in: folder.path)

        try await expectAnswer(over: nginx, user: "me:secret", processID: swarm.process.processID)
    }

    @Test("lighttpd hands calls on to the socket", .enabled(if: ChildProcess.isInstalled("lighttpd")))
    func lighttpd() async throws {
        let swarm = try await RunningSwarm.start(in: folder)
        let text = try text("lighttpd.conf")
            .replacing("\"127.0.0.1\"", with: "\"\(folder.path("http.socket"))\"")
            .replacing("/run/swarm/rpc.socket", with: folder.path("rpc.socket"))
        try folder.write(Array((text + "server.document-root = \"\(folder.path)\"\n").utf8), to: "lighttpd.conf")
        let lighttpd = try await ChildProcess.start(["lighttpd", "-D", "-f", "lighttpd.conf"], in: folder.path)

        try await expectAnswer(over: lighttpd, user: nil, processID: swarm.process.processID)
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(name)")), as: UTF8.self)
    }

    /// Posts `system.pid` with curl to `/RPC2` at `http.socket`.
    private func expectAnswer(over server: ChildProcess, user: String?, processID: Int32) async throws {
        let call = "<methodCall><methodName>system.pid</methodName><params/></methodCall>"
        try await eventually("an answer", context: { server.report }) {
            try server.requireRunning()
            let curl = try await ChildProcess.run(
                ["curl", "-s", "--unix-socket", folder.path("http.socket")] + (user.map { ["-u", $0] } ?? [])
                    + ["-H", "Content-Type: text/xml", "-d", call, "http://localhost/RPC2"], in: folder.path)
            return curl.standardOutput.contains("<value><i8>\(processID)</i8></value>")
        }
    }
}
