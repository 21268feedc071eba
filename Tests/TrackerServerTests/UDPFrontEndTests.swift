import Glibc
import Metainfo
import TestKit
import Testing
import TrackerServer
import TrackerWire

@Suite("The tracker over UDP")
struct UDPFrontEndTests {
    private func request(_ port: UInt16, hash: Character = "a", left: Int64 = 1) throws -> AnnounceRequest {
        AnnounceRequest(
            infoHash: try #require(InfoHash(bytes: String(repeating: hash, count: 20).utf8)),
            peerID: try #require(PeerID(bytes: TrackerProbe.peerID.utf8)), port: port, left: left)
    }

    @Test("introduces peers to each other over IPv4 and IPv6", arguments: ["127.0.0.1", "::1"])
    func introduces(host: String) async throws {
        try await withTracker { probe in
            guard host == "127.0.0.1" || probe.hasIPv6 else { return }
            let udp = try UDPProbe(probe, host)
            let id = try udp.connect()
            _ = try udp.announce(try request(1001, left: 0), id: id)

            let second = try udp.announce(try request(1002), id: id)

            #expect(second.peers == [try #require(PeerAddress(host: host, port: 1001))])
            #expect(second.complete == 1 && second.incomplete == 1 && (1800...1980).contains(second.interval))
        }
    }

    @Test("shares its swarms with HTTP")
    func shared() async throws {
        try await withTracker { probe in
            _ = try probe.announce(port: 1001)
            let udp = try UDPProbe(probe)

            #expect(try udp.announce(try request(1002), id: try udp.connect()).peers.count == 1)
        }
    }

    @Test("scrapes several torrents in the order asked for, zeros for unknown ones")
    func scrape() async throws {
        try await withTracker { probe in
            _ = try probe.announce(
                hash: String(repeating: "b", count: 20), port: 1001, left: 0, more: "&event=completed")
            _ = try probe.announce(port: 1002)
            let udp = try UDPProbe(probe)
            let hashes = try "cab".map { try request(1, hash: $0).infoHash }

            let reply = try udp.ask(
                UDPTrackerCoding.scrapeRequest(hashes, connectionID: try udp.connect(), transactionID: 6))

            let entries = [
                ScrapeEntry(), ScrapeEntry(complete: 0, downloaded: 0, incomplete: 1),
                ScrapeEntry(complete: 1, downloaded: 1, incomplete: 0),
            ]
            #expect(reply == UDPTrackerReply(transactionID: 6, content: .scraped(entries)))
        }
    }

    @Test("refuses connection ids that were invented, are somebody else's or too old")
    func connectionIDs() async throws {
        let clock = ManualClock()
        var configuration = TrackerConfiguration.loopback
        configuration.clock = clock.clock
        try await withTracker(configuration) { probe in
            let refusal = TrackerFailure.refused("wrong or old connection id")
            let udp = try UDPProbe(probe)
            let stranger = try UDPProbe(probe, from: "127.0.0.2")
            let id = try udp.connect()

            #expect(throws: refusal) { try udp.announce(try request(1001), id: id ^ 1) }
            #expect(throws: refusal) { try udp.announce(try request(1001), id: UDPTrackerCoding.protocolID) }
            #expect(throws: refusal) { try stranger.announce(try request(1001), id: id) }
            #expect(try udp.announce(try request(1001), id: id).incomplete == 1)
            clock.advance(120)
            #expect(try udp.announce(try request(1001), id: id).incomplete == 1)
            clock.advance(1)
            #expect(throws: refusal) { try udp.announce(try request(1001), id: id) }
        }
    }

    @Test("never sends more bytes than it got to somebody who proved nothing")
    func noAmplification() async throws {
        try await withTracker { probe in
            let udp = try UDPProbe(probe)
            let scrape = UDPTrackerCoding.scrapeRequest([try request(1).infoHash], connectionID: 9, transactionID: 6)

            try udp.socket.send(scrape)
            #expect(try udp.socket.receive().count <= scrape.count)

            // Without a torrent it is smaller than our words: no answer to it, so the next one is that to the connect.
            try udp.socket.send(scrape.prefix(16))
            _ = try udp.connect()
        }
    }

    @Test("says what is wrong to those who have proved their address")
    func wrongRequests() async throws {
        try await withTracker { probe in
            let udp = try UDPProbe(probe)
            let id = try udp.connect()
            var packet = UDPTrackerCoding.announceRequest(try request(1001), connectionID: id, transactionID: 5)
            packet[83] = 9
            let short = Array(packet.prefix(97))
            let empty = UDPTrackerCoding.scrapeRequest([], connectionID: id, transactionID: 5)

            for (packet, text) in [
                (packet, "event 9, wants 0 to 3"), (short, "announce: 97 bytes, wants 98"),
                (empty, "scrape: no info hash"),
            ] {
                #expect(try udp.ask(packet).content == .failed(.refused(text)))
            }
        }
    }

    @Test("refuses torrents that are not listed")
    func notListed() async throws {
        var configuration = TrackerConfiguration.loopback
        configuration.access = .listed([])
        try await withTracker(configuration) { probe in
            let udp = try UDPProbe(probe)
            let id = try udp.connect()

            #expect(throws: TrackerFailure.refused("this torrent is not registered with this tracker")) {
                try udp.announce(try request(1001), id: id)
            }
        }
    }

    @Test("replies fit into one datagram, however many peers are wanted", arguments: ["127.0.0.1", "::1"])
    func replySize(host: String) async throws {
        try await withTracker { probe in
            guard host == "127.0.0.1" || probe.hasIPv6 else { return }
            let udp = try UDPProbe(probe, host)
            let id = try udp.connect()
            for port in 1001...1300 { _ = try udp.announce(try request(UInt16(port)), id: id) }
            var greedy = try request(1)
            greedy.numWant = .max

            try udp.socket.send(UDPTrackerCoding.announceRequest(greedy, connectionID: id, transactionID: 5))
            let reply = try udp.socket.receive()

            #expect(reply.count <= 1400 && reply.count > 1200)
        }
    }

    @Test("survives noise, and answers after it")
    func noise() async throws {
        try await withTracker { probe in
            let seed: UInt64 = 0xF00D
            var random = SeededGenerator(seed: seed)
            let udp = try UDPProbe(probe)
            for _ in 0..<2000 { try udp.socket.send(random.bytes(Int.random(in: 1...1600, using: &random))) }

            try await eventually("an answer after noise of seed \(seed)") {
                (try? UDPProbe(probe).connect()) != nil
            }
        }
    }
}
