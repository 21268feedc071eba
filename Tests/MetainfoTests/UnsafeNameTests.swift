import Bencode
import Metainfo
import TestKit
import Testing

@Suite("Names from strangers")
struct UnsafeNameTests {
    /// A torrent of one byte per path, whatever the path.
    private func torrent(_ paths: [[BencodeValue]], name: BencodeValue = "root") throws -> MetainfoFile {
        var sample = SampleTorrent(
            name: "root", files: paths.indices.map { .init("\($0)", content: [UInt8($0 % 256)]) })
        sample.value["info"]?["files"] = .list(paths.map { ["length": 1, "path": .list($0)] })
        sample.value["info"]?["name"] = name
        return try MetainfoFile.decode(sample.metainfo)
    }

    @Test(
        "that cannot be created below the folder are replaced, and it is said",
        arguments: [
            ([".."], ["__"], .dots), (["a", "..", "b"], ["a", "__", "b"], .dots), (["."], ["_"], .dots),
            ([""], ["_"], .empty), (["", "b"], ["_", "b"], .empty), (["/etc/passwd"], ["_etc_passwd"], .separator),
            (["a/../../b"], ["a_.._.._b"], .separator), (["a\u{0}b"], ["a_b"], .nul),
            ([.string([0x63, 0xe9])], ["c_"], .invalidUTF8),
            // Overlong forms of "/" and "..".
            ([.string([0x61, 0xc0, 0xaf, 0x62])], ["a__b"], .invalidUTF8),
            ([.string([0xc0, 0xae, 0xc0, 0xae])], ["____"], .invalidUTF8),
        ] as [([BencodeValue], [String], UnsafeName.Problem)])
    func replaced(raw: [BencodeValue], safe: [String], problem: UnsafeName.Problem) throws {
        let files = try torrent([["good"], raw]).info.files

        #expect(files.entries[1].path == safe)
        #expect(files.unsafeNames.map(\.problem) == [problem])
        #expect(files.unsafeNames.map(\.file) == [1])
        #expect(files.unsafeNames.map(\.replacement) == [safe.joined(separator: "/")])
    }

    @Test(
        "that are merely odd stay as they are",
        arguments: ["...", "..a", " ", "a\\b", "-rf", "new\nline", "\u{1b}[31m", "ünï", "日本.txt", "con", "a:b"])
    func kept(name: String) throws {
        let files = try torrent([[BencodeValue(name)], ["other"]]).info.files

        #expect(files.entries[0].path == [name])
        #expect(files.unsafeNames.isEmpty)
    }

    @Test("above 255 bytes are cut and keep their extension", arguments: [300, 100_000])
    func longComponent(count: Int) throws {
        let long = String(repeating: "ä", count: count / 2) + ".flac"
        let other = String(repeating: "ä", count: count / 2) + "b.flac"

        let files = try torrent([[BencodeValue(long)], [BencodeValue(other)]]).info.files

        let names = files.entries.map { $0.path[0] }
        #expect(names.allSatisfy { $0.utf8.count <= 255 && $0.hasSuffix(".flac") && $0.hasPrefix("ää") })
        #expect(names[0] != names[1])
        #expect(files.unsafeNames.map(\.problem) == [.componentTooLong, .componentTooLong])
    }

    @Test("of a thousand or a hundred thousand parts become short enough to open", arguments: [1_200, 100_000])
    func deepPath(count: Int) throws {
        let folders = [BencodeValue](repeating: "x", count: count)

        let files = try torrent([folders + ["end.txt"], folders + ["y", "end.txt"]]).info.files

        #expect(files.entries.allSatisfy { $0.path.count == 2 && $0.path[1] == "end.txt" })
        #expect(files.entries[0].path != files.entries[1].path)
        #expect(files.unsafeNames.map(\.problem) == [.pathTooLong, .pathTooLong])
    }

    @Test(
        "of the torrent itself are made safe too",
        arguments: [
            ("..", "__"), ("", "_"), ("/etc", "_etc"), (".", "_"), ("good", "good"), (.string([0xff]), "_"),
        ] as [(BencodeValue, String)])
    func torrentName(raw: BencodeValue, safe: String) throws {
        let info = try torrent([["a"], ["b"]], name: raw).info

        #expect(info.name == safe)
        #expect(info.files.unsafeNames.map(\.file) == (safe == "good" ? [] : [nil]))
    }

    @Test("in old code pages give way to the UTF-8 next to them")
    func utf8Fields() throws {
        var sample = SampleTorrent(name: "root", files: [.init("x", content: [1])])
        sample.value["info"]?["name"] = .string([0xe9])
        sample.value["info"]?["name.utf-8"] = "é"
        sample.value["info"]?["files"] = [["length": 1, "path": [.string([0xfc])], "path.utf-8": ["ü"]]]

        let info = try MetainfoFile.decode(sample.metainfo).info

        #expect(info.name == "é")
        #expect(info.files.entries[0].path == ["ü"])
        #expect(info.files.unsafeNames.isEmpty)
    }

    @Test(
        "that two files share are told apart, folders first",
        arguments: [
            ([["a"], ["a"], ["a"]], ["a", "a (2)", "a (3)"]),
            ([["a.txt"], ["a (2).txt"], ["a.txt"]], ["a.txt", "a (2).txt", "a (3).txt"]),
            ([["a"], ["a", "b"]], ["a (2)", "a/b"]),
            ([["a", "b"], ["a"]], ["a/b", "a (2)"]),
            ([["a", "b"], ["a", "b", "c"]], ["a/b (2)", "a/b/c"]),
            ([[".."], ["__"]], ["__", "__ (2)"]),
            ([["a"], ["A"]], ["a", "A"]),
        ] as [([[String]], [String])])
    func collisions(paths: [[String]], wanted: [String]) throws {
        let files = try torrent(paths.map { $0.map { BencodeValue($0) } }).info.files

        #expect(files.entries.map(\.relativePath) == wanted)
        #expect(Set(files.entries.map(\.relativePath)).count == paths.count)
    }

    @Test("show no control characters in what is said about them")
    func shownSafely() throws {
        let torrent = try torrent([["/\u{1b}[2J\u{202e}evil\n"], ["b"]])

        #expect(torrent.warnings.count == 1)
        #expect(torrent.warnings[0].contains("\\u{1b}[2J\\u{202e}evil\\u{a}"))
    }
}
