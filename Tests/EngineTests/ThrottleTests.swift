import Engine
import Metainfo
import SwarmCore
import TestKit
import Testing

/// Limits over all torrents and named ones, changed while something moves.
@Suite("Throttles")
struct ThrottleTests {
    private let neighbourhood: Neighbourhood
    private let sample: SampleTorrent
    private let metainfo: MetainfoFile

    init() throws {
        neighbourhood = try Neighbourhood()
        sample = SampleTorrent(name: "data.bin", count: 2 << 20, pieceLength: 32768, seed: 21)
        metainfo = try MetainfoFile.decode(sample.metainfo)
    }

    /// A leecher that begins to fetch from a seeder.
    private func begin(
        _ seeder: TorrentEngine, configure: (Torrent) -> Void
    ) async throws -> (seed: Torrent, leech: Torrent, leecher: TorrentEngine) {
        let leecher = try await neighbourhood.engine(2)
        let seed = try seeder.add(metainfo, options: .seed(try neighbourhood.lay(sample, in: "seed")))
        configure(seed)
        let leech = try leecher.add(
            metainfo, options: TorrentOptions(directory: try neighbourhood.folder.makeFolder("leech")))
        try await neighbourhood.waitUntilWhole(seed)
        try await eventually("the check is through") { leech.swarm != nil }
        await leech.add(peers: [try neighbourhood.address(of: seeder)])
        return (seed, leech, leecher)
    }

    @Test("a group holds its torrents back until it is changed")
    func groupHoldsBack() async throws {
        let seeder = try await neighbourhood.engine(1)
        seeder.setThrottle("slow", maxUploadRate: 4096, maxDownloadRate: nil)
        let (seed, leech, leecher) = try await begin(seeder) { $0.settings.throttle = "slow" }
        try await eventually("a block has come") { seed.gauges.figures.uploaded > 0 }
        // At this rate all of it would take eight minutes.
        #expect(seed.gauges.figures.uploaded < 1 << 20)
        #expect(seeder.throttle("slow")?.maxUploadRate == 4096)

        seeder.setThrottle("slow", maxUploadRate: 0, maxDownloadRate: nil)

        try await neighbourhood.waitUntilWhole(leech)
        #expect(seeder.throttleNames == ["slow"])
        await leecher.shutdown()
        await seeder.shutdown()
    }

    @Test("the global limit holds back torrents of a group too, but not those of the group NULL")
    func globalLimit() async throws {
        let seeder = try await neighbourhood.engine(1) { $0.maxUploadRate = 4096 }
        seeder.setThrottle("fast", maxUploadRate: 0, maxDownloadRate: 0)
        let (seed, leech, leecher) = try await begin(seeder) { $0.settings.throttle = "fast" }
        try await eventually("a block has come") { seed.gauges.figures.uploaded > 0 }
        #expect(seed.gauges.figures.uploaded < 1 << 20)

        seed.settings.throttle = TorrentSettings.unthrottled

        try await neighbourhood.waitUntilWhole(leech)
        await leecher.shutdown()
        await seeder.shutdown()
    }

    @Test("a global limit that is lifted lets everything go")
    func liftsGlobalLimit() async throws {
        let seeder = try await neighbourhood.engine(1) { $0.maxUploadRate = 4096 }
        let (seed, leech, leecher) = try await begin(seeder) { _ in }
        try await eventually("a block has come") { seed.gauges.figures.uploaded > 0 }

        seeder.limits.maxUploadRate = 0

        try await neighbourhood.waitUntilWhole(leech)
        #expect(leecher.figures.downloaded >= Int64(sample.stream.count))
        await leecher.shutdown()
        await seeder.shutdown()
    }

    @Test("a group that nobody made is none")
    func unknownGroup() async throws {
        let engine = TorrentEngine(configuration: EngineConfiguration(peerID: .generate()))
        let torrent = try engine.insert(metainfo, options: TorrentOptions(directory: neighbourhood.folder.path))

        torrent.settings.throttle = "nobody"

        #expect(engine.throttle("nobody") == nil)
        #expect(engine.throttleNames == [])
        await engine.shutdown()
    }
}
