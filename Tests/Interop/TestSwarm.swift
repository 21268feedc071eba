import Foundation
import Metainfo
import TestKit
import Testing

/// One torrent of real files, its tracker and the programs that move it, in a folder that goes with the value.
final class TestSwarm: Sendable {
    let payload: Payload
    let folder: TemporaryFolder
    let torrent: String
    let infoHash: InfoHash
    let tracker: RunningTracker
    /// The folder that holds the payload as it should be everywhere.
    let source: String
    private let network: VirtualNetwork?

    /// Makes the payload and its torrent, and starts the tracker.
    ///
    /// - Parameters:
    ///   - announceScheme: "http" or "udp".
    ///   - isVirtual: the addresses are those of a `VirtualNetwork`.
    init(
        of payload: Payload, tracker program: TrackerProgram, announceScheme: String = "http", isVirtual: Bool = false
    ) async throws {
        self.payload = payload
        folder = try TemporaryFolder("interop")
        source = try folder.makeFolder("source")
        torrent = folder.path("payload.torrent")
        network = isVirtual ? try await VirtualNetwork(folder: folder.makeFolder("network")) : nil
        let address = try network?.nextAddress() ?? Loopback.nextAddress()
        let port = try Loopback.freePort(at: address)
        try payload.make(in: source)
        try await Mktorrent.make(
            payload, in: source, announce: "\(announceScheme)://\(address):\(port)/announce", output: torrent)
        infoHash = try #require(MetainfoFile.decode(folder.read("payload.torrent")).infoHash)
        tracker = try await program.start(
            for: infoHash, address: address, port: port, home: folder.makeFolder("tracker"))
    }

    /// Starts a program that has the payload; returns when the tracker counts it as a seed.
    func startSeed(_ program: TorrentClient) async throws -> RunningClient {
        let seed = try await start(program, .seed, dataFolder: source)
        try await seed.waitUntilComplete(within: .seconds(30))
        // A leecher that announces before the seed would have to wait for its next announce.
        try await eventually(
            "\(program) is known as a seed", context: { seed.process.report + tracker.process.report },
            { try tracker.seeds(of: infoHash) == 1 })
        return seed
    }

    /// Starts a program that has nothing, or what an earlier one left in its folder.
    ///
    /// - Parameter place: the name of its folder for the payload.
    func startLeecher(_ program: TorrentClient, into place: String = "target") async throws -> RunningClient {
        try await start(program, .leech, dataFolder: folder.makeFolder(place))
    }

    /// Waits until a leecher has everything, and compares; fails with what all have printed.
    func expectCompletion(
        of leecher: RunningClient, in place: String = "target", within limit: Duration = .seconds(120),
        from seed: RunningClient
    ) async throws {
        do {
            try await leecher.waitUntilComplete(within: limit)
        } catch {
            Issue.record("\(error)\n\(seed.process.report)\n\(tracker.process.report)")
            throw error
        }
        let differences = try payload.differences(
            between: source, and: folder.path(place), withoutEmptyFiles: leecher.leavesOutEmptyFiles)
        #expect(differences.isEmpty)
    }

    private func start(
        _ program: TorrentClient, _ role: ClientJob.Role, dataFolder: String
    ) async throws -> RunningClient {
        let address = try network?.nextAddress() ?? Loopback.nextAddress()
        return try await program.start(
            ClientJob(
                role: role, torrent: torrent, dataFolder: dataFolder, payloadName: payload.name,
                home: folder.makeFolder("\(program)-\(address)"), address: address,
                port: Loopback.freePort(at: address), network: network))
    }
}

extension TestSwarm {
    /// The whole of most tests: `seeder` has the payload, `leecher` gets it, all bytes are compared.
    static func move(
        _ payload: Payload, from seeder: TorrentClient, to leecher: TorrentClient, tracker: TrackerProgram,
        announceScheme: String = "http", isVirtual: Bool = false
    ) async throws {
        let swarm = try await TestSwarm(
            of: payload, tracker: tracker, announceScheme: announceScheme, isVirtual: isVirtual)
        let seed = try await swarm.startSeed(seeder)
        let leech = try await swarm.startLeecher(leecher)
        try await swarm.expectCompletion(of: leech, from: seed)
    }
}
