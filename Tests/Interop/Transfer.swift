import Foundation
import TestKit
import Testing

/// One payload on its way from one program to another: makes everything that is needed, and compares at the end.
struct Transfer {
    let seeder: TorrentClient
    let leecher: TorrentClient
    let payload: Payload
    let tracker: TrackerProgram
    var announceScheme = "http"

    /// Returns when the leecher has all of the payload; otherwise fails the test with what the programs printed.
    func run() async throws {
        let folder = try TemporaryFolder("interop")
        let trackerAddress = Loopback.nextAddress()
        let trackerPort = try Loopback.freePort(at: trackerAddress)

        let source = try folder.makeFolder("source")
        try payload.make(in: source)
        let torrent = folder.path("payload.torrent")
        let announce = "\(announceScheme)://\(trackerAddress):\(trackerPort)/announce"
        try await Mktorrent.make(payload, in: source, announce: announce, output: torrent)
        let infoHash = try await Mktorrent.infoHash(of: torrent)

        let tracker = try await tracker.start(
            for: infoHash, address: trackerAddress, port: trackerPort, home: folder.makeFolder("tracker"))
        let seed = try await start(seeder, .seed, torrent: torrent, dataFolder: source, in: folder)
        try await eventually("\(seeder) seeds", context: { seed.process.report }) { try seed.isComplete() }
        // A leecher that announces before the seed would have to wait for its next announce.
        try await eventually(
            "\(seeder) is known as a seed", context: { seed.process.report + tracker.process.report },
            { try tracker.seeds(of: infoHash) == 1 })

        let target = try folder.makeFolder("target")
        let leech = try await start(leecher, .leech, torrent: torrent, dataFolder: target, in: folder)
        try await eventually(
            "\(leecher) is complete", within: .seconds(60),
            context: { [leech, seed].map(\.process.report).joined(separator: "\n") + tracker.process.report },
            { try leech.isComplete() })

        try #expect(payload.differences(between: source, and: target) == [])
    }

    private func start(
        _ client: TorrentClient, _ role: ClientJob.Role, torrent: String, dataFolder: String, in folder: TemporaryFolder
    ) async throws -> RunningClient {
        let address = Loopback.nextAddress()
        return try await client.start(
            ClientJob(
                role: role, torrent: torrent, dataFolder: dataFolder, payloadName: payload.name,
                home: folder.makeFolder("\(client)-\(role)"), address: address,
                port: Loopback.freePort(at: address)))
    }
}
