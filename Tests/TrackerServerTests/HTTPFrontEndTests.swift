import Metainfo
import TestKit
import Testing
import TrackerServer
import TrackerWire

@Suite("The tracker over HTTP")
struct HTTPFrontEndTests {
    private func address(_ host: String, _ port: Int) throws -> PeerAddress {
        try #require(PeerAddress(host: host, port: port))
    }

    @Test("introduces peers to each other over IPv4 and IPv6", arguments: ["127.0.0.1", "::1"])
    func introduces(host: String) async throws {
        try await withTracker { probe in
            guard host == "127.0.0.1" || probe.hasIPv6 else { return }
            let first = try probe.announce(port: 1001, left: 0, more: "&event=started", host: host)
            let second = try probe.announce(port: 1002, more: "&event=started", host: host)

            #expect(first.peers.isEmpty && first.complete == 1)
            #expect(second.peers == [try address(host, 1001)] && second.incomplete == 1)
            #expect((1800...1980).contains(second.interval) && second.minInterval == 900)
        }
    }

    @Test("goes through a peer's life: started, completed, stopped")
    func life() async throws {
        try await withTracker { probe in
            _ = try probe.announce(port: 1001, left: 0)
            _ = try probe.announce(port: 1002, left: 100, more: "&event=started")
            let completed = try probe.announce(port: 1002, left: 0, more: "&event=completed")
            let stopped = try probe.announce(port: 1002, left: 0, more: "&event=stopped")

            #expect(completed.complete == 2 && completed.downloaded == 1 && completed.peers.isEmpty)
            #expect(stopped.complete == 1 && stopped.peers.isEmpty)
        }
    }

    @Test("writes dictionaries when compact peers are refused, with ids unless they are not wanted")
    func dictionaries() async throws {
        try await withTracker { probe in
            _ = try probe.announce(port: 1001)
            let target = TrackerProbe.target(port: 1002, more: "&compact=0")

            let full = String(decoding: try probe.get(target).body, as: UTF8.self)
            let short = String(decoding: try probe.get(target + "&no_peer_id=1").body, as: UTF8.self)

            #expect(full.hasSuffix("5:peersld2:ip9:127.0.0.17:peer id20:\(TrackerProbe.peerID)4:porti1001eeee"))
            #expect(short.hasSuffix("5:peersld2:ip9:127.0.0.14:porti1001eeee"))
        }
    }

    @Test("gives as many peers as wanted, 50 by itself, 200 at most")
    func numWant() async throws {
        try await withTracker { probe in
            for port in 1001...1250 { _ = try probe.announce(port: port, more: "&numwant=0") }

            #expect(try probe.announce(port: 1, more: "&numwant=7").peers.count == 7)
            #expect(try probe.announce(port: 1).peers.count == 50)
            #expect(try probe.announce(port: 1, more: "&numwant=100000").peers.count == 200)
            #expect(try probe.announce(port: 1, more: "&numwant=0").peers.isEmpty)
        }
    }

    @Test("scrapes several torrents, each once, and leaves out unknown ones")
    func scrape() async throws {
        try await withTracker { probe in
            let names = ["a", "b", "c"].map { String(repeating: $0, count: 20) }
            let (a, b, c) = (names[0], names[1], names[2])
            _ = try probe.announce(hash: b, port: 1001, left: 0, more: "&event=completed")
            _ = try probe.announce(hash: a, port: 1002)

            let reply = try probe.scrape([b, a, c, b])

            let hashes = try [a, b].map { try #require(InfoHash(bytes: $0.utf8)) }
            #expect(
                reply.entries == [
                    hashes[0]: ScrapeEntry(complete: 0, downloaded: 0, incomplete: 1),
                    hashes[1]: ScrapeEntry(complete: 1, downloaded: 1, incomplete: 0),
                ])
            #expect(try probe.scrape([]).entries.count == 2, "no name asks for all")
        }
    }

    @Test(
        "answers wrong requests with a reason",
        arguments: [
            "/announce", "/announce?info_hash=%zz", "/announce?info_hash=%", "/announce?info_hash=a%0",
            "/announce?port=99999", "/announce?\u{1}=\u{2}", "/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&port=1",
            "/scrape?info_hash=short",
        ])
    func wrongRequests(target: String) async throws {
        try await withTracker { probe in
            let reply = try probe.get(target)

            #expect(
                reply.head.hasPrefix("HTTP/1.0 200 OK\r\n") && reply.body.starts(with: Array("d14:failure reason".utf8))
            )
            #expect(throws: TrackerFailure.self) { try HTTPTrackerCoding.decodeAnnounce(reply.body) }
        }
    }

    @Test("hands other targets to the pages", arguments: [("/", "200 OK"), ("/nothing", "404 Not Found")])
    func pages(target: String, status: String) async throws {
        try await withTracker { probe in
            let head = try probe.get(target).head

            #expect(head.hasPrefix("HTTP/1.0 \(status)"))
        }
    }

    @Test("answers a page server's pages, and HEAD without body")
    func pageServer() async throws {
        let tracker = try await Tracker.start(.loopback) { request in
            PageReply(status: 200, contentType: "text/html", body: Array("<p>\(request.method) \(request.target)".utf8))
        }
        let probe = TrackerProbe(tracker)

        let socket = try probe.stream()
        try socket.send("GET /x?y HTTP/1.1\r\n\r\nHEAD / HTTP/1.1\r\nConnection: close\r\n\r\n")
        let replies = String(decoding: try socket.receiveAll(), as: UTF8.self)
        await tracker.shutdown()

        #expect(replies.contains("Content-Type: text/html\r\nContent-Length: 11\r\n\r\n<p>GET /x?yHTTP/1.1 200 OK"))
        #expect(replies.hasSuffix("Content-Length: 9\r\n\r\n"))
    }

    @Test("believes ip= of this machine only from this machine, and never an address nobody can have")
    func claimedAddress() async throws {
        try await withTracker { probe in
            _ = try probe.announce(port: 1001, more: "&ip=192.0.2.77")
            _ = try probe.announce(port: 1002, more: "&ip=0.0.0.0")

            let peers = try probe.announce(port: 1003).peers

            #expect(Set(peers) == [try address("192.0.2.77", 1001), try address("127.0.0.1", 1002)])
        }
    }

    @Test("serves listed torrents only, and a new list from the next reload on")
    func accessList() async throws {
        let folder = try TemporaryFolder()
        let (listed, other) = (String(repeating: "61", count: 20), String(repeating: "62", count: 20))
        var configuration = TrackerConfiguration.loopback
        configuration.access = try .file(try folder.write(Array(listed.utf8), to: "list"))
        try await withTracker(configuration) { probe in
            let refusal = TrackerFailure.refused("this torrent is not registered with this tracker")
            let otherHash = String(repeating: "b", count: 20)
            _ = try probe.announce(port: 1001)
            #expect(throws: refusal) { try probe.announce(hash: otherHash, port: 1001) }

            _ = try folder.write(Array(other.utf8), to: "list")
            try probe.tracker.reload()

            #expect(throws: refusal) { try probe.announce(port: 1001) }
            #expect(try probe.scrape([TrackerProbe.hash]).entries.isEmpty)
            #expect(try probe.announce(hash: otherHash, port: 1001).incomplete == 1)
            #expect(try probe.tracker.table.peerCount == 1)
        }
    }

    @Test("forgets silent peers")
    func expiry() async throws {
        let clock = ManualClock()
        var configuration = TrackerConfiguration.loopback
        configuration.clock = clock.clock
        try await withTracker(configuration) { probe in
            _ = try probe.announce(port: 1001)
            clock.advance(2700)
            #expect(try probe.announce(port: 1002).peers.count == 1)
            clock.advance(1)
            #expect(try probe.announce(port: 1003).peers == [try address("127.0.0.1", 1002)])
        }
    }

    @Test("all loops share their swarms")
    func loops() async throws {
        var configuration = TrackerConfiguration.loopback
        configuration.threads = 4
        try await withTracker(configuration) { probe in
            for port in 1001...1040 { _ = try probe.announce(port: port) }

            #expect(try probe.announce(port: 1, more: "&numwant=100").peers.count == 40)
            #expect(try probe.announce(port: 1, more: "&event=stopped").incomplete == 40)
        }
    }
}
