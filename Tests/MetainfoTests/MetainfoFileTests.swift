import Bencode
import Crypto
import Metainfo
import TestKit
import Testing

@Suite("A torrent file")
struct MetainfoFileTests {
    @Test("of one file is read with its pieces")
    func singleFile() throws {
        let sample = SampleTorrent(count: 40_000, trackers: [["http://127.0.0.1:1/announce"]])

        let torrent = try MetainfoFile.decode(sample.metainfo)

        #expect(torrent.info.name == "sample.bin")
        #expect(torrent.info.version == .v1)
        #expect(torrent.info.isSingleFile)
        #expect(torrent.info.layout.pieceCount == 3)
        #expect(torrent.info.pieceHashes?.count == 3)
        #expect(torrent.info.files.entries == [FileEntry(path: ["sample.bin"], length: 40_000, offset: 0)])
        #expect(torrent.tiers == [["http://127.0.0.1:1/announce"]])
        #expect(torrent.infoHash != nil)
        #expect(torrent.infoHashV2 == nil)
        #expect(torrent.warnings.isEmpty)
    }

    private static let alignedFiles = [
        "a.txt 100 @0", "b.bin 50000 @16384", "disc/c.bin 70000 @81920 executable", "disc/deep/d.bin 16384 @163840",
        "empty 0 @180224", "link 0 @180224 executable -> disc/c.bin",
    ]

    private static let foreign: [ForeignReading] = [
        .init(
            name: "libtorrent, v1, folder", bytes: ForeignTorrents.albumV1, version: .v1,
            v1: "bc0b3cc3a90eda1f9444422dec0387afe5ae225b", v2: nil, pieces: 9,
            files: [
                "disc/c.bin 70000 @0 executable", "disc/deep/d.bin 16384 @70000", "b.bin 50000 @86384",
                "empty 0 @136384", "link 0 @136384 executable -> disc/c.bin", "a.txt 100 @136384",
            ]),
        .init(
            name: "libtorrent, v2, folder", bytes: ForeignTorrents.albumV2, version: .v2, v1: nil,
            v2: "25da7945ed8b80e4e466010a8f38313783b3f4bddbd709abf139d34800aacea1", pieces: 11, files: alignedFiles),
        .init(
            name: "libtorrent, hybrid, folder", bytes: ForeignTorrents.albumHybrid, version: .hybrid,
            v1: "3cc2476af4cd141164259de60622207c2e71708d",
            v2: "2ef42b6b4dcfe82608ec1d4b34a9ac78b96f5387155c1bd42fda5b72d3f8dc23", pieces: 11, files: alignedFiles),
        .init(
            name: "libtorrent, v2, file", bytes: ForeignTorrents.threeV2, version: .v2, v1: nil,
            v2: "efac32df6904bd8d0f89f7a84bafe66918f1df2618a186626b276943915ce90a", pieces: 6,
            files: ["three.bin 81921 @0"]),
        .init(
            name: "libtorrent, v2, file, wide pieces", bytes: ForeignTorrents.threeV2Wide, version: .v2, v1: nil,
            v2: "e862e07cb0e03df8765130367e398d63855483d7bfc378c643dfa42574dfc523", pieces: 3,
            files: ["three.bin 81921 @0"]),
        .init(
            name: "libtorrent, hybrid, file", bytes: ForeignTorrents.threeHybrid, version: .hybrid,
            v1: "6518acd8f89d5703d884cdaec17b18383b0b3c6e",
            v2: "366bc65570d073900477e78580dc3d679b90881c1ad5b75c8215c207f8d8f4a6", pieces: 6,
            files: ["three.bin 81921 @0"]),
        .init(
            name: "mktorrent, folder", bytes: ForeignTorrents.mktorrent, version: .v1,
            v1: "598fec6fc89c30652c92fa3917ef7b73f4366129", v2: nil, pieces: 7,
            files: [
                "a.txt 100 @0", "b.bin 50000 @100", "disc/c.bin 70000 @50100", "disc/deep/d.bin 16384 @120100",
                "empty 0 @136484", "link 70000 @136484",
            ]),
    ]

    @Test("of another program is read as that program reads it", arguments: foreign)
    func foreignTorrents(foreign: ForeignReading) throws {
        let torrent = try MetainfoFile.decode(foreign.bytes)

        #expect(torrent.info.version == foreign.version)
        #expect(torrent.infoHash?.hex == foreign.v1)
        #expect(torrent.infoHashV2?.hex == foreign.v2)
        #expect(torrent.info.pieceCount == foreign.pieces)
        #expect(torrent.info.files.entries.filter { !$0.isPadding }.map(Self.text) == foreign.files)
        #expect(torrent.warnings.isEmpty)
    }

    private static func text(_ entry: FileEntry) -> String {
        var text = "\(entry.relativePath) \(entry.length) @\(entry.offset)"
        if entry.isExecutable { text += " executable" }
        if let target = entry.symlinkTarget { text += " -> " + target.joined(separator: "/") }
        return text
    }

    @Test("gives trackers by tiers, web seeds, privacy, source and dates")
    func outerFields() throws {
        let torrent = try MetainfoFile.decode(ForeignTorrents.mktorrent)

        #expect(torrent.tiers == [["http://127.0.0.1:6969/announce", "http://b.example/a"], ["udp://c.example:1/a"]])
        #expect(torrent.webSeeds == ["http://seed.example/"])
        #expect(torrent.info.isPrivate)
        #expect(torrent.info.source == "SRC")
        #expect(torrent.comment == "a comment")
        #expect(torrent.createdBy == "mktorrent 1.1")
        #expect(torrent.creationDate != nil)
    }

    @Test("is hashed over the bytes of info as they came, whatever their order and unknown keys")
    func exactBytes() throws {
        let pieces = String(repeating: "x", count: 20)
        let info = "d6:pieces20:\(pieces)4:zoneli1ei2ee6:lengthi5e12:piece lengthi16384e4:name1:fe"
        let bytes = Array("d3:odd3:key4:info\(info)e".utf8)

        let torrent = try MetainfoFile.decode(bytes)

        #expect(torrent.infoHash == InfoHash(bytes: Array(Insecure.SHA1.hash(data: Array(info.utf8)))))
        #expect(Array(torrent.infoBytes) == Array(info.utf8))
        #expect(torrent.dictionary?["odd"]?.text == "key")
        #expect(torrent.dictionary?["info"]?["zone"]?.list?.count == 2)
        #expect(torrent.warnings.count == 2)
    }

    @Test("may end with a line break, but with nothing else")
    func lineBreakBehind() throws {
        let bytes = SampleTorrent(count: 100).metainfo

        let torrent = try MetainfoFile.decode(bytes + Array("\r\n".utf8))

        #expect(try torrent.infoHash == MetainfoFile.decode(bytes).infoHash)
        #expect(torrent.warnings.count == 1)
        #expect(throws: MetainfoError.self) { try MetainfoFile.decode(bytes + Array("\n ".utf8)) }
    }

    @Test("needs no names for its padding")
    func namelessPadding() throws {
        var sample = SampleTorrent(name: "folder", files: [.init("a", content: [1]), .init("b", content: [2])])
        sample.value["info"]?["files"] = [["length": 1, "path": ["a"]], ["length": 1, "attr": "p"]]

        let files = try MetainfoFile.decode(sample.metainfo).info.files

        #expect(files.entries.map(\.isPadding) == [false, true])
        #expect(files.contentLength == 1)
    }

    @Test("that has oddities outside info is taken with a warning for each")
    func warnings() throws {
        var sample = SampleTorrent(count: 100)
        sample.value["creation date"] = "yesterday"
        sample.value["comment"] = .string([0x63, 0xff])
        sample.value["created by"] = 7
        sample.value["nodes"] = [["router.example", 6881], ["no port"], 5, ["::1", 70000]]
        sample.value["url-list"] = "http://seed.example/\u{1b}[31m"

        let torrent = try MetainfoFile.decode(sample.metainfo)

        #expect(torrent.creationDate == nil)
        #expect(torrent.comment == "c\u{fffd}")
        #expect(torrent.createdBy == nil)
        #expect(torrent.nodes.map(\.host) == ["router.example"])
        #expect(torrent.webSeeds.isEmpty)
        #expect(torrent.warnings.count == 7)
        #expect(torrent.warnings.allSatisfy { !$0.utf8.contains { $0 < 0x20 } })
    }

    @Test(
        "is private for any flag but zero",
        arguments: [(0, false), (1, true), (2, true), ("1", true), ("0", false)] as [(BencodeValue, Bool)])
    func privateFlag(flag: BencodeValue, isPrivate: Bool) throws {
        var sample = SampleTorrent(count: 100)
        sample.value["info"]?["private"] = flag

        #expect(try MetainfoFile.decode(sample.metainfo).info.isPrivate == isPrivate)
    }

    @Test("knows the hash of each piece")
    func pieceHashes() throws {
        let sample = SampleTorrent(count: 40_000)
        let hashes = try #require(MetainfoFile.decode(sample.metainfo).info.pieceHashes)

        for piece in 0..<3 {
            let content = sample.stream[piece * 16384..<min(40_000, (piece + 1) * 16384)]
            let digest = try #require(SHA1Digest(bytes: Array(Insecure.SHA1.hash(data: content))))
            #expect(hashes.matches(piece: piece, digest: digest))
            #expect(!hashes.matches(piece: (piece + 1) % 3, digest: digest))
        }
    }
}

/// What another program says about its own torrent.
struct ForeignReading: CustomTestStringConvertible, Sendable {
    let name: String
    let bytes: [UInt8]
    let version: Info.Version
    let v1: String?
    let v2: String?
    let pieces: Int
    let files: [String]
    var testDescription: String { name }
}
