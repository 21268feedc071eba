import Commands
import Glibc
import RPC
import TestKit
import Testing

@Suite("swarm run", .timeLimit(.minutes(3)))
struct RunTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: String...) async throws -> ChildProcess {
        try await SwarmExecutable.run(["run"] + arguments, in: folder.path)
    }

    @Test("lists all errors of its config with their places and does not start")
    func errors() async throws {
        let text = """
            throttle.up = slow,5oo
            throtle.down = slow,5
            session.path.set = ~/session

            network.port_range.set = "6890
            """
        try folder.write(Array(text.utf8), to: "rc")

        let child = try await run("--config", "rc")

        #expect(child.exitStatus == 65)
        let errors = child.standardError.split(separator: "\n").filter { $0.contains(": error: ") }
        #expect(errors.map { $0.split(separator: " ")[0] } == ["rc:1:20:", "rc:2:1:", "rc:5:26:"], "\(child.report)")
        #expect(child.standardError.contains("did you mean throttle.down"))
        #expect(child.standardError.contains("    throttle.up = slow,5oo\n                       ^~~\n"))
        #expect(child.standardError.hasSuffix("swarm: not started: 3 errors\n"))
    }

    @Test(
        "says what is wrong with its command line",
        arguments: [
            (["-z"], 64, "unknown option -z"), (["-n", "-o", "foo"], 64, "wanted key1=value1"),
            (["-n", "-O", "nosuch=1"], 64, "Command \"nosuch\" does not exist."),
            (["-n", "-s", "nowhere"], 69, "nowhere"),
            (["--config", "nowhere"], 66, "nowhere: cannot read: No such file"),
        ] as [([String], Int32, String)])
    func wrong(arguments: [String], status: Int32, text: String) async throws {
        let child = try await SwarmExecutable.run(
            ["run", "-b", "127.0.0.1", "-p", "0-0"] + arguments, in: folder.path)

        #expect(child.exitStatus == status && child.standardError.contains(text), "\(child.report)")
    }

    @Test("ends well on each of its signals", arguments: [SIGINT, SIGHUP, SIGTERM])
    func signals(signal: Int32) async throws {
        let swarm = try await RunningSwarm.start(in: folder)

        let status = try await swarm.end(signal)

        #expect(status == 0, "\(swarm.process.report)")
        #expect(access(folder.path("rpc.socket"), F_OK) != 0 && access(folder.path("session/rtorrent.lock"), F_OK) != 0)
    }

    @Test("tells the service manager that it is ready, alive, and ending")
    func notes() async throws {
        let listener = try #require(NotifySocket(folder.path("notify")))
        let swarm = try await RunningSwarm.start(
            in: folder, environment: ["NOTIFY_SOCKET": folder.path("notify"), "WATCHDOG_USEC": "200000"])
        var notes: [String] = []
        func collect(until note: String) async throws {
            try await eventually(note, context: { "\(notes)" }) {
                while let next = listener.receive() { notes.append(next) }
                return notes.contains(note)
            }
        }

        try await collect(until: "READY=1")
        try await collect(until: "WATCHDOG=1")
        _ = try await swarm.end(SIGINT)
        try await collect(until: "STOPPING=1")

        #expect(notes.first == "READY=1")
    }

    @Test("stays in the foreground as a daemon")
    func daemon() async throws {
        let swarm = try await RunningSwarm.start(in: folder, arguments: ["-O", "system.daemon.set=true"])

        #expect(try await swarm.call("system.daemon") == .integer(1))
        #expect(try await swarm.call("system.pid") == .integer(Int64(swarm.process.processID)))
    }

    @Test("takes the first config there is, says which, and lets it overrule the options")
    func search() async throws {
        try folder.write(Array((RunningSwarm.basics + "session.name.set=theirs\n").utf8), to: ".rtorrent.rc")
        let theirs = try await RunningSwarm.start(in: folder, words: ["-o", "session.name.set=option"])
        #expect(try await theirs.call("session.name") == .text("theirs"))
        #expect(theirs.process.standardError.contains("config file \(folder.path)/.rtorrent.rc"))
        _ = try await theirs.end(SIGTERM)

        try folder.write(Array(RunningSwarm.basics.utf8), to: ".swarmrc")
        let ours = try await RunningSwarm.start(in: folder, words: ["-o", "session.name.set=option"])

        #expect(try await ours.call("session.name") == .text("option"))
        #expect(ours.process.standardError.contains("config file \(folder.path)/.swarmrc"))
    }

    @Test("ends in good order when the config itself says so")
    func endsByConfig() async throws {
        for name in ["data", "session"] { _ = try folder.makeFolder(name) }
        try folder.write(Array((RunningSwarm.basics + "system.shutdown.quick =\n").utf8), to: "rc")

        let child = try await run("--config", "rc")

        #expect(child.exitStatus == 0, "\(child.report)")
        #expect(child.standardError.contains("ended"))
    }

    @Test("logs the warnings of a config, not its notes")
    func configWarnings() async throws {
        let swarm = try await RunningSwarm.start(in: folder, config: "schedule2 = w,0,5,load_start=~/watch/*\n")

        #expect(swarm.process.standardError.contains("load_start: old name"))
        #expect(!swarm.process.standardError.contains("rTorrent 0.16 calls it"))
    }

    @Test("leaves a session alone that another one has")
    func locked() async throws {
        let first = try await RunningSwarm.start(in: folder)

        let second = try await run("-n", "-b", "127.0.0.1", "-p", "0-0", "-s", folder.path("session"))

        #expect(second.exitStatus == 69)
        #expect(second.standardError.contains("Could not lock session directory"), "\(second.report)")
        try first.process.requireRunning()
    }

    @Test("remembers its torrents, what they are called and whether they run")
    func session() async throws {
        let sample = SampleTorrent(count: 200_000, trackers: [["http://127.0.0.1:1/announce"]])
        try folder.write(sample.metainfo, to: "sample.torrent")
        _ = try folder.makeFolder("data")
        try folder.write(sample.stream, to: "data/sample.bin")
        let first = try await RunningSwarm.start(in: folder, arguments: [folder.path("sample.torrent")])
        try await first.awaits("d.complete=", [.integer(1)])
        let hash = try #require(try await first.column("d.hash=").first?.value())
        try await first.call("d.custom1.set", hash, "linux")
        #expect(try await first.end(SIGINT) == 0)

        let second = try await RunningSwarm.start(in: folder)

        #expect(try await second.column("d.hash=").map { try $0.value() } == [hash])
        #expect(try await second.column("d.custom1=") == [.text("linux")])
        try await second.awaits("d.is_active=", [.integer(1)])
        #expect(try await second.column("d.complete=") == [.integer(1)])
    }
}
