import Bencode
import Foundation
import Metainfo
import TestKit
import Testing

@Suite("swarm show")
struct ShowTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static let sample: SampleTorrent = {
        var sample = SampleTorrent(
            name: "album", files: [.init("one.txt", content: [1, 2, 3]), .init("disc", "two.bin", content: [4, 5])],
            trackers: [["http://a.example/announce", "http://b.example/announce"], ["udp://c.example:1/announce"]])
        sample.value["comment"] = "for tests"
        return sample
    }()

    private func show(_ arguments: String...) async throws -> ChildProcess {
        try await SwarmExecutable.run(["show"] + arguments, in: folder.path)
    }

    @Test("prints every key as JSON, null for what the torrent does not say")
    func json() async throws {
        let path = try folder.write(Self.sample.metainfo, to: "album.torrent")

        let child = try await show("--json", path)

        try child.requireSuccess()
        let object = try #require(JSONSerialization.jsonObject(with: Data(child.standardOutput.utf8)) as? [String: Any])
        let torrent = try MetainfoFile.decode(Self.sample.metainfo)
        #expect(object["info_hash"] as? String == torrent.infoHash?.hex)
        #expect(object["info_hash_v2"] is NSNull)
        #expect(object["name"] as? String == "album")
        #expect(object["total_size"] as? Int == 5)
        #expect(object["piece_length"] as? Int == 16384)
        #expect(object["num_files"] as? Int == 2)
        #expect(
            (object["files"] as? [[String: Any]])?.map { $0["path"] as? String } == [
                "album/one.txt", "album/disc/two.bin",
            ])
        #expect((object["trackers"] as? [String])?.count == 3)
        #expect((object["tiers"] as? [[String]])?.map(\.count) == [2, 1])
        #expect((object["web_seeds"] as? [String])?.isEmpty == true)
        #expect(object["private"] as? Bool == false)
        #expect(object["comment"] as? String == "for tests")
        #expect(object["created_by"] is NSNull)
        #expect(object["creation_date"] is NSNull)
        #expect(object["magnet"] as? String == torrent.magnet.description)
    }

    @Test("gives people the facts, tiers and files")
    func overview() async throws {
        let path = try folder.write(Self.sample.metainfo, to: "album.torrent")

        let child = try await show(path)

        try child.requireSuccess()
        let text = child.standardOutput
        for part in [
            "5 B in 2 files", "for tests", "1.  http://a.example/announce", "2.  udp://c.example", "    two.bin  2 B",
        ] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test("prints one thing alone when asked", arguments: ["--magnet", "--files", "--trackers", "--hash"])
    func oneThing(flag: String) async throws {
        let path = try folder.write(Self.sample.metainfo, to: "album.torrent")
        let torrent = try MetainfoFile.decode(Self.sample.metainfo)
        let wanted = [
            "--magnet": "\(torrent.magnet)\n", "--files": "3\talbum/one.txt\n2\talbum/disc/two.bin\n",
            "--hash": "\(torrent.infoHash?.hex ?? "")\n",
            "--trackers": "http://a.example/announce\nhttp://b.example/announce\n\nudp://c.example:1/announce\n",
        ]

        let child = try await show(flag, path)

        try child.requireSuccess()
        #expect(child.standardOutput == wanted[flag])
    }

    @Test(
        "never prints a control character of a stranger",
        arguments: [[], ["--json"], ["--files"], ["--magnet"], ["--trackers"]])
    func controlCharacters(flags: [String]) async throws {
        let evil = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\r"
        var sample = SampleTorrent(
            name: "n", files: [.init("a" + evil, content: [1]), .init(evil, "/" + evil, content: [2])])
        sample.value["info"]?["name"] = BencodeValue("name" + evil)
        sample.value["info"]?["source"] = BencodeValue(evil)
        for key in ["comment", "created by", "announce", "url-list"] {
            sample.value[key] = BencodeValue("http://" + evil)
        }
        let path = try folder.write(sample.metainfo, to: "evil.torrent")

        let child = try await SwarmExecutable.run(["show"] + flags + [path], in: folder.path)

        try child.requireSuccess()
        let scalars = child.standardOutput.unicodeScalars.filter { $0 != "\n" && $0 != "\t" }
        #expect(scalars.allSatisfy { $0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value) && $0.value != 0x202e })
    }

    @Test(
        "ends with 65 and one line for a bad torrent",
        arguments: [
            ("", "byte 0: input ends, wanted a value"), ("<html>", "byte 0: found '<', wanted a value"),
            ("d4:infodee", "byte 7: info.piece length: found nothing, wanted an integer"),
            ("d4:infod6:pieces40:ab", "byte 16: found a string longer than the 2 bytes left, wanted a whole string"),
        ])
    func badTorrent(content: String, problem: String) async throws {
        let path = try folder.write(Array(content.utf8), to: "bad.torrent")

        let child = try await show(path)

        #expect(child.exitStatus == 65)
        #expect(child.standardError == "swarm: \(path): \(problem)\n")
        #expect(child.standardOutput.isEmpty)
    }

    @Test("ends with 66 when there is nothing to read", arguments: ["missing.torrent", ".", "/dev/zero"])
    func unreadable(path: String) async throws {
        let child = try await show(path)

        #expect(child.exitStatus == 66)
        #expect(child.standardError.hasPrefix("swarm: \(path): "))
        #expect(child.standardError.split(separator: "\n").count == 1)
    }

    @Test(
        "ends with 64 for a command line that makes no sense",
        arguments: [[], ["--bogus", "x"], ["--json", "--files", "x"]])
    func usage(arguments: [String]) async throws {
        let child = try await SwarmExecutable.run(["show"] + arguments, in: folder.path)

        #expect(child.exitStatus == 64)
    }
}
