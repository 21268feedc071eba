import Metainfo
import TestKit
import Testing
import TrackerWire

@testable import TrackerServer

@Suite("Who may announce, and under which address", .timeLimit(.minutes(2)))
struct AnnounceRulesTests {
    private func request(ip: String?) throws -> AnnounceRequest {
        AnnounceRequest(
            infoHash: try #require(InfoHash(bytes: TrackerProbe.hash.utf8)),
            peerID: try #require(PeerID(bytes: Array(TrackerProbe.peerID.utf8))), port: 6881, left: 1,
            ip: ip.flatMap { PeerAddress(host: $0, port: 6881) })
    }

    private func hosts(
        ip: String?, sender: String, _ claims: TrackerConfiguration.AddressClaims
    ) throws -> (outer: String, inner: String?) {
        var configuration = TrackerConfiguration.loopback
        configuration.addressClaims = claims
        let hosts = try AnnounceRules(configuration).hosts(
            of: try request(ip: ip), sender: try #require(PeerHost(text: sender)))
        return (hosts.outer.text, hosts.inner?.text)
    }

    @Test("ip= counts from those that are trusted, and inner addresses are kept for neighbours")
    func claims() throws {
        #expect(try hosts(ip: nil, sender: "192.0.2.1", .trusted) == ("192.0.2.1", nil))
        #expect(try hosts(ip: "198.51.100.7", sender: "192.0.2.1", .trusted) == ("192.0.2.1", nil))
        #expect(try hosts(ip: "198.51.100.7", sender: "127.0.0.1", .trusted) == ("198.51.100.7", nil))
        #expect(try hosts(ip: "198.51.100.7", sender: "10.0.0.1", .trusted) == ("10.0.0.1", nil))
        #expect(try hosts(ip: "198.51.100.7", sender: "10.0.0.1", .local) == ("198.51.100.7", nil))
        #expect(try hosts(ip: "198.51.100.7", sender: "192.0.2.1", .everybody) == ("198.51.100.7", nil))
        #expect(try hosts(ip: "192.168.1.5", sender: "192.0.2.1", .trusted) == ("192.0.2.1", "192.168.1.5"))
    }

    @Test("peers behind one public address get each other's inner address, others the public one")
    func neighbours() throws {
        var bench = try NeighbourBench()
        try bench.announce("192.0.2.1", 1001, inner: "192.168.1.5")

        let neighbour = try bench.announce("192.0.2.1", 1002)
        let stranger = try bench.announce("198.51.100.1", 1003)
        try bench.announce("192.0.2.1", 1001)
        let later = try bench.announce("192.0.2.1", 1002)

        #expect(neighbour == ["192.168.1.5:1001"])
        #expect(stranger.contains("192.0.2.1:1001"))
        // A peer that no longer says so is found at its public address again.
        #expect(later.contains("192.0.2.1:1001"))
    }

    private struct NeighbourBench {
        let table = SwarmTable(peerTimeout: 100, maximumPeers: 100)
        let sample = PeerSample(capacity: 50)
        let infoHash: InfoHash
        var random = FastRandom(seed: 3)

        init() throws { infoHash = try #require(InfoHash(bytes: TrackerProbe.hash.utf8)) }

        @discardableResult
        mutating func announce(_ host: String, _ port: UInt16, inner: String? = nil) throws -> [String] {
            let announce = SwarmTable.Announce(
                infoHash: infoHash, peerID: try #require(PeerID(bytes: Array(TrackerProbe.peerID.utf8))),
                host: try #require(PeerHost(text: host)), port: port, isSeed: false, event: .regular, wanted: 50,
                innerHost: try inner.map { try #require(PeerHost(text: $0)) })
            _ = table.announce(announce, mayCreate: true, now: 1000, random: &random, into: sample)
            return CompactPeers.decode(Array(sample.compactPeers)[...], isIPv6: false).map(\.description)
        }
    }

    @Test("lists of addresses are obeyed and read again")
    func lists() async throws {
        let folder = try TemporaryFolder()
        var configuration = TrackerConfiguration.loopback
        configuration.bannedAddresses = try folder.write(Array("# nobody\n127.0.0.1 # us\n".utf8), to: "banned")
        try await withTracker(configuration) { probe in
            #expect(throws: TrackerFailure.self) { try probe.announce(port: 1) }

            try folder.write([], to: "banned")
            try probe.tracker.reload()

            #expect(try probe.announce(port: 1).incomplete == 1)
        }
    }

    @Test("an address has so many announces in a minute, and gets new ones with time")
    func budget() throws {
        let budget = AnnounceBudget(perMinute: 2)
        let host = PeerHost(ipv4: 7)

        #expect(budget.take(host, now: 100) && budget.take(host, now: 100) && !budget.take(host, now: 100))
        #expect(budget.take(PeerHost(ipv4: 8), now: 100))
        #expect(!budget.take(host, now: 129) && budget.take(host, now: 131))
    }

    @Test("the announcer is told its own address (BEP 24), and a partial seed is no leecher that wants more (BEP 21)")
    func extensions() async throws {
        try await withTracker { probe in
            let reply = try probe.announce(port: 1001)
            _ = try probe.announce(port: 1002, more: "&event=paused")
            _ = try probe.announce(port: 1003, left: 0)
            let body = String(decoding: try probe.get("/scrape?info_hash=\(TrackerProbe.hash)").body, as: UTF8.self)

            #expect(reply.externalAddress == [127, 0, 0, 1])
            #expect(body.contains("8:completei1e10:downloadedi0e11:downloadersi1e10:incompletei2e"), "\(body)")
            // It wants nothing, so it is sent to no seed.
            let paused = try probe.announce(port: 1002, more: "&event=paused")
            #expect(paused.peers.map(\.port) == [1001])
        }
    }

    @Test(
        "a trusted proxy speaks for its clients, by field and by preface; nobody else does", arguments: [true, false])
    func proxies(isTrusted: Bool) async throws {
        var configuration = TrackerConfiguration.loopback
        if isTrusted { configuration.proxies = .loopback }
        try await withTracker(configuration) { probe in
            let target = TrackerProbe.target(port: 1001)
            for preface in ["", "PROXY TCP4 192.0.2.9 127.0.0.1 1 2\r\n"] {
                let socket = try probe.stream()
                let field = preface.isEmpty ? "X-Forwarded-For: 203.0.113.9, 192.0.2.9\r\n" : ""
                try socket.send("\(preface)GET \(target) HTTP/1.0\r\n\(field)\r\n")
                let (_, body) = try TrackerProbe.split(try socket.receiveAll())
                guard isTrusted || preface.isEmpty else {
                    #expect(String(decoding: body, as: UTF8.self).contains("no HTTP/1 request"))
                    continue
                }
                let reply = try HTTPTrackerCoding.decodeAnnounce(body)
                #expect(reply.externalAddress == (isTrusted ? [192, 0, 2, 9] : [127, 0, 0, 1]))
            }
        }
    }

    @Test("peers that cannot be reached are not sent to each other")
    func reachability() async throws {
        var configuration = TrackerConfiguration.loopback
        configuration.reachabilityAttempts = 1
        try await withTracker(configuration) { probe in
            let open = Int(try probe.port(.stream, "127.0.0.1"))
            _ = try probe.announce(port: open)
            // Port 1 of loopback: nobody listens there.
            _ = try probe.announce(port: 1)
            _ = try probe.announce(port: 2)
            let hash = try #require(InfoHash(bytes: TrackerProbe.hash.utf8))
            let table = try probe.tracker.table
            try await eventually("all were called back") {
                table.contents(of: hash)?.peers.allSatisfy { !$0.flags.isDisjoint(with: [.reachable, .unreachable]) }
                    ?? false
            }

            #expect(table.counts(of: hash)?.reachable == 1)
            #expect(try probe.announce(port: 1).peers.map { Int($0.port) } == [open])
            #expect(try probe.announce(port: open).peers.count == 2)
        }
    }
}
