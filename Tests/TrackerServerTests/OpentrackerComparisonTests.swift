import Metainfo
import TestKit
import Testing
import TrackerServer
import TrackerWire

/// The same announces and scrapes to opentracker and to us: counts and peers have to agree.
///
/// Differences on purpose: we leave the requester out of its own reply, give no seeds to seeds, and write a reason
/// where opentracker writes a page.
@Suite(
    "Answers like opentracker's", .serialized,
    .enabled(if: Opentracker.isInstalled, "needs Debian's package opentracker"))
struct OpentrackerComparisonTests {
    private static let names = ["a", "b", "c"].map { String(repeating: $0, count: 20) }
    private static let unlisted = String(repeating: "z", count: 20)

    private func withBoth(_ body: (_ theirs: TrackerProbe, _ ours: TrackerProbe) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let hashes = try Self.names.map { try infoHash($0) }
        let (process, theirs) = try await Opentracker.start(listed: hashes.map(\.hex), in: folder)
        defer { process.stop() }
        var configuration = TrackerConfiguration.loopback
        configuration.access = .listed(Set(hashes))
        try await withTracker(configuration) { ours in
            try await body(theirs, ours)
        }
    }

    private func infoHash(_ name: String) throws -> InfoHash { try #require(InfoHash(bytes: name.utf8)) }

    /// Compares two replies to one request.
    private func compare(
        _ theirs: AnnounceResponse, _ ours: AnnounceResponse, port: UInt16, seeds: Set<UInt16>, _ step: String
    ) {
        #expect(ours.complete == theirs.complete && ours.incomplete == theirs.incomplete, "\(step)")
        // Their reply to `stopped` does not tell how often the torrent was downloaded.
        if theirs.downloaded != nil { #expect(ours.downloaded == theirs.downloaded, "\(step)") }
        let hidden = seeds.contains(port) ? seeds.union([port]) : [port]
        let expected = Set(theirs.peers.map(\.port)).subtracting(hidden)
        #expect(Set(ours.peers.map(\.port)) == expected, "\(step)")
    }

    @Test("through 300 random announces over HTTP and UDP", arguments: [11, 12] as [UInt64])
    func announces(seed: UInt64) async throws {
        try await withBoth { theirs, ours in
            var random = SeededGenerator(seed: seed)
            var seeds: [String: Set<UInt16>] = [:]
            let (theirUDP, ourUDP) = (try UDPProbe(theirs), try UDPProbe(ours))
            let (theirID, ourID) = (try theirUDP.connect(), try ourUDP.connect())
            for number in 0..<300 {
                let name = Self.names[Int.random(in: 0..<3, using: &random)]
                let port = UInt16.random(in: 1001...1030, using: &random)
                var request = AnnounceRequest(
                    infoHash: try infoHash(name), peerID: try #require(PeerID(bytes: TrackerProbe.peerID.utf8)),
                    port: port, left: Int64.random(in: 0...1, using: &random), numWant: 200)
                request.event = AnnounceEvent.allCases.randomElement(using: &random) ?? .none
                // Only who has everything has just got everything.
                if request.event == .completed { request.left = 0 }
                seeds[name, default: []].remove(port)
                if request.left == 0, request.event != .stopped { seeds[name, default: []].insert(port) }

                let (their, our): (AnnounceResponse, AnnounceResponse)
                if Bool.random(using: &random) {
                    let target = try HTTPTrackerCoding.query(for: request, url: "http://t/announce").dropFirst(8)
                    their = try HTTPTrackerCoding.decodeAnnounce(try theirs.get(String(target)).body)
                    our = try HTTPTrackerCoding.decodeAnnounce(try ours.get(String(target)).body)
                } else {
                    their = try theirUDP.announce(request, id: theirID)
                    our = try ourUDP.announce(request, id: ourID)
                }

                compare(their, our, port: port, seeds: seeds[name] ?? [], "seed \(seed), step \(number): \(request)")
            }
            #expect(try ours.scrape(Self.names + [Self.unlisted]) == theirs.scrape(Self.names + [Self.unlisted]))
            let hashes = try Self.names.map { try infoHash($0) }
            #expect(try ourUDP.scrape(hashes, id: ourID) == theirUDP.scrape(hashes, id: theirID))
        }
    }

    @Test(
        "refuses what opentracker refuses",
        arguments: [
            "/announce", "/announce?info_hash=abc&peer_id=\(TrackerProbe.peerID)&port=1001",
            "/announce?info_hash=%zz&port=1", TrackerProbe.target(port: 99999),
            TrackerProbe.target(port: 1001) + "&info_hash=\(names[1])", TrackerProbe.target(hash: unlisted, port: 1001),
            "/scrape?info_hash=abc",
        ])
    func refuses(target: String) async throws {
        try await withBoth { theirs, ours in
            let (head, body) = try theirs.get(target)
            let isRefused =
                !head.contains(" 200 OK") || String(decoding: body, as: UTF8.self).contains("failure reason")

            #expect(isRefused, "\(head)")
            #expect(String(decoding: try ours.get(target).body, as: UTF8.self).contains("failure reason"))
        }
    }

    @Test("reads raw and escaped bytes of an info-hash alike, a plus is a plus")
    func plus() async throws {
        let folder = try TemporaryFolder()
        let hash = try infoHash(String(repeating: "+ ", count: 10))
        let (process, theirs) = try await Opentracker.start(listed: [hash.hex], in: folder)
        defer { process.stop() }
        var configuration = TrackerConfiguration.loopback
        configuration.access = .listed([hash])
        try await withTracker(configuration) { ours in
            for spelling in ["+%20", "%2B%20", "%2b%20"] {
                let escaped = String(repeating: spelling, count: 10)
                let (their, our) = (
                    try theirs.announce(hash: escaped, port: 1001), try ours.announce(hash: escaped, port: 1001)
                )

                #expect(their.incomplete == 1 && our.incomplete == 1)
            }
        }
    }
}
