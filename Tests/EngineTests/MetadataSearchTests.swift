import Engine
import Metainfo
import SwarmCore
import Synchronization
import TestKit
import Testing

@Suite("Metadata search")
struct MetadataSearchTests {
    private let neighbourhood: Neighbourhood
    private let content: [UInt8]

    init() throws {
        neighbourhood = try Neighbourhood()
        var generator = SeededGenerator(seed: 61)
        content = generator.bytes(100_000)
    }

    @Test("gets a torrent that only its hash is known of from an engine that seeds it, and then the data")
    func fetches() async throws {
        let sample = SampleTorrent(name: "data.bin", files: [.init("data.bin", content: content)])
        let metainfo = try MetainfoFile.decode(sample.metainfo)
        let infoHash = try #require(metainfo.infoHash)
        let (seeder, leecher) = (try await neighbourhood.engine(1), try await neighbourhood.engine(2))
        let root = try neighbourhood.lay(sample, in: "seed")
        let seed = try seeder.add(metainfo, options: .seed(root))
        try await neighbourhood.waitUntilWhole(seed)
        let address = try neighbourhood.address(of: seeder)
        let found = Mutex<[UInt8]?>(nil)

        let search = leecher.fetchMetadata(infoHash: infoHash, tiers: [], peers: [address]) { bytes in
            found.withLock { $0 = bytes }
        }
        try await eventually("the dictionary is here") { found.withLock { $0 } != nil }
        search.stop()
        let info = try #require(found.withLock { $0 })
        let file = try MetainfoFile.decode(MetainfoFile.wrap(info: info, tiers: []))
        let folder = try neighbourhood.folder.makeFolder("leech")
        let leech = try leecher.add(file, options: TorrentOptions(directory: folder))
        try await eventually("the check is through") { leech.swarm != nil }
        await leech.add(peers: [address])
        try await neighbourhood.waitUntilWhole(leech)

        #expect(file.infoHash == infoHash)
        #expect(try neighbourhood.folder.read("leech/data.bin") == content)
        await leecher.shutdown()
        await seeder.shutdown()
    }
}
