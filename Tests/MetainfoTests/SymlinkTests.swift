import Bencode
import Metainfo
import TestKit
import Testing

@Suite("Links in a torrent (BEP 47)")
struct SymlinkTests {
    private func files(_ link: BencodeValue, others: [BencodeValue] = []) throws -> FileList {
        var sample = SampleTorrent(name: "root", files: [.init("dir", "real", content: [1])])
        sample.value["info"]?["files"] = .list([["length": 1, "path": ["dir", "real"]], link] + others)
        return try MetainfoFile.decode(sample.metainfo).info.files
    }

    @Test("point below the folder and take up no bytes")
    func inside() throws {
        let files = try files(["length": 0, "path": ["link"], "attr": "l", "symlink path": ["dir", "real"]])

        #expect(files.entries[1].symlinkTarget == ["dir", "real"])
        #expect(files.totalLength == 1)
        #expect(files.unsafeNames.isEmpty)
    }

    @Test(
        "that would lead outside or to themselves become empty files",
        arguments: [
            ["..", "x"], ["dir", "..", "..", "x"], ["/etc/passwd"], ["", "etc"], ["link"], [], ["a/b"], ["."],
            ["a\u{0}"],
        ])
    func outside(target: [String]) throws {
        let files = try files([
            "length": 5, "path": ["link"], "attr": "l", "symlink path": .list(target.map { BencodeValue($0) }),
        ])

        #expect(files.entries[1].symlinkTarget == nil)
        #expect(!files.entries[1].attributes.contains(.symlink))
        #expect(files.entries[1].length == 0)
        #expect(files.unsafeNames.map(\.problem) == [.linkOutside])
    }

    @Test("are never a folder on the way to another file")
    func throughLink() throws {
        var other: BencodeValue = ["length": 1, "path": ["link", "file"]]
        other["length"] = 0
        let files = try files(
            ["path": ["link"], "attr": "l", "symlink path": ["dir"]], others: [other])

        #expect(files.entries[1].path == ["link (2)"])
        #expect(files.entries[2].path == ["link", "file"])
    }

    @Test("without a target are plain files")
    func noTarget() throws {
        let files = try files(["length": 0, "path": ["link"], "attr": "l"])

        #expect(files.entries[1].symlinkTarget == nil)
        #expect(files.entries[1].attributes.isEmpty)
    }
}
