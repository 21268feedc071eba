import Engine
import Metainfo
import NIOCore
import TestKit

/// An engine that seeds some torrents from a folder, for a server to download from.
final class SeedingEngine: Sendable {
    let engine: TorrentEngine
    let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder("seeds")
        var configuration = EngineConfiguration(peerID: .generate())
        configuration.bindAddresses = ["127.0.0.1"]
        configuration.portRange = 0...0
        engine = TorrentEngine(configuration: configuration)
        try await engine.start()
    }

    /// `HOST:PORT`, as `add_peer` takes it.
    var address: String { "127.0.0.1:\(engine.listenPort)" }

    /// Seeds a sample from here on.
    func seed(_ sample: SampleTorrent) async throws {
        try sample.write(to: folder)
        var options = TorrentOptions(directory: folder.path)
        options.mode = .seedOnly
        let torrent = try engine.add(try MetainfoFile.decode(sample.metainfo), options: options)
        guard await torrent.waitUntilSettled() == .seeding else {
            throw NotSeeding(name: sample.name, phase: torrent.phase)
        }
    }

    private struct NotSeeding: Error {
        let name: String
        let phase: TorrentPhase
    }

    func end() async { await engine.shutdown(timeout: .zero) }
}
