import Foundation
import Metainfo
import TestKit
import Testing
import TrackerWire

@testable import TrackerServer

@Suite("The state file", .timeLimit(.minutes(2)))
struct StateFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func configuration() -> TrackerConfiguration {
        var configuration = TrackerConfiguration.loopback
        configuration.stateFile = folder.path("dstate")
        return configuration
    }

    @Test("a tracker that ends and starts again knows its peers and counts, IPv6 included")
    func restart() async throws {
        try await withTracker(configuration()) { probe in
            _ = try probe.announce(port: 1001, left: 0, more: "&event=completed")
            _ = try probe.announce(port: 1002, more: "&peer_id=-SW0100-other0000000")
            if probe.hasIPv6 { _ = try probe.announce(port: 1003, host: "::1") }
        }

        try await withTracker(configuration()) { probe in
            let reply = try probe.announce(port: 1009, more: "&peer_id=-SW0100-third0000000")

            #expect(reply.complete == 1 && reply.downloaded == 1)
            #expect(reply.peers.contains { $0.port == 1001 })
        }
    }

    @Test("takes over what bttrack wrote")
    func bttrack() async throws {
        let (hash, peer) = (String(repeating: "a", count: 20), "-BT0000-000000000000")
        let text =
            "d9:completedd20:\(hash)i7ee5:peersd20:\(hash)d20:\(peer)"
            + "d2:ip9:127.0.0.54:lefti0e3:nati0e4:porti6881eeeee"
        try folder.write(Array(text.utf8), to: "dstate")

        try await withTracker(configuration()) { probe in
            let reply = try probe.announce(port: 1)

            #expect(reply.downloaded == 7 && reply.peers.map(\.description) == ["127.0.0.5:6881"])
        }
    }

    @Test("leaves a damaged file as it is and does not start", arguments: ["d9:completedd", "le", "d5:peersdee"])
    func damaged(text: String) async throws {
        try folder.write(Array(text.utf8), to: "dstate")

        await #expect(throws: TrackerError.self) { try await Tracker.start(configuration()) }
        #expect(try folder.read("dstate") == Array(text.utf8))
    }

    @Test("every cut of a state is refused or whole")
    func cuts() throws {
        let table = SwarmTable(peerTimeout: 100, maximumPeers: 100)
        try table.fill(torrents: 2, peers: 3)
        try StateFile.write(table, to: folder.path("dstate"))
        let whole = try folder.read("dstate")

        for length in 1..<whole.count {
            try folder.write(whole[..<length], to: "cut")
            let fresh = SwarmTable(peerTimeout: 100, maximumPeers: 100)
            #expect(throws: TrackerError.self) {
                try StateFile.read(folder.path("cut"), into: fresh, now: 1) { _ in true }
            }
            #expect(fresh.peerCount == 0)
        }
        let fresh = SwarmTable(peerTimeout: 100, maximumPeers: 100)
        try StateFile.read(folder.path("dstate"), into: fresh, now: 1) { _ in true }
        #expect(fresh.peerCount == 6 && fresh.torrentCount == 2)
    }
}

extension SwarmTable {
    /// Made-up peers at 10.x addresses, every second one a seed.
    func fill(torrents: UInt8, peers: Int) throws {
        var random = FastRandom(seed: 1)
        let sample = PeerSample(capacity: 10)
        for torrent in 0..<torrents {
            let infoHash = try #require(InfoHash(bytes: [UInt8](repeating: torrent, count: 20)))
            for number in 0..<peers {
                let id = Array("-SW0100-\(100_000_000_000 + number)".utf8)
                let announce = Announce(
                    infoHash: infoHash, peerID: try #require(PeerID(bytes: id)),
                    host: PeerHost(ipv4: 0x0A00_0000 + UInt32(number)), port: 6881, isSeed: number % 2 == 0,
                    event: .regular, wanted: 0)
                _ = self.announce(announce, mayCreate: true, now: 10, random: &random, into: sample)
            }
        }
    }
}
