import TestKit
import Testing

@Suite("swarm track", .serialized)
struct TrackerTests {
    @Test("introduces rtorrent to libtorrent", arguments: ["http", "udp"])
    func rtorrentAndLibtorrent(scheme: String) async throws {
        try await TestSwarm.move(.file, from: .rtorrent, to: .libtorrent, tracker: .swarm, announceScheme: scheme)
    }

    @Test("introduces aria2 to rtorrent")
    func aria2AndRTorrent() async throws {
        try await TestSwarm.move(.folder, from: .aria2, to: .rtorrent, tracker: .swarm)
    }

    @Test("counts a seed no more once it has said that it stops")
    func stopped() async throws {
        let swarm = try await TestSwarm(of: .file, tracker: .swarm)
        let seed = try await swarm.startSeed(.rtorrent)

        seed.process.signal(2)

        try await eventually("the tracker has no seed", context: { swarm.tracker.process.report }) {
            try swarm.tracker.seeds(of: swarm.infoHash) ?? 0 == 0
        }
    }
}
