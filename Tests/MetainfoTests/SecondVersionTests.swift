import Bencode
import Metainfo
import TestKit
import Testing

@Suite("A v2 or hybrid torrent (BEP 52)")
struct SecondVersionTests {
    private static let three = ForeignTorrents.threeV2
    private static let album = ForeignTorrents.albumV2
    private static let hybrid = ForeignTorrents.albumHybrid
    private static let file = "three.bin"

    private static let cases: [RefusalCase] = [
        .init("no file tree", three, "info.file tree: found nothing") { $0["info"]?["file tree"] = nil },
        .init("empty file tree", three, "found no file") { $0["info"]?["file tree"] = [:] },
        .init("file tree a list", three, "info.file tree: found a list") { $0["info"]?["file tree"] = [] },
        .init("folder a string", three, "info.file tree/a: found a string") { $0["info"]?["file tree"]?["a"] = "x" },
        .init("file a string", three, "info.file tree/a: found a string") {
            $0["info"]?["file tree"]?["a"] = ["": "x"]
        },
        .init("tree is a file", three, "found an empty name") { $0["info"]?["file tree"]?[""] = ["length": 1] },
        .init("file and folder", three, "found a file that is a folder too") {
            $0["info"]?["file tree"]?[file]?["more"] = [:]
        },
        .init("piece length no power of two", three, "found 49152, wanted a power of two") {
            $0["info"]?["piece length"] = 49152
        },
        .init("piece length 8192", three, "found 8192, wanted a power of two") { $0["info"]?["piece length"] = 8192 },
        .init("piece length 0", three, "found 0, wanted a power of two") { $0["info"]?["piece length"] = 0 },
        .init("piece length -2^63", three, "wanted a power of two") { $0["info"]?["piece length"] = .integer(.min) },
        .init("other piece length", three, "bytes for \"three.bin\", wanted 3 hashes") {
            $0["info"]?["piece length"] = 32768
        },
        .init("no length", three, "length: found nothing") { $0["info"]?["file tree"]?[file]?[""]?["length"] = nil },
        .init("length below zero", three, "found -1") { $0["info"]?["file tree"]?[file]?[""]?["length"] = -1 },
        .init("length of 2^63-1", three, "pieces, wanted at most") {
            $0["info"]?["file tree"]?[file]?[""]?["length"] = .integer(.max)
        },
        .init("sizes that wrap", album, "sum up beyond 2^63-1") {
            $0["info"]?["file tree"]?["a.txt"]?[""]?["length"] = .integer(.max)
        },
        .init("other length", three, "wanted 5 hashes of 32") {
            $0["info"]?["file tree"]?[file]?[""]?["length"] = 81920
        },
        .init("no root", three, "pieces root: found nothing") {
            $0["info"]?["file tree"]?[file]?[""]?["pieces root"] = nil
        },
        .init("root of 31 bytes", three, "found 31 bytes, wanted 32") {
            $0["info"]?["file tree"]?[file]?[""]?["pieces root"] = .string([UInt8](repeating: 1, count: 31))
        },
        .init("root of zeros", three, "found zeros alone") {
            $0["info"]?["file tree"]?[file]?[""]?["pieces root"] = .string([UInt8](repeating: 0, count: 32))
        },
        .init("padding in the tree", three, "attr: found padding in v2") {
            $0["info"]?["file tree"]?[file]?[""]?["attr"] = "p"
        },
        .init("wrong root", three, "found none for \"three.bin\"") {
            $0["info"]?["file tree"]?[file]?[""]?["pieces root"] = .string([UInt8](repeating: 1, count: 32))
        },
        .init("no layers", three, "piece layers: found nothing") { $0["piece layers"] = nil },
        .init("layers a list", three, "piece layers: found a list") { $0["piece layers"] = [] },
        .init("empty layers", three, "found none for \"three.bin\"") { $0["piece layers"] = [:] },
        .init("layer with another hash", three, "do not make its pieces root") { changeLayer(&$0) { $0[0] ^= 1 } },
        .init("layer too long", three, "found 224 bytes") {
            changeLayer(&$0) { $0 += [UInt8](repeating: 0, count: 32) }
        },
        .init("layer too short", three, "found 160 bytes") { changeLayer(&$0) { $0.removeLast(32) } },
        .init("layer cut", three, "found 191 bytes") { changeLayer(&$0) { $0.removeLast() } },
        .init("other size in v1", hybrid, "found 101 bytes for \"a.txt\" in v1, wanted 100") {
            changeFile(&$0, 0) { $0["length"] = 101 }
        },
        .init("other name in v1", hybrid, "found \"b.txt\" in v1, wanted \"a.txt\"") {
            changeFile(&$0, 0) { $0["path"] = ["b.txt"] }
        },
        .init("a file less in v1", hybrid, "found 5 files in v1, wanted the 6 of v2") {
            changeFile(&$0, 0) { $0["attr"] = "p" }
        },
        .init("unaligned v1", hybrid, "wanted it at the start of a piece") {
            changeFile(&$0, 1) { $0["length"] = 16283 }
        },
        .init("other link target in v1", hybrid, "found another link target") {
            changeFile(&$0, 8) { $0["symlink path"] = ["a.txt"] }
        },
    ]

    @Test("that contradicts itself is refused with its cause", arguments: cases)
    func refusals(bad: RefusalCase) throws {
        var value = try BencodeDecoder().decode(bad.bytes).value
        bad.change(&value)

        let error = #expect(throws: MetainfoError.self) { try MetainfoFile.decode(BencodeEncoder.encode(value)) }

        #expect(error?.description.contains(bad.wanted) == true, "\(String(describing: error))")
    }

    @Test("whose names are out of order is refused, for pieces follow that order")
    func unsortedTree() throws {
        let root = String(repeating: "r", count: 32)
        let file = { (name: String) in "1:\(name)d0:d6:lengthi1e11:pieces root32:\(root)ee" }
        let torrent = { (tree: String) in
            Array("d4:infod9:file treed\(tree)e12:meta versioni2e4:name1:n12:piece lengthi16384eee".utf8)
        }

        #expect(try MetainfoFile.decode(torrent(file("a") + file("b"))).info.files.contentCount == 2)
        let error = #expect(throws: MetainfoError.self) { try MetainfoFile.decode(torrent(file("b") + file("a"))) }
        #expect(error?.description.contains("info.file tree/a: found out of order") == true)
    }

    @Test("proves every larger file's layer against its root")
    func layers() throws {
        let torrent = try MetainfoFile.decode(ForeignTorrents.albumV2)
        let layers = try #require(torrent.pieceLayers)

        let counts = torrent.info.files.entries.map { layers.layer(of: $0)?.count ?? 0 }

        #expect(counts.filter { $0 > 0 } == [4 * 32, 5 * 32])
    }

    @Test("without pieces of v1 has no v1 hash, and is called by the first bytes of its own")
    func networkHash() throws {
        let torrent = try MetainfoFile.decode(ForeignTorrents.threeV2)

        #expect(torrent.infoHash == nil)
        #expect(torrent.info.pieceHashes == nil)
        #expect(torrent.networkHash.hex == "efac32df6904bd8d0f89f7a84bafe66918f1df26")
    }

    @Test("carries padding that is on no disk")
    func padding() throws {
        let files = try MetainfoFile.decode(ForeignTorrents.albumHybrid).info.files

        #expect(files.entries.filter(\.isPadding).map(\.length) == [16284, 15536, 11920])
        #expect(files.contentLength == 136_484)
        #expect(files.contentCount == 6)
        #expect(files.totalLength == 180_224)
    }

    private static func changeLayer(_ value: inout BencodeValue, _ change: (inout [UInt8]) -> Void) {
        guard case .dictionary(var layers) = value["piece layers"], let key = layers.keys.first,
            case .string(var hashes) = layers[key]
        else { return }
        change(&hashes)
        layers[key] = .string(hashes)
        value["piece layers"] = .dictionary(layers)
    }

    private static func changeFile(_ value: inout BencodeValue, _ index: Int, _ change: (inout BencodeValue) -> Void) {
        guard case .list(var files) = value["info"]?["files"] else { return }
        change(&files[index])
        value["info"]?["files"] = .list(files)
    }
}
