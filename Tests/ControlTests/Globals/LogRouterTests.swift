import Control
import Foundation
import Logging
import Synchronization
import TestKit
import Testing

@Suite struct LogRouterTests {
    /// Lines that an output was given.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ group: LogGroup, _ text: String) { lines.withLock { $0.append("\(group.name): \(text)") } }
    }

    private func router(_ groups: [LogGroup]) -> (LogRouter, Lines) {
        let (router, lines) = (LogRouter(), Lines())
        router.open("test", groups: groups) { lines.add($0, $1) }
        return (router, lines)
    }

    private func group(_ name: String) throws -> LogGroup { try #require(LogGroup(named: name)) }

    @Test("takes a group's messages and worse ones")
    func levels() throws {
        let (router, lines) = router([try group("warn")])

        router.log(.info, "fine")
        router.log(.warn, "odd")
        router.log(.critical, "broken")
        router.flush()

        #expect(lines.all == ["warn: odd", "critical: broken"])
    }

    @Test("takes every subject for a general group, and one subject for its own")
    func subjects() throws {
        let (general, all) = router([try group("info")])
        let (special, trackers) = router([try group("tracker_debug")])

        for router in [general, special] {
            router.log(.info, about: .tracker, "asked")
            router.log(.debug, about: .tracker, "bytes")
            router.log(.error, about: .storage, "full")
            router.flush()
        }

        #expect(all.all == ["tracker_info: asked", "storage_error: full"])
        #expect(trackers.all == ["tracker_info: asked", "tracker_debug: bytes"])
    }

    @Test("gives a line once to an output that asked twice")
    func once() throws {
        let (router, lines) = router([try group("info"), try group("tracker_info")])
        _ = router.addOutput(try group("info"), to: "test")

        router.log(.info, about: .tracker, "asked")
        router.flush()

        #expect(lines.all.count == 1)
    }

    @Test("says nothing to an output that was closed, and knows no others")
    func closed() throws {
        let (router, lines) = router([try group("info")])

        router.close("test")
        router.log(.info, "late")
        router.flush()

        #expect(lines.all.isEmpty)
        #expect(!router.addOutput(try group("info"), to: "test"))
        #expect(router.mostVerboseLevel == nil)
    }

    @Test("writes rTorrent's lines to a file, and to its successor once it was moved away")
    func files() throws {
        let folder = try TemporaryFolder()
        let (path, moved) = (folder.path("log"), folder.path("log.1"))
        let router = LogRouter()
        try router.openFile("file", path: path, groups: [try group("info")])

        router.log(.info, "before")
        router.flush()
        try FileManager.default.moveItem(atPath: path, toPath: moved)
        router.reopen()
        router.log(.error, "after")
        router.flush()

        let before = try String(contentsOfFile: moved, encoding: .utf8)
        let after = try String(contentsOfFile: path, encoding: .utf8)
        #expect(before.wholeMatch(of: /[0-9]{10} I before\n/) != nil)
        #expect(after.wholeMatch(of: /[0-9]{10} E after\n/) != nil)
    }

    @Test("adds to a file or begins anew, as it is told", arguments: [true, false])
    func appends(isKept: Bool) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("log")
        try Data("old\n".utf8).write(to: URL(filePath: path))
        let router = LogRouter()

        try router.openFile("file", path: path, groups: [], appends: isKept)

        #expect(try String(contentsOfFile: path, encoding: .utf8) == (isKept ? "old\n" : ""))
    }

    @Test("compresses a file that zcat reads, also when it was added to")
    func compressed() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("log.gz")
        for word in ["first", "second"] {
            let router = LogRouter()
            try router.openFile("file", path: path, groups: [try group("info")], appends: true, isCompressed: true)
            router.log(.info, word)
            router.flush()
        }

        let zcat = try await ChildProcess.run(["zcat", path], in: folder.path)

        #expect(zcat.standardOutput.matches(of: /[0-9]{10} I (first|second)\n/).count == 2)
    }

    @Test("zcat shows what a compressed file holds while it is written to")
    func compressedWhileOpen() async throws {
        let folder = try TemporaryFolder("logs")
        let path = folder.path("log.gz")
        let router = LogRouter()
        try router.openFile("file", path: path, groups: [try group("info")], appends: true, isCompressed: true)
        router.log(.info, "first")
        router.log(.info, "second")
        router.flush()

        // It complains of the end that is not there yet, and answers 1.
        let zcat = try await ChildProcess.run(["zcat", path], in: folder.path)

        #expect(zcat.standardOutput.matches(of: /[0-9]{10} I (first|second)\n/).count == 2)
        withExtendedLifetime(router) {}
    }

    @Test("says which file cannot be opened and why")
    func unopenable() throws {
        let router = LogRouter()

        let error = #expect(throws: LogFileFailure.self) {
            try router.openFile("file", path: "/nonexistent/log", groups: [])
        }

        #expect(error?.description == "/nonexistent/log: No such file or directory")
    }

    @Test("brings what the engine logs to the subject of its label")
    func bridge() throws {
        let (router, lines) = router([try group("debug")])

        router.logger("swarm.tracker.http").warning("no answer", metadata: ["torrent": "0123"])
        router.logger("swarm.engine").info("listening")
        router.flush()

        #expect(lines.all == ["tracker_warn: no answer torrent=0123", "torrent_info: listening"])
    }

    @Test("makes no message that nobody listens to")
    func quiet() throws {
        let (router, _) = router([try group("warn")])
        let logger = router.logger("swarm.engine")
        let made = Atomic<Int>(0)

        logger.debug("\(made.add(1, ordering: .relaxed).newValue)")
        logger.error("\(made.add(1, ordering: .relaxed).newValue)")

        #expect(made.load(ordering: .relaxed) == 1)
    }
}
