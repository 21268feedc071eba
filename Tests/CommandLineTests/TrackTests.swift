import Glibc
import TestKit
import Testing

@Suite("swarm track")
struct TrackTests {
    private let folder: TemporaryFolder
    private static let hash = String(repeating: "ab", count: 20)

    init() throws {
        folder = try TemporaryFolder()
    }

    private func track(_ arguments: String...) async throws -> ChildProcess {
        try await SwarmExecutable.run(["track"] + arguments, in: folder.path)
    }

    /// Starts a tracker and waits for its start-up line.
    private func start(_ arguments: String...) async throws -> (process: ChildProcess, line: String) {
        let process = try await SwarmExecutable.start(["track"] + arguments, in: folder.path)
        try await eventually("the tracker has started", context: { process.report }) {
            try process.requireRunning()
            return process.standardOutput.contains("\n")
        }
        return (process, String(process.standardOutput.prefix { $0 != "\n" }))
    }

    private func port(in line: String) throws -> Int {
        try #require(line.firstMatch(of: #/http://127\.0\.0\.1:(\d+)/announce/#).flatMap { Int($0.output.1) })
    }

    @Test("is open on the loopback addresses by default, and says so with what it really bound")
    func loopback() async throws {
        let (process, line) = try await start("-p", "0")

        let port = try port(in: line)
        let urls = "http://127.0.0.1:\(port)/announce udp://127.0.0.1:\(port)/announce"
        #expect(line.hasPrefix("tracking at \(urls)") && line.hasSuffix("(open, every torrent)"), "\(line)")
        #expect(process.standardError.isEmpty)
    }

    @Test("warns when everybody may use it")
    func everybody() async throws {
        let (process, line) = try await start("-i", "0.0.0.0", "--port", "0", "-P", "0")

        let udp = try #require(line.firstMatch(of: #/udp://0\.0\.0\.0:(\d+)/#).flatMap { Int($0.output.1) })
        #expect(udp != 0)
        try await eventually("a warning", context: { process.report }) {
            process.standardError.contains("open to everyone who can reach 0.0.0.0")
        }
    }

    @Test("ends at once and well on SIGINT and SIGTERM", arguments: [SIGINT, SIGTERM])
    func ends(signal: Int32) async throws {
        let (process, _) = try await start("-p", "0")

        process.signal(signal)

        #expect(try await process.waitForExit() == 0)
    }

    @Test("reads its list again on SIGHUP, all or nothing")
    func reload() async throws {
        let list = try folder.write(Array("# ours\n\(Self.hash)\n".utf8), to: "list")
        let (process, line) = try await start("-i", "127.0.0.1", "-p", "0", "-w", list)
        #expect(line.hasSuffix("(1 listed torrents of \(list))"))

        _ = try folder.write(Array("\(Self.hash)\nnonsense\n".utf8), to: "list")
        process.signal(SIGHUP)
        try await eventually("a complaint", context: { process.report }) {
            process.standardError.contains("\(list):2: found \"nonsense\"")
        }
        try process.requireRunning()

        _ = try folder.write(Array("\(Self.hash)\n\(String(repeating: "0", count: 40))\n".utf8), to: "list")
        process.signal(SIGHUP)
        try await eventually("the new list", context: { process.report }) {
            process.standardOutput.contains("list read again: 2 listed torrents")
        }
    }

    @Test("names port and address when they are taken")
    func portInUse() async throws {
        let (first, line) = try await start("-i", "127.0.0.1", "-p", "0")
        let port = try port(in: line)

        let second = try await track("-i", "127.0.0.1", "-p", "\(port)")

        try first.requireRunning()
        #expect(second.exitStatus == 69)
        #expect(second.standardError.contains("TCP port \(port) of 127.0.0.1 is in use"))
    }

    @Test(
        "says what is wrong with its options",
        arguments: [
            (["-i", "nowhere"], 64, "\"nowhere\" is not an IP address"),
            (["-i", "192.0.2.1", "-p", "0"], 69, "cannot open TCP port 0 of 192.0.2.1"),
            (["-w", "missing"], 66, "missing: No such file or directory"), (["-p", "70000"], 64, "70000"),
            (["--interval", "0"], 64, "--interval: wants 1 to 86400 seconds"), (["--nonsense"], 64, "--nonsense"),
        ] as [([String], Int32, String)])
    func wrong(arguments: [String], status: Int32, text: String) async throws {
        let child = try await SwarmExecutable.run(["track"] + arguments, in: folder.path)

        #expect(child.exitStatus == status && child.standardError.contains(text), "\(child.report)")
    }

    @Test("names file and line of a bad list")
    func badList() async throws {
        let list = try folder.write(Array("\(Self.hash)\n123\n".utf8), to: "list")

        let child = try await track("-w", list, "-p", "0")

        #expect(child.exitStatus == 65)
        #expect(child.standardError.contains("\(list):2: found \"123\", wants an info-hash of 40 hexadecimal digits"))
    }

    @Test("takes BitTornado's spellings")
    func bitTornado() async throws {
        let (_, line) = try await start(
            "--port", "0", "--bind", "127.0.0.1,127.0.0.2", "--reannounce_interval", "60", "--response_size", "20",
            "--timeout_downloaders_interval", "300")

        let port = try port(in: line)
        #expect(line.contains("http://127.0.0.2:\(port)/announce"))
    }

    @Test("takes bttrack's command line: folder, state file and log")
    func bttrackLine() async throws {
        let sample = SampleTorrent(name: "video.ogv", count: 40_000)
        try folder.write(sample.metainfo, to: "torrent/video.ogv.torrent")
        let (process, line) = try await start(
            "--port", "0", "--bind", "127.0.0.1", "--dfile", "dstate", "--logfile", "tracker.log", "--allowed_dir",
            "torrent/", "--nat_check", "0", "--hupmonitor", "1")

        process.signal(SIGTERM)
        let status = try await process.waitForExit()

        #expect(line.hasSuffix("(1 listed torrents of torrent/)"), "\(line)")
        #expect(status == 0 && process.standardError.contains("--hupmonitor is accepted and changes nothing here"))
        #expect(try folder.read("dstate") == Array("d9:completedde5:peersdee".utf8))
        #expect(try folder.read("tracker.log").isEmpty)
    }

    @Test("takes opentracker's command line with live sync, twice on one machine")
    func opentrackerLines() async throws {
        let (first, one) = try await start("-i", "127.0.0.31", "-p", "0", "-s", "19696")
        let (second, two) = try await start("-i", "127.0.0.32", "-p", "0", "-s", "19696")

        #expect(one.contains("http://127.0.0.31:") && two.contains("http://127.0.0.32:"))
        try first.requireRunning()
        try second.requireRunning()
    }

    @Test(
        "says which option is wrong",
        arguments: [
            (["--nosuch", "1"], "unknown option --nosuch"), (["--sync-peer", "1.2.3.4:5"], "-s PORT"),
            (["--tls-key", "k"], "--tls-certificate"), (["--proxy", "x"], "no IP address"),
        ])
    func wrongOptions(arguments: [String], wanted: String) async throws {
        let process = try await SwarmExecutable.run(["track"] + arguments, in: folder.path)

        #expect(process.exitStatus == 64 && process.standardError.contains(wanted), "\(process.report)")
    }
}
