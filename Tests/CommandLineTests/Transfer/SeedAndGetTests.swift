import Foundation
import Glibc
import TestKit
import Testing

/// `swarm seed` and `swarm get` as users run them, over real sockets on loopback.
@Suite(.serialized)
struct SeedAndGetTests {
    @Test("a file goes from seed to get, and the tracker hears of start, completion and end")
    func oneFile() async throws {
        let bench = try await TransferBench(count: 3_000_001)
        let seed = try await bench.startSeed()

        let get = try await bench.get()

        #expect(get.exitStatus == 0, "\(get.report)")
        #expect(try bench.content() == bench.sample.stream)
        #expect(TransferBench.value("time left:", in: get) == "Download Succeeded!")
        #expect(TransferBench.percent(get) == 100)
        let port = try #require(bench.server.announces.last?.port)
        #expect(bench.server.events(ofPort: port) == ["started", "completed", "stopped"])
        seed.signal(SIGTERM)
        #expect(try await seed.waitForExit() == 0)
        let seedPort = try #require(bench.server.announces.last?.port)
        #expect(bench.server.events(ofPort: seedPort) == ["started", "stopped"])
    }

    @Test("a folder with pieces across files, empty files and odd names arrives whole")
    func folder() async throws {
        var generator = SeededGenerator(seed: 7)
        let files = [
            SampleTorrent.File("a", content: generator.bytes(50_000)),
            SampleTorrent.File("empty", content: []),
            SampleTorrent.File("deep", "ä ö.txt", content: generator.bytes(1)),
            SampleTorrent.File("deep", "er", "b", content: generator.bytes(70_001)),
        ]
        let bench = try await TransferBench { SampleTorrent(name: "a folder", files: files, trackers: $0) }
        let seed = try await bench.startSeed()

        let get = try await bench.get()

        #expect(get.exitStatus == 0, "\(get.report)")
        #expect(try bench.content() == bench.sample.stream)
        seed.stop()
    }

    @Test("an interrupted download goes on from what is verified on disk")
    func resume() async throws {
        let bench = try await TransferBench(count: 8 << 20)
        let seed = try await bench.startSeed()
        let first = try await bench.startGet("--max-download-rate", "2048", "--display-interval", "0.1")
        try await eventually("a quarter is there", context: { first.report }) { TransferBench.percent(first) >= 25 }
        first.signal(SIGINT)
        #expect(try await first.waitForExit() == 130, "\(first.report)")
        let percent = TransferBench.percent(first)
        #expect(percent < 100)

        let second = try await bench.get()

        #expect(second.exitStatus == 0, "\(second.report)")
        #expect(try bench.content() == bench.sample.stream)
        // A block says megabytes with one digit, so it may be 0.05 off; what was under way is not asked of it again.
        let megabytes = try #require(TransferBench.megabytesDown(second))
        #expect(megabytes <= 8 * (100 - percent) / 100 + 0.1, "\(percent) % were there")
        #expect(bench.server.announces.filter { $0.event == "started" }.map(\.left).last.map { $0 < 6 << 20 } == true)
        seed.stop()
    }

    @Test("a damaged piece is found and fetched alone")
    func damagedPiece() async throws {
        let bench = try await TransferBench(count: 8 << 20, pieceLength: 1 << 18)
        let seed = try await bench.startSeed()
        try bench.write(to: "target") { $0[5_000_000] ^= 1 }

        let get = try await bench.get()

        #expect(get.exitStatus == 0, "\(get.report)")
        #expect(try bench.content() == bench.sample.stream)
        #expect(TransferBench.value("share rating:", in: get)?.hasSuffix("/ 0.3 MB down)") == true, "\(get.report)")
        seed.stop()
    }

    @Test("what is whole already is done at once, and nothing is fetched or changed")
    func nothingToDo() async throws {
        let bench = try await TransferBench()
        try bench.write(to: "target")
        var before = stat()
        stat(bench.folder.path("target/sample.bin"), &before)

        let get = try await bench.get()

        var after = stat()
        stat(bench.folder.path("target/sample.bin"), &after)
        #expect(get.exitStatus == 0, "\(get.report)")
        #expect(before.st_mtim.tv_nsec == after.st_mtim.tv_nsec && before.st_ino == after.st_ino)
        #expect(!bench.server.announces.contains { $0.event == "completed" })
    }

    @Test("with --seed the leecher serves on when the first seed has gone")
    func keepsSeeding() async throws {
        let bench = try await TransferBench()
        let seed = try await bench.startSeed()
        let second = try await bench.startGet("--seed")
        try await eventually("the download is complete", context: { second.report }) {
            second.standardOutput.contains("seeding sample.bin on port ")
        }
        seed.signal(SIGINT)
        #expect(try await seed.waitForExit() == 0)

        let third = try await bench.run(
            "get", "--bind", "127.0.0.1", "--port", "0", "--directory", "third", "a.torrent")

        #expect(third.exitStatus == 0, "\(third.report)")
        #expect(try bench.content(in: "third") == bench.sample.stream)
        second.signal(SIGINT)
        #expect(try await second.waitForExit() == 0, "a seed that is told to end has done its work")
    }

    @Test("--saveas names the file itself, or a folder that is there")
    func saveAs() async throws {
        let bench = try await TransferBench(count: 40_000)
        let seed = try await bench.startSeed()
        _ = try bench.folder.makeFolder("there")

        for place in ["renamed.bin", "there"] {
            let get = try await bench.run(
                "get", "--bind", "127.0.0.1", "--minport", "0", "--maxport", "0", "--saveas", place,
                "--responsefile", "a.torrent")
            #expect(get.exitStatus == 0, "\(get.report)")
        }

        #expect(try bench.folder.read("renamed.bin") == bench.sample.stream)
        #expect(try bench.folder.read("there/sample.bin") == bench.sample.stream)
        seed.stop()
    }

    @Test("a torrent is fetched from a web server")
    func fromURL() async throws {
        let bench = try await TransferBench(count: 40_000)
        let web = try await ScriptedServer.start(files: [
            "/a.torrent": bench.sample.metainfo, "/page": Array("<html>not here</html>".utf8),
        ])
        let seed = try await bench.startSeed()

        let get = try await bench.run(
            "get", "--bind", "127.0.0.1", "--port", "0", "--directory", "target", "\(web.url)/a.torrent")
        let page = try await bench.run("get", "\(web.url)/page")
        let missing = try await bench.run("get", "\(web.url)/missing")

        #expect(get.exitStatus == 0, "\(get.report)")
        #expect(try bench.content() == bench.sample.stream)
        #expect(page.exitStatus == 65 && page.standardError.contains("web page"), "\(page.report)")
        #expect(missing.exitStatus == 69 && missing.standardError.contains("404"), "\(missing.report)")
        seed.stop()
    }

    @Test("on a terminal one screen is drawn in place, and the cursor comes back")
    func liveScreen() async throws {
        let bench = try await TransferBench(count: 4 << 20)
        let seed = try await bench.startSeed()

        // script(1) gives its child a terminal and copies what appears on it.
        let command =
            "\(SwarmExecutable.path) get --bind 127.0.0.1 --port 0 --max-download-rate 4096"
            + " --directory target a.torrent"
        let get = try await ChildProcess.run(
            ["script", "-qec", command, "/dev/null"], in: bench.folder.path, environment: ["TERM": "xterm"])

        #expect(get.exitStatus == 0, "\(get.report)")
        #expect(try bench.content() == bench.sample.stream)
        let shown = get.standardOutput
        #expect(shown.hasPrefix("\u{1B}[?25l") && shown.hasSuffix("\u{1B}[?25h"))
        #expect(shown.contains("sample.bin") && shown.contains("█") && shown.contains("complete"))
        #expect(shown.components(separatedBy: "\u{1B}[?25l").count == 2, "one screen from beginning to end")
        #expect(!shown.contains("saving:"))
        seed.stop()
    }
}
