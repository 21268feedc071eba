import Metainfo
import Testing
import TrackerWire

@Suite("HTTP trackers, the client's side")
struct HTTPClientCodingTests {
    @Test(
        "adds its keys to an announce URL, whatever it holds already",
        arguments: [
            ("http://t.example/announce", "http://t.example/announce?info_hash="),
            ("http://t.example/announce?", "http://t.example/announce?info_hash="),
            ("https://t.example:8443/a?passkey=x", "https://t.example:8443/a?passkey=x&info_hash="),
            ("http://t.example/announce?passkey=x&", "http://t.example/announce?passkey=x&info_hash="),
            ("http://t.example/announce#part", "http://t.example/announce?info_hash="),
            ("HTTP://[2001:db8::1]/announce", "HTTP://[2001:db8::1]/announce?info_hash="),
        ])
    func query(url: String, start: String) throws {
        let request = try AnnounceSample.request()

        let query = try HTTPTrackerCoding.query(for: request, url: url)

        let keys = "&peer_id=-SW0100-abcdefghijkl&port=6881&uploaded=1&downloaded=2&left=3&compact=1"
        #expect(query == start + AnnounceSample.hashEscaped + keys)
    }

    @Test("writes every key that is set")
    func allKeys() throws {
        var request = try AnnounceSample.request()
        request.event = .started
        request.numWant = 0
        request.key = 0xBEEF
        request.ip = try AnnounceSample.peer("2001:db8::7", 6881)
        request.compact = false
        request.noPeerID = true
        request.trackerID = [0x20, 0x41]

        let query = try HTTPTrackerCoding.query(for: request, url: "http://t.example/announce")

        let end =
            "&left=3&event=started&numwant=0&key=0000BEEF&ip=2001%3Adb8%3A%3A7&compact=0&no_peer_id=1&trackerid=%20A"
        #expect(query.hasSuffix(end), "\(query)")
    }

    @Test(
        "does not send to URLs that would break the request apart or leave HTTP",
        arguments: [
            "http://t.example/announce\r\nX: y", "http://t.example/a b", "http://t.example/\u{7F}",
            "http://t.example/ä",
            "udp://t.example:6969", "file:///etc/passwd", "", "announce",
        ])
    func refusesURL(url: String) throws {
        let request = try AnnounceSample.request()

        #expect(throws: TrackerFailure.self) { try HTTPTrackerCoding.query(for: request, url: url) }
    }

    // The table of BEP 48.
    @Test(
        "derives the scrape URL by the convention",
        arguments: [
            ("http://example.com/announce", "http://example.com/scrape"),
            ("http://example.com/x/announce", "http://example.com/x/scrape"),
            ("http://example.com/announce.php", "http://example.com/scrape.php"),
            ("http://example.com/a", nil),
            ("http://example.com/announce?x=2%0644", "http://example.com/scrape?x=2%0644"),
            ("http://example.com/announce?x=2/4", nil),
            ("http://example.com/x%064announce", nil),
            ("announce", nil),
        ])
    func scrapeURL(announce: String, scrape: String?) {
        #expect(HTTPTrackerCoding.scrapeURL(fromAnnounce: announce) == scrape)
    }

    @Test("asks for several torrents in one scrape")
    func scrapeQuery() throws {
        let hashes = [try AnnounceSample.infoHash(0x41), try AnnounceSample.infoHash(0x42)]

        let query = try HTTPTrackerCoding.scrapeQuery(for: hashes, url: "http://t.example/scrape?k=1")

        let sevens = String(repeating: "%07", count: 19)
        #expect(query == "http://t.example/scrape?k=1&info_hash=\(sevens)A&info_hash=\(sevens)B")
    }

    @Test("reads a reply with all keys")
    func reply() throws {
        let response = AnnounceResponse(
            interval: 900, minInterval: 60, complete: 1, incomplete: 2, downloaded: 3,
            peers: [try AnnounceSample.peer("192.0.2.7", 6881), try AnnounceSample.peer("2001:db8::7", 6882)],
            warning: "slow down", trackerID: [1, 2], externalAddress: [192, 0, 2, 1])

        for compact in [true, false] {
            let decoded = try HTTPTrackerCoding.decodeAnnounce(
                HTTPTrackerCoding.encode(response, compact: compact) + Array("\r\n".utf8))

            #expect(decoded == response)
        }
    }

    // Taken from Debian's opentracker 0.0~git20210823 on loopback, with the spaces of its padding.
    @Test("reads opentracker's reply")
    func opentracker() throws {
        let head = "d8:completei0e10:downloadedi0e10:incompletei1e8:intervali1844e12:min intervali922e5:peers6:"
        let body = Array(head.utf8) + [127, 0, 0, 1, 0x1A, 0xE1] + Array("e".utf8)

        let decoded = try HTTPTrackerCoding.decodeAnnounce(body)

        #expect(decoded.interval == 1844 && decoded.minInterval == 922)
        #expect(decoded.complete == 0 && decoded.incomplete == 1 && decoded.downloaded == 0)
        #expect(decoded.peers == [try AnnounceSample.peer("127.0.0.1", 6881)])
    }

    @Test(
        "uses what is good in a reply and leaves out the rest",
        arguments: [
            ("d8:intervali0e5:peers0:e", 1800, 0), ("d8:intervali-1e5:peers0:e", 1800, 0),
            ("d8:intervali9223372036854775807e5:peers0:e", 604800, 0), ("d8:interval3:1205:peers0:e", 1800, 0),
            ("d5:peers0:e", 1800, 0), ("de", 1800, 0), ("d8:intervali60e5:peersi7ee", 60, 0),
            ("d8:intervali60e5:peers7:aaaabbce", 60, 1), ("d8:intervali60e5:peers5:aaaabe", 60, 0),
            ("d8:intervali60e5:peers6:aaaa\0\0e", 60, 0),
            ("d8:intervali60e5:peers0:6:peers617:aaaaaaaaaaaaaaaaae", 60, 0),
            ("d8:intervali60e5:peersld2:ip9:192.0.2.74:porti1eei7ed2:ip1:x4:porti1eed4:porti1eeee", 60, 1),
            ("d8:intervali60e5:peersld2:ip9:192.0.2.74:porti0eed2:ip9:192.0.2.74:porti65536eeee", 60, 0),
        ])
    func oddReplies(body: String, interval: Int, peers: Int) throws {
        let decoded = try HTTPTrackerCoding.decodeAnnounce(Array(body.utf8))

        #expect(decoded.interval == interval && decoded.peers.count == peers)
    }

    @Test(
        "says what is wrong with something that is no reply",
        arguments: ["", "<html><body>404", "i1e", "le", "d8:interval", "5:hello", "d8:intervali60e5:peers99:xe"])
    func malformed(body: String) {
        let failure = #expect(throws: TrackerFailure.self) { try HTTPTrackerCoding.decodeAnnounce(Array(body.utf8)) }

        guard case .malformed = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test("hands on the tracker's reason, cleaned")
    func failureReason() {
        let cases: [([UInt8], String)] = [
            (Array("not registered".utf8), "not registered"),
            (Array("a\u{1B}[2J\nb".utf8), "a [2J b"),
            ([0x61, 0xFF, 0x62], "a\u{FFFD}b"),
            ([UInt8](repeating: 0x78, count: 1_000_000), String(repeating: "x", count: 512)),
            ([], ""),
        ]
        for (reason, text) in cases {
            let body = Array("d14:failure reason\(reason.count):".utf8) + reason + Array("e".utf8)

            #expect(throws: TrackerFailure.refused(text)) { try HTTPTrackerCoding.decodeAnnounce(body) }
        }
    }

    @Test("does not split a character when it cuts a long reason")
    func cutsBetweenCharacters() {
        let cleaned = TrackerFailure.cleaned(Array(String(repeating: "€", count: 400).utf8))

        #expect(cleaned == String(repeating: "€", count: 170))
    }

    @Test("takes no more than 5,000 of a million peers")
    func boundedPeers() throws {
        let entries = [UInt8](repeating: 1, count: 600_000)
        let body = Array("d8:intervali60e5:peers\(entries.count):".utf8) + entries + Array("e".utf8)

        #expect(try HTTPTrackerCoding.decodeAnnounce(body).peers.count == CompactPeers.maximumPeers)
    }

    @Test("refuses a body beyond its bound, and deep nesting")
    func boundedBody() {
        let large = [UInt8](repeating: 0x6C, count: HTTPTrackerCoding.maximumReplyBytes + 1)

        #expect(throws: TrackerFailure.self) { try HTTPTrackerCoding.decodeAnnounce(large) }
        #expect(throws: TrackerFailure.self) { try HTTPTrackerCoding.decodeAnnounce(Array(large.prefix(1_000_000))) }
    }

    @Test("reads a scrape reply and skips keys that are no info-hash")
    func scrape() throws {
        let hash = try AnnounceSample.infoHash(0x41)
        let entry = "d8:completei1e10:downloadedi2e10:incompletei3ee"
        let body = Array("d5:filesd3:abc\(entry)20:".utf8) + hash.bytes + Array("\(entry)ee".utf8)

        let decoded = try HTTPTrackerCoding.decodeScrape(body)

        #expect(decoded.entries == [hash: ScrapeEntry(complete: 1, downloaded: 2, incomplete: 3)])
        #expect(throws: TrackerFailure.self) { try HTTPTrackerCoding.decodeScrape(Array("de".utf8)) }
    }
}
