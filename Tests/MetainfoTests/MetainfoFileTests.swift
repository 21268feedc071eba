import Bencode
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
        #expect(torrent.info.files.entries.map(\.path) == [["sample.bin"]])
        #expect(torrent.tiers == [["http://127.0.0.1:1/announce"]])
        #expect(torrent.infoHash != nil)
        #expect(torrent.infoHashV2 == nil)
        #expect(torrent.warnings.isEmpty)
    }
}
