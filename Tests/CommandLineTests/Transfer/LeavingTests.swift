import Glibc
import TestKit
import Testing

/// How `swarm seed` and `swarm get` end when all is not well, or when they are told to.
@Suite(.serialized)
struct LeavingTests {
    @Test("a seed in a wrong folder says so and names what is wanted")
    func wrongFolder() async throws {
        let bench = try await TransferBench()

        let seed = try await bench.run("seed", "a.torrent", "nowhere")

        #expect(seed.exitStatus == 66, "\(seed.report)")
        #expect(seed.standardError.contains("nowhere: not found"))
    }

    @Test("a seed of a short file says how much is missing")
    func shortFile() async throws {
        let bench = try await TransferBench(count: 100_000)
        try bench.write(to: "seed") { $0.removeLast(77) }

        let seed = try await bench.run("seed", "a.torrent", "seed")

        #expect(seed.exitStatus == 66, "\(seed.report)")
        #expect(seed.standardError.contains("seed/sample.bin: 77 bytes short: has 99923, the torrent wants 100000"))
    }

    @Test("a seed of damaged content says which pieces, and leaves the content alone")
    func damagedSeed() async throws {
        let bench = try await TransferBench(count: 100_000)
        try bench.write(to: "seed") { $0[50_000] ^= 1 }

        let seed = try await bench.run("seed", "--port", "0", "--bind", "127.0.0.1", "a.torrent", "seed")

        #expect(seed.exitStatus == 1, "\(seed.report)")
        #expect(seed.standardError.contains("1 of 4 pieces"), "\(seed.report)")
        #expect(seed.standardOutput.contains("Download Failed!") && seed.standardOutput.contains("ERROR:"))
        #expect(!seed.standardOutput.contains("seeding"))
        #expect(try bench.content(in: "seed") != bench.sample.stream)
        #expect(bench.server.announces.isEmpty, "nobody was told of a seed that is none")
    }

    @Test("a port in use is named")
    func portInUse() async throws {
        let bench = try await TransferBench(count: 40_000)
        let first = try await bench.startSeed()
        try await eventually("the seed has announced") { !bench.server.announces.isEmpty }
        let port = try #require(bench.server.announces.last?.port)

        let second = try await bench.run("seed", "--bind", "127.0.0.1", "--port", "\(port)", "a.torrent", "seed")

        #expect(second.exitStatus == 69, "\(second.report)")
        #expect(second.standardError.contains("port \(port) is in use"))
        first.stop()
    }

    @Test("what cannot be read or is no torrent ends with 66 and 65", arguments: ["seed", "get"])
    func noTorrent(command: String) async throws {
        let bench = try await TransferBench(count: 40_000)
        try bench.folder.write(Array("d4:infoi1ee".utf8), to: "bad.torrent")

        let missing = try await bench.run(command, "missing.torrent")
        let bad = try await bench.run(command, "bad.torrent")
        let magnet = try await bench.run(command, "magnet:?xt=urn:btih:0123456789012345678901234567890123456789")

        #expect(missing.exitStatus == 66 && missing.standardError.contains("missing.torrent"), "\(missing.report)")
        #expect(bad.exitStatus == 65 && bad.standardError.contains("byte "), "\(bad.report)")
        #expect(magnet.exitStatus == 69 && magnet.standardError.contains("not there yet"), "\(magnet.report)")
    }

    @Test("what a tracker refuses is told in its words, and the seed goes on")
    func refusal() async throws {
        let bench = try await TransferBench(count: 40_000, conduct: .refuses("torrent not \u{1B}[31mregistered"))
        let seed = try await bench.startSeed()

        try await eventually("the refusal is told", context: { seed.report }) {
            seed.standardOutput.contains("ERROR:") && seed.standardOutput.contains("[31mregistered")
        }

        #expect(!seed.standardOutput.contains("\u{1B}"), "a tracker's words cannot act on a terminal")
        #expect(seed.exitStatus == nil)
        seed.signal(SIGTERM)
        #expect(try await seed.waitForExit() == 0)
    }

    @Test("a tracker that never answers the end does not hold us up", arguments: [SIGINT, SIGTERM])
    func silentTracker(signal: Int32) async throws {
        let bench = try await TransferBench(count: 40_000, conduct: .keepsSilentAtTheEnd)
        let get = try await bench.startGet()
        try await eventually("get has announced", context: { get.report }) { !bench.server.announces.isEmpty }

        get.signal(signal)

        #expect(try await get.waitForExit(within: .seconds(20)) == 128 + signal)
        #expect(bench.server.announces.contains { $0.event == "stopped" })
    }

    @Test("a second signal leaves at once")
    func twice() async throws {
        let bench = try await TransferBench(count: 40_000, conduct: .keepsSilentAtTheEnd)
        let get = try await bench.startGet()
        try await eventually("get has announced", context: { get.report }) { !bench.server.announces.isEmpty }
        get.signal(SIGINT)
        try await eventually("get says that it leaves", context: { get.report }) {
            get.standardOutput.contains("shutting down")
        }

        get.signal(SIGTERM)

        // The number tells which of the two ended it.
        #expect(try await get.waitForExit() == 128 + SIGTERM)
    }

    @Test("a check under way is left as well")
    func interruptedCheck() async throws {
        let bench = try await TransferBench { trackers in
            SampleTorrent(
                name: "zeros", files: [.init("zeros", content: [UInt8](repeating: 1, count: 64 << 20))],
                pieceLength: 1 << 20, trackers: trackers)
        }
        try bench.write(to: "seed")

        let seed = try await bench.start(
            ["seed", "--bind", "127.0.0.1", "--port", "0", "--display-interval", "0.01", "a.torrent", "seed"])
        try await eventually("seed is at work", context: { seed.report }) { seed.standardOutput.contains("saving:") }
        seed.signal(SIGINT)

        #expect([0, 130].contains(try await seed.waitForExit()), "\(seed.report)")
    }
}
