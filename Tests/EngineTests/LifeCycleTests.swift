import Dispatch
import Engine
import Glibc
import Metainfo
import Storage
import SwarmCore
import TestKit
import Testing

/// The stages of a torrent, and what may be said to it in each.
@Suite("Life cycle of a torrent")
struct LifeCycleTests {
    private let neighbourhood: Neighbourhood
    private let sample: SampleTorrent
    private let metainfo: MetainfoFile
    private let witness = Witness()

    init() throws {
        neighbourhood = try Neighbourhood()
        // Enough pieces for the torrent file to be one that need not be kept.
        sample = SampleTorrent(name: "data.bin", count: 150 * 16384 + 5, pieceLength: 16384, seed: 11)
        metainfo = try MetainfoFile.decode(sample.metainfo)
    }

    /// One that listens nowhere.
    private func engine() -> TorrentEngine {
        var configuration = EngineConfiguration(peerID: .generate())
        configuration.bindAddresses = ["127.0.0.1"]
        return TorrentEngine(configuration: configuration) { [witness] in witness.note($0, $1) }
    }

    private func waitUntil(_ stage: TorrentStage, _ torrent: Torrent) async throws {
        try await eventually("the stage is \(stage)", context: { "it is \(torrent.stage)" }) { torrent.stage == stage }
    }

    @Test("goes up stage by stage and down again, whether the engine listens or not")
    func goesUpAndDown() async throws {
        let engine = engine()
        let options = TorrentOptions(directory: try neighbourhood.lay(sample, in: "seed"))

        let torrent = try engine.insert(metainfo, options: options)
        #expect(torrent.stage == .closed)
        torrent.open()
        #expect(torrent.stage == .open)
        #expect(torrent.verifiedPieces() == nil)
        torrent.check(.full)
        try await waitUntil(.ready, torrent)
        #expect(torrent.verifiedPieces()?.isAllSet == true)
        #expect(torrent.hashedPieces == 151)
        torrent.activate()
        #expect(torrent.stage == .active)
        #expect(torrent.availability()?.count == 151)
        torrent.deactivate()
        #expect(torrent.stage == .ready)
        #expect(torrent.gauges.figures.left == 0)
        torrent.close()
        #expect(torrent.stage == .closed)
        #expect(torrent.hashedPieces == 0)
        #expect(torrent.verifiedPieces() == nil)

        #expect(witness.events(of: torrent) == ["checked"])
        await engine.shutdown()
    }

    @Test("a verb that does not fit the stage does nothing")
    func ignoresWhatDoesNotFit() async throws {
        let engine = engine()
        let torrent = try engine.insert(
            metainfo, options: TorrentOptions(directory: try neighbourhood.folder.makeFolder("empty")))

        torrent.activate()
        torrent.deactivate()
        torrent.check(.full)
        #expect(torrent.stage == .closed)
        torrent.open()
        torrent.activate()
        torrent.deactivate()
        #expect(torrent.stage == .open)
        torrent.relocate(directory: neighbourhood.folder.path("elsewhere"), saveAs: nil)
        #expect(torrent.options.directory == neighbourhood.folder.path("empty"))

        await engine.shutdown()
        #expect(witness.events(of: torrent) == [])
    }

    @Test("any order of verbs from many threads leaves a torrent that still works")
    func survivesAnyOrder() async throws {
        let seeder = try await neighbourhood.engine(1)
        let leecher = try await neighbourhood.engine(2)
        let torrent = try seeder.insert(
            metainfo, options: TorrentOptions(directory: try neighbourhood.lay(sample, in: "seed")))
        let verbs: [@Sendable (Torrent) -> Void] = [
            { $0.open() }, { $0.close() }, { $0.check(.full) }, { $0.activate() }, { $0.deactivate() },
            { _ = $0.swarm },
            { _ = $0.verifiedPieces() }, { _ = $0.peers() }, { $0.setPriorities([.high]) },
            { $0.settings.priority = 3 },
            { $0.resumeData { _ in } },
        ]

        await withTaskGroup(of: Void.self) { tasks in
            for thread in 0..<4 {
                tasks.addTask {
                    var generator = SeededGenerator(seed: UInt64(thread))
                    for _ in 0..<150 { verbs.randomElement(using: &generator)?(torrent) }
                }
            }
        }
        torrent.close()
        torrent.open()
        torrent.check(.full)
        try await waitUntil(.ready, torrent)
        torrent.activate()
        let leech = try leecher.add(
            metainfo, options: TorrentOptions(directory: try neighbourhood.folder.makeFolder("leech")))
        try await eventually("the check is through") { leech.swarm != nil }
        await leech.add(peers: [try neighbourhood.address(of: seeder)])

        try await neighbourhood.waitUntilWhole(leech)
        #expect(try neighbourhood.folder.read("leech/data.bin") == sample.stream)
        await leecher.shutdown()
        await seeder.shutdown()
    }

    @Test("close ends a check that runs, and the next one in the queue begins")
    func closeEndsCheck() async throws {
        let engine = engine()
        let gate = DispatchSemaphore(value: 0)
        let bytes = sample.metainfo
        var options = TorrentOptions(directory: try neighbourhood.lay(sample, in: "seed"))
        // A check reads the torrent again first, and here it hangs in that.
        options.reload = {
            gate.wait()
            return try? MetainfoFile.decode(bytes)
        }
        let first = try engine.insert(metainfo, options: options)
        let other = SampleTorrent(name: "other.bin", count: 40_000, seed: 4)
        let second = try engine.insert(
            try MetainfoFile.decode(other.metainfo),
            options: TorrentOptions(directory: try neighbourhood.lay(other, in: "other")))
        first.open()
        second.open()
        first.check(.full)
        try await eventually("it is being checked") { engine.figures.checking == 1 }
        second.check(.full)

        first.close()
        gate.signal()

        try await waitUntil(.ready, second)
        #expect(first.stage == .closed)
        #expect(witness.events(of: first) == [])
        #expect(witness.events(of: second) == ["checked"])
        try await eventually("nothing is being checked") { engine.figures.checking == 0 }
        await engine.shutdown()
    }

    @Test("a torrent that is forgotten can be taken in again at once, and stays closed itself")
    func forgets() async throws {
        let engine = engine()
        let options = TorrentOptions(directory: try neighbourhood.lay(sample, in: "seed"))
        let former = try engine.insert(metainfo, options: options)
        former.open()
        former.check(.full)
        try await waitUntil(.ready, former)
        former.activate()
        #expect(throws: EngineError.self) { _ = try engine.insert(metainfo, options: options) }

        engine.forget(former)
        let later = try engine.insert(metainfo, options: options)

        #expect(later.stage == .closed)
        former.open()
        #expect(former.stage == .closed)
        #expect(engine.allTorrents.count == 1)
        await engine.shutdown()
    }

    @Test("keeps neither bytes nor piece hashes of a torrent that can be read again, and works all the same")
    func worksWithoutBytes() async throws {
        let seeder = try await neighbourhood.engine(1)
        let leecher = try await neighbourhood.engine(2)
        let bytes = sample.metainfo
        var source = TorrentOptions.seed(try neighbourhood.lay(sample, in: "seed"))
        source.reload = { try? MetainfoFile.decode(bytes) }
        var target = TorrentOptions(directory: try neighbourhood.folder.makeFolder("leech"))
        target.reload = source.reload

        let seed = try seeder.add(metainfo, options: source)
        let leech = try leecher.add(metainfo, options: target)
        #expect(seed.metainfo.info.pieceHashes == nil)
        #expect(leech.wholeMetainfo()?.bytes == bytes)
        try await neighbourhood.waitUntilWhole(seed)
        try await eventually("the check is through") { leech.swarm != nil }
        await leech.add(peers: [try neighbourhood.address(of: seeder)])

        try await neighbourhood.waitUntilWhole(leech)
        #expect(try neighbourhood.folder.read("leech/data.bin") == sample.stream)
        await leecher.shutdown()
        await seeder.shutdown()
    }

    @Test("a torrent whose file is gone when it is needed again says so")
    func reloadFails() async throws {
        let engine = engine()
        var options = TorrentOptions(directory: try neighbourhood.lay(sample, in: "seed"))
        options.reload = { nil }
        let torrent = try engine.insert(metainfo, options: options)

        torrent.open()
        torrent.check(.full)

        try await eventually("the check has failed") { witness.events(of: torrent) == ["checkFailed"] }
        #expect(torrent.stage == .open)
        await engine.shutdown()
    }

    @Test("a disk that refuses takes the torrent out of its swarm, ready to try again")
    func storageFails() async throws {
        let engine = engine()
        let home = try neighbourhood.folder.makeFolder("leech")
        let torrent = try engine.insert(metainfo, options: TorrentOptions(directory: "\(home)/folder"))
        torrent.open()
        torrent.check(.full)
        try await waitUntil(.ready, torrent)
        try neighbourhood.folder.write([1], to: "leech/folder")

        torrent.activate()

        try await eventually("it is told") { witness.events(of: torrent) == ["checked", "storageFailed"] }
        #expect(torrent.stage == .ready)
        try #require(unlink("\(home)/folder") == 0)
        torrent.activate()
        #expect(torrent.stage == .active)
        await engine.shutdown()
    }

    @Test("refuses files larger than the limit")
    func refusesLargeFiles() async throws {
        let engine = engine()
        engine.limits.maxFileSize = 1 << 20
        let torrent = try engine.insert(
            metainfo, options: TorrentOptions(directory: try neighbourhood.lay(sample, in: "seed")))

        torrent.open()
        torrent.check(.full)

        try await eventually("the check has failed") { witness.events(of: torrent) == ["checkFailed"] }
        await engine.shutdown()
    }
}
