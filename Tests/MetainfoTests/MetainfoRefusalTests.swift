import Bencode
import Metainfo
import TestKit
import Testing

@Suite("A bad torrent file is refused with its cause:")
struct MetainfoRefusalTests {
    private static let badFiles: [RefusalCase] = [
        .init("no info", "info: found nothing, wanted a dictionary") { $0["info"] = nil },
        .init("info is a list", "info: found a list, wanted a dictionary") { $0["info"] = [] },
        .init("no name", "info.name: found nothing") { $0["info"]?["name"] = nil },
        .init("name is a number", "info.name: found an integer") { $0["info"]?["name"] = 5 },
        .init("no piece length", "info.piece length: found nothing") { $0["info"]?["piece length"] = nil },
        .init("piece length 0", "a piece length of 0") { $0["info"]?["piece length"] = 0 },
        .init("piece length -1", "a piece length of -1") { $0["info"]?["piece length"] = -1 },
        .init("piece length 1", "a piece length of 1,") { $0["info"]?["piece length"] = 1 },
        .init("piece length 2^32", "a piece length of 4294967296") { $0["info"]?["piece length"] = 4_294_967_296 },
        .init("piece length 2^63-1", "a piece length of 9223372036854775807") {
            $0["info"]?["piece length"] = .integer(.max)
        },
        .init("no pieces", "info.pieces: found nothing") { $0["info"]?["pieces"] = nil },
        .init("pieces a list", "info.pieces: found a list") { $0["info"]?["pieces"] = [] },
        .init("pieces of 59 bytes", "found 59 bytes, wanted a multiple of 20") {
            $0["info"]?["pieces"] = .string([UInt8](repeating: 0, count: 59))
        },
        .init("too few pieces", "found 2 hashes, wanted 3") {
            $0["info"]?["pieces"] = .string([UInt8](repeating: 0, count: 40))
        },
        .init("too many pieces", "found 4 hashes, wanted 3") {
            $0["info"]?["pieces"] = .string([UInt8](repeating: 0, count: 80))
        },
        .init("length below zero", "found a size of -1") { $0["info"]?["length"] = -1 },
        .init("length 0", "found no bytes in any file") {
            $0["info"]?["length"] = 0
            $0["info"]?["pieces"] = ""
        },
        .init("length of 2^63-1", "pieces, wanted at most 16777216") { $0["info"]?["length"] = .integer(.max) },
        .init("length a string", "info.length: found a string") { $0["info"]?["length"] = "5" },
        .init("neither length nor files", "wanted \"length\" or \"files\"") { $0["info"]?["length"] = nil },
        .init("length and files", "wanted one of the two") { $0["info"]?["files"] = [] },
        .init("meta version 3", "info.meta version: found 3, wanted 1 or 2") { $0["info"]?["meta version"] = 3 },
    ]

    private static let badFolders: [RefusalCase] = [
        .init("no file", "found an empty list") { $0["info"]?["files"] = [] },
        .init("files a dictionary", "info.files: found a dictionary") { $0["info"]?["files"] = [:] },
        .init("a file that is a string", "info.files[0]: found a string") { $0["info"]?["files"] = ["a"] },
        .init("a file without length", "info.files[0].length: found nothing") {
            $0["info"]?["files"] = [["path": ["a"]]]
        },
        .init("a file without path", "info.files[0].path: found nothing") { $0["info"]?["files"] = [["length": 1]] },
        .init("an empty path", "info.files[0].path: found an empty list") {
            $0["info"]?["files"] = [["length": 1, "path": []]]
        },
        .init("a path with a number", "info.files[1].path: found an integer, wanted a string") {
            $0["info"]?["files"] = [["length": 1, "path": ["a"]], ["length": 1, "path": ["b", 7]]]
        },
        .init("a path that is a string", "info.files[0].path: found a string") {
            $0["info"]?["files"] = [["length": 1, "path": "a"]]
        },
        .init("sizes that wrap to a small number", "sum up beyond 2^63-1") {
            $0["info"]?["files"] = [
                ["length": .integer(.max), "path": ["a"]], ["length": .integer(.max), "path": ["b"]],
                ["length": 1002, "path": ["c"]],
            ]
        },
    ]

    @Test("one file", arguments: badFiles)
    func singleFile(bad: RefusalCase) {
        var sample = SampleTorrent(count: 40_000)
        bad.change(&sample.value)

        expectRefusal(sample.metainfo, bad.wanted)
    }

    @Test("a folder", arguments: badFolders)
    func folder(bad: RefusalCase) {
        var sample = SampleTorrent(
            name: "folder", files: [.init("a", content: [1]), .init("b", content: [2])])
        bad.change(&sample.value)

        expectRefusal(sample.metainfo, bad.wanted)
    }

    @Test(
        "no dictionary at all",
        arguments: [
            ("", "input ends"), ("le", "found a list, wanted a dictionary"), ("i5e", "found an integer"),
            ("<html>", "byte 0: found '<'"), ("de", "info: found nothing"),
            ("d4:infodee", "info.piece length: found nothing"),
            ("d4:infode4:infodee", "a second time"), ("d4:infodeegarbage", "byte 10: found 7 bytes behind"),
        ])
    func noTorrent(text: String, wanted: String) {
        expectRefusal(Array(text.utf8), wanted)
    }

    @Test("nesting, in the torrent, in info and in a file tree", arguments: ["", "4:infod", "4:infod9:file treed"])
    func nesting(start: String) {
        let bytes = Array("d\(start)1:a".utf8) + [UInt8](repeating: UInt8(ascii: "l"), count: 1_000_000)

        expectRefusal(bytes, "nesting deeper than 64")
    }

    private func expectRefusal(_ bytes: [UInt8], _ wanted: String) {
        let error = #expect(throws: MetainfoError.self) { try MetainfoFile.decode(bytes) }
        let text = error?.description ?? ""
        #expect(text.contains(wanted), "\(text)")
        #expect(text.hasPrefix("byte "), "\(text)")
        #expect(error?.offset.map { (0...bytes.count).contains($0) } == true)
    }
}
