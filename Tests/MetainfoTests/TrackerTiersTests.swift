import Bencode
import Metainfo
import TestKit
import Testing

@Suite("Tracker tiers (BEP 12)")
struct TrackerTiersTests {
    private func torrent(_ announce: BencodeValue?, _ list: BencodeValue?) throws -> MetainfoFile {
        var sample = SampleTorrent(count: 100)
        sample.value["announce"] = announce
        sample.value["announce-list"] = list
        return try MetainfoFile.decode(sample.metainfo)
    }

    @Test(
        "come from announce-list, or else from announce",
        arguments: [
            ("http://a/", nil, [["http://a/"]]),
            ("http://a/", [["http://b/", "http://c/"], ["udp://d:1"]], [["http://b/", "http://c/"], ["udp://d:1"]]),
            ("http://a/", [], [["http://a/"]]), ("http://a/", [[]], [["http://a/"]]), (nil, nil, []), ("", nil, []),
            (" http://a/ \n", nil, [["http://a/"]]),
            (nil, ["http://a/", "http://b/"], [["http://a/"], ["http://b/"]]),
            (nil, [["http://a/"], ["http://a/", "http://b/"]], [["http://a/"], ["http://b/"]]),
        ] as [(BencodeValue?, BencodeValue?, [[String]])])
    func tiers(announce: BencodeValue?, list: BencodeValue?, wanted: [[String]]) throws {
        #expect(try torrent(announce, list).tiers == wanted)
    }

    @Test(
        "leave out what cannot be a URL, with a warning",
        arguments: [
            "http://a/\r\nX: y", "http://a b/", .string([0x68, 0xff]), 7, ["x"],
            BencodeValue("http://" + String(repeating: "a", count: 1_000_000)),
        ] as [BencodeValue])
    func unusable(url: BencodeValue) throws {
        let torrent = try torrent(url, nil)

        #expect(torrent.tiers.isEmpty)
        #expect(torrent.warnings.count == 1)
    }

    @Test("keep a thousand trackers and say how many are left out")
    func tooMany() throws {
        let list = BencodeValue.list((0..<100_000).map { [BencodeValue("http://\($0).example/")] })

        let torrent = try torrent(nil, list)

        #expect(torrent.tiers.count == 1000)
        #expect(torrent.warnings == ["announce-list: kept the first 1000 trackers, left out 99000"])
    }
}
