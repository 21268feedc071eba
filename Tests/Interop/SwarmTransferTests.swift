import Testing

@Suite("swarm moves real files", .serialized)
struct SwarmTransferTests {
    @Test("to other programs", arguments: TorrentClient.others, Payload.allCases)
    func seeds(leecher: TorrentClient, payload: Payload) async throws {
        try await TestSwarm.move(payload, from: .swarm, to: leecher, tracker: .swarm)
    }

    @Test("from other programs", arguments: TorrentClient.others, Payload.allCases)
    func gets(seeder: TorrentClient, payload: Payload) async throws {
        try await TestSwarm.move(payload, from: seeder, to: .swarm, tracker: .swarm)
    }

    @Test("to itself, with each tracker over HTTP and UDP", arguments: [TrackerProgram.swarm, .opentracker])
    func itself(tracker: TrackerProgram) async throws {
        try await TestSwarm.move(.file, from: .swarm, to: .swarm, tracker: tracker, announceScheme: "http")
        try await TestSwarm.move(.folder, from: .swarm, to: .swarm, tracker: tracker, announceScheme: "udp")
    }

    @Test("driven by a config, to and from other programs", arguments: TorrentClient.others)
    func configured(other: TorrentClient) async throws {
        try await TestSwarm.move(.folder, from: .swarmRun, to: other, tracker: .swarm)
        try await TestSwarm.move(.folder, from: other, to: .swarmRun, tracker: .swarm)
    }

    @Test("to all kinds of programs at once, which help each other")
    func mixed() async throws {
        let swarm = try await TestSwarm(of: .file, tracker: .swarm)
        let seed = try await swarm.startSeed(.swarm)

        var leechers: [(String, RunningClient)] = []
        for program in TorrentClient.others + [.swarm, .swarm] {
            let place = "target-\(leechers.count)"
            leechers.append((place, try await swarm.startLeecher(program, into: place)))
        }

        for (place, leecher) in leechers {
            try await swarm.expectCompletion(of: leecher, in: place, from: seed)
        }
    }
}
