import Metainfo
import TestKit
import Testing

@Suite("A damaged torrent file")
struct MetainfoDamageTests {
    private static let whole = [
        ForeignTorrents.albumHybrid, ForeignTorrents.albumV2, ForeignTorrents.threeV2Wide, ForeignTorrents.mktorrent,
        ForeignTorrents.albumV1,
    ]

    @Test("is refused when cut at any byte", arguments: [0, 1, 3])
    func truncation(index: Int) {
        let bytes = Self.whole[index]

        for end in 0..<bytes.count {
            #expect(throws: MetainfoError.self) { try MetainfoFile.decode(Array(bytes[..<end])) }
        }
    }

    @Test("is refused, or read into something sound", arguments: 0..<8 as Range<UInt64>)
    func mutations(seed: UInt64) {
        var mutation = Mutation(seed: seed)
        for round in 0..<2_500 {
            let bytes = mutation.damage(Self.whole[round % 5], splicing: Self.whole[(round / 5) % 5])
            do {
                try expectSound(MetainfoFile.decode(bytes), "seed \(seed), round \(round)")
            } catch {
                #expect(!error.description.utf8.contains { $0 < 0x20 }, "seed \(seed), round \(round)")
            }
        }
    }

    private func expectSound(_ torrent: MetainfoFile, _ place: Comment) {
        let info = torrent.info
        #expect(torrent.infoHash != nil || torrent.infoHashV2 != nil, place)
        #expect(info.layout.totalLength == info.files.totalLength, place)
        #expect(info.pieceHashes.map { $0.count == info.pieceCount } ?? true, place)
        var end: Int64 = 0
        for entry in info.files.entries {
            #expect(entry.offset == end && entry.length >= 0, place)
            end = entry.end
            for part in entry.path + (entry.symlinkTarget ?? []) + [info.name] {
                let isSafe =
                    !["", ".", ".."].contains(part) && !part.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
                #expect(isSafe && part.utf8.count <= 255, place)
            }
        }
        let paths = info.files.entries.filter { !$0.isPadding }.map(\.relativePath)
        #expect(Set(paths).count == paths.count, place)
        #expect(torrent.warnings.allSatisfy { !$0.utf8.contains { $0 < 0x20 } }, place)
    }
}
