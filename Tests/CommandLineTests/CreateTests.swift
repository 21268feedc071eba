import Foundation
import Glibc
import Metainfo
import TestKit
import Testing

@Suite("swarm create")
struct CreateTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func create(_ arguments: String..., environment: [String: String] = [:]) async throws -> ChildProcess {
        try await SwarmExecutable.run(["create"] + arguments, in: folder.path, environment: environment)
    }

    private func made(_ name: String = "data.torrent") throws -> MetainfoFile {
        try MetainfoFile.decode(folder.read(name))
    }

    /// A folder with what folders have: nesting, empty files, odd names, links, the order traps of `.` and `/`.
    private func makeTree() throws {
        for (index, name) in [
            "sub/a", "sub.txt", "sub-x", "B", "b", ".hidden", "sp ace", "quo\"te", "back\\slash", "ünï",
            "sub/deep/er/x",
            "100%", "-dash", "e\u{301}",
        ].enumerated() {
            try folder.write([UInt8](repeating: UInt8(index), count: 1 + index * 7919), to: "data/\(name)")
        }
        try folder.write([], to: "data/empty")
        _ = try folder.makeFolder("data/nothing/here")
        try #require(symlink("sub", folder.path("data/link-to-folder")) == 0)
        try #require(symlink("B", folder.path("data/link-to-file")) == 0)
    }

    // MARK: Beside mktorrent

    @Test(
        "an odd folder becomes the same torrent as mktorrent's",
        .enabled(if: ChildProcess.isInstalled("mktorrent"), "mktorrent is not installed: apt install mktorrent"),
        arguments: ["data", "data/", "./data", "data/sub/", "data/link-to-folder", "data/link-to-file"])
    func asMktorrent(target: String) async throws {
        try makeTree()
        let flags = ["-d", "-l", "15", "-a", "http://a.invalid/,udp://b.invalid:1", "-c", "", "-s", ""]

        try await ChildProcess.run(["mktorrent"] + flags + ["-o", "theirs", target], in: folder.path).requireSuccess()
        try await SwarmExecutable.run(
            ["create", "--no-created-by"] + flags + ["-o", "ours", target], in: folder.path
        ).requireSuccess()

        let creator = Data("10:created by13:mktorrent 1.1".utf8)
        var theirs = Data(try folder.read("theirs"))
        theirs.removeSubrange(try #require(theirs.range(of: creator)))
        #expect(try folder.read("ours") == [UInt8](theirs))
    }

    // MARK: What is written

    @Test("writes <name>.torrent here, the same on each run without a date and on any number of threads")
    func deterministic() async throws {
        try makeTree()

        try await create("-d", "data").requireSuccess()
        for threads in ["1", "2", "5", "0"] {
            try await create("-d", "-t", threads, "-o", "t\(threads).torrent", "data/").requireSuccess()
        }

        let first = try folder.read("data.torrent")
        for threads in ["1", "2", "5", "0"] { #expect(try folder.read("t\(threads).torrent") == first) }
        #expect(try made().creationDate == nil)
        #expect(try made().info.files.entries.map(\.relativePath).contains("link-to-folder/deep/er/x"))
    }

    @Test("takes the date from --date, else from SOURCE_DATE_EPOCH, else from the clock")
    func dates() async throws {
        try folder.write([1], to: "data")
        let before = Int64(time(nil))

        try await create("data").requireSuccess()
        try await create("data", "-o", "b", environment: ["SOURCE_DATE_EPOCH": "1234567890"]).requireSuccess()
        try await create("data", "-o", "c", "--date", "5", environment: ["SOURCE_DATE_EPOCH": "1"]).requireSuccess()
        try await create("data", "-o", "d", "-d", environment: ["SOURCE_DATE_EPOCH": "1"]).requireSuccess()

        let written = try made().creationDate
        #expect(written.map { before <= $0 && $0 <= Int64(time(nil)) } == true)
        #expect(try made("b").creationDate == 1_234_567_890)
        #expect(try made("c").creationDate == 5)
        #expect(try made("d").creationDate == nil)
    }

    @Test("names who made it unless told not to, and adds a key of its own for -x")
    func extras() async throws {
        try folder.write([1], to: "data")

        try await create("data", "-d", "-x").requireSuccess()
        try await create("data", "-d", "-x", "-o", "b", "--no-created-by").requireSuccess()

        #expect(try made().createdBy?.hasPrefix("swarm ") == true)
        #expect(try made("b").createdBy == nil)
        let (one, other) = (try made().infoHash, try made("b").infoHash)
        #expect(one != other)
    }

    @Test("leaves out what is excluded, by commas and by repeating")
    func excludes() async throws {
        for name in ["a.txt", "a.tmp", "b.bak", "c/x.tmp", "c/x"] { try folder.write([1], to: "data/\(name)") }

        try await create("data", "-e", "*.tmp,*.bak", "--exclude", "a.*").requireSuccess()

        #expect(try made().info.files.entries.map(\.relativePath) == ["c/x"])
    }

    @Test("takes values that are joined to their letter or begin with a dash")
    func spellings() async throws {
        try folder.write([1], to: "data")

        try await create("-l18", "-c-dash", "-n-name", "-s", "-source", "-ahttp://a.invalid/", "-dp", "-oout", "data")
            .requireSuccess()

        let torrent = try made("out")
        #expect(torrent.info.pieceLength == 1 << 18)
        #expect(torrent.comment == "-dash")
        #expect(torrent.info.name == "-name")
        #expect(torrent.info.source == "-source")
        #expect(torrent.tiers == [["http://a.invalid/"]])
        #expect(torrent.info.isPrivate)
    }

    @Test("a folder named by a dot has its real name")
    func dot() async throws {
        try folder.write([1], to: "data/a")

        try await SwarmExecutable.run(["create", "."], in: folder.path("data")).requireSuccess()

        #expect(try made("data/data.torrent").info.name == "data")
    }

    @Test("the output is no part of the torrent that lies in its own folder, and is overwritten only by force")
    func outputInside() async throws {
        try folder.write([1], to: "data/a")

        for _ in 0..<2 {
            try await create("-f", "-o", "data/x.torrent", "data").requireSuccess()
        }

        #expect(try made("data/x.torrent").info.files.entries.map(\.relativePath) == ["a"])
    }

    @Test("writes the torrent to standard output, and nothing else there")
    func standardOutput() async throws {
        try folder.write([1], to: "data")

        let piped = try await ChildProcess.run(
            ["/bin/sh", "-c", "\"$0\" create -v -d -o - data > out", SwarmExecutable.path], in: folder.path)
        try await create("-d", "data").requireSuccess()

        try piped.requireSuccess()
        #expect(try folder.read("out") == folder.read("data.torrent"))
    }

    @Test("tells what it made as JSON")
    func json() async throws {
        try folder.write([1, 2, 3], to: "data")

        let child = try await create("--json", "-d", "-a", "http://a.invalid/", "data")

        try child.requireSuccess()
        let object = try #require(JSONSerialization.jsonObject(with: Data(child.standardOutput.utf8)) as? [String: Any])
        #expect(object["output"] as? String == "data.torrent")
        let hash = try made().infoHash?.hex
        #expect(object["info_hash"] as? String == hash)
        #expect(object["total_size"] as? Int == 3)
        #expect(object["creation_date"] is NSNull)
    }

    // MARK: What goes wrong

    struct Refusal: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let arguments: [String]
        let status: Int32
        let says: String
    }

    static let refusals = [
        Refusal(testDescription: "no target", arguments: [], status: 64, says: "target"),
        Refusal(testDescription: "two targets", arguments: ["data", "data"], status: 64, says: "data"),
        Refusal(testDescription: "missing target", arguments: ["nope"], status: 66, says: "nope: not found"),
        Refusal(testDescription: "unknown flag", arguments: ["-z", "data"], status: 64, says: "-z"),
        Refusal(testDescription: "piece length", arguments: ["-l", "13", "data"], status: 64, says: "power of two"),
        Refusal(testDescription: "empty tracker", arguments: ["-a", "", "data"], status: 64, says: "empty"),
        Refusal(testDescription: "name with a slash", arguments: ["-n", "a/b", "data"], status: 64, says: "slash"),
        Refusal(testDescription: "empty name", arguments: ["-n", "", "data"], status: 64, says: "empty"),
        Refusal(testDescription: "two dates", arguments: ["-d", "--date", "1", "data"], status: 64, says: "--date"),
        Refusal(testDescription: "threads", arguments: ["-t", "-1", "data"], status: 64, says: "-t"),
        Refusal(testDescription: "existing output", arguments: ["-o", "taken", "data"], status: 73, says: "--force"),
        Refusal(testDescription: "no folder", arguments: ["-o", "no/x", "data"], status: 73, says: "No such file"),
        Refusal(
            testDescription: "folder as output", arguments: ["-o", "full", "-f", "data"], status: 73, says: "full"),
        Refusal(testDescription: "empty folder", arguments: ["void"], status: 65, says: "no file in this folder"),
        Refusal(testDescription: "empty file", arguments: ["zero"], status: 65, says: "not one byte"),
        Refusal(testDescription: "all excluded", arguments: ["-e", "*", "full"], status: 65, says: "no file"),
        Refusal(testDescription: "pipe", arguments: ["pipes"], status: 65, says: "is a pipe"),
        Refusal(testDescription: "link loop", arguments: ["loop"], status: 65, says: "leads back"),
        Refusal(testDescription: "odd name", arguments: ["odd"], status: 65, says: "control character"),
    ]

    @Test("says what is wrong and leaves no file behind", arguments: refusals)
    func refuses(example: Refusal) async throws {
        try folder.write([1], to: "data")
        try folder.write([9], to: "taken")
        try folder.write([], to: "zero")
        try folder.write([1], to: "full/a")
        try folder.write([1], to: "odd/a\nb")
        try folder.write([1], to: "loop/a")
        _ = try folder.makeFolder("void/void")
        _ = try folder.makeFolder("pipes")
        try #require(mkfifo(folder.path("pipes/pipe"), 0o600) == 0)
        try #require(symlink(".", folder.path("loop/again")) == 0)
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).count

        let child = try await SwarmExecutable.run(["create"] + example.arguments, in: folder.path)

        #expect(child.exitStatus == example.status, "\(child.report)")
        #expect(child.standardError.contains(example.says), "\(child.report)")
        #expect(child.standardOutput.isEmpty)
        #expect(try folder.read("taken") == [9])
        // The two files of the child's own output are new.
        let after = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(after.count == before + 2, "\(after)")
    }

    @Test("draws one line in place on a terminal", .enabled(if: ChildProcess.isInstalled("script")))
    func terminal() async throws {
        let size = 64 << 20
        try folder.write([], to: "data")
        truncate(folder.path("data"), off_t(size))

        let child = try await ChildProcess.run(
            ["script", "-qec", "\(SwarmExecutable.path) create --progress bar -t 1 data", "/dev/null"], in: folder.path)

        try child.requireSuccess()
        let lines = child.standardOutput.split(separator: "\n")
        #expect(lines.count == 1, "\(child.report)")
        #expect(lines.last?.contains("data.torrent: 64.0 MiB") == true)
    }
}
