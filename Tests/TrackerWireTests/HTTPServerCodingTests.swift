import Metainfo
import NIOCore
import Testing
import TrackerWire

@Suite("HTTP trackers, the server's side")
struct HTTPServerCodingTests {
    private func decode(_ target: String) throws -> HTTPTrackerRequest {
        var target = target
        return try target.withUTF8 { try HTTPTrackerCoding.decodeTarget(UnsafeRawBufferPointer($0)) }
    }

    private let needed = "info_hash=\(AnnounceSample.hashEscaped)&peer_id=-SW0100-abcdefghijkl&port=6881"

    @Test("reads back what the client's side wrote", arguments: AnnounceEvent.allCases)
    func roundTrip(event: AnnounceEvent) throws {
        var request = try AnnounceSample.request()
        request.event = event
        request.numWant = 20
        request.key = 0xDEAD_BEEF
        request.ip = try AnnounceSample.peer("192.0.2.9", 6881)
        request.noPeerID = true
        request.compact = false
        request.trackerID = [0, 1, 255]
        let query = try HTTPTrackerCoding.query(for: request, url: "http://t/announce")

        let decoded = try decode(String(query.dropFirst("http://t".count)))

        #expect(decoded == .announce(request))
    }

    @Test("takes a peer that says little for no seed, and leaves choices to the tracker")
    func defaults() throws {
        guard case .announce(let request) = try decode("/announce?\(needed)") else { throw TrackerFailure.refused("?") }

        #expect(request.left == .max && request.numWant == -1 && request.compact && !request.noPeerID)
        #expect(request.event == .none && request.key == nil && request.ip == nil && request.trackerID == nil)
    }

    struct Spelling: Sendable, CustomTestStringConvertible {
        let part: String
        let holds: @Sendable (AnnounceRequest) -> Bool
        var testDescription: String { part }

        init(_ part: String, _ holds: @escaping @Sendable (AnnounceRequest) -> Bool) {
            self.part = part
            self.holds = holds
        }

        static let all = [
            Spelling("event=") { $0.event == .none }, Spelling("event=paused") { $0.event == .none },
            Spelling("numwant=") { $0.numWant == -1 }, Spelling("numwant=-7") { $0.numWant == -1 },
            Spelling("numwant=99999999999") { $0.numWant == .max }, Spelling("compact=0") { !$0.compact },
            Spelling("compact=1") { $0.compact }, Spelling("no_peer_id=1") { $0.noPeerID },
            Spelling("no_peer_id=0") { !$0.noPeerID }, Spelling("ip=tracker.example") { $0.ip == nil },
            Spelling("ip=192.0.2.1") { $0.ip?.host == "192.0.2.1" }, Spelling("key=zz-secret") { $0.key != nil },
            Spelling("key=") { $0.key == nil }, Spelling("&&unknown&x=y=z") { _ in true },
            Spelling("port=1&port=2") { $0.port == 2 }, Spelling("left=0") { $0.left == 0 },
        ]
    }

    @Test("understands the spellings that clients use", arguments: Spelling.all)
    func spellings(spelling: Spelling) throws {
        guard case .announce(let request) = try decode("/announce?\(needed)&\(spelling.part)") else {
            throw TrackerFailure.refused("?")
        }

        #expect(spelling.holds(request), "\(request)")
    }

    @Test(
        "names the key that is wrong",
        arguments: [
            ("", "info_hash: missing, wants 20 bytes"),
            ("?port=1", "info_hash: missing, wants 20 bytes"),
            ("?info_hash=abc", "info_hash: 3 bytes, wants 20"),
            ("?info_hash=\(AnnounceSample.hashEscaped)%00", "info_hash: 21 bytes, wants 20"),
            ("?info_hash=%zz", "info_hash: a % without two hexadecimal digits behind it"),
            ("?info_hash=abc%4", "info_hash: a % without two hexadecimal digits behind it"),
            (
                "?info_hash=\(AnnounceSample.hashEscaped)&info_hash=\(AnnounceSample.hashEscaped)",
                "info_hash: found twice, wants one torrent"
            ),
            ("?info_hash=\(AnnounceSample.hashEscaped)", "peer_id: missing, wants 20 bytes"),
            ("?info_hash=\(AnnounceSample.hashEscaped)&peer_id=x", "peer_id: 1 bytes, wants 20"),
            (
                "?info_hash=\(AnnounceSample.hashEscaped)&peer_id=-SW0100-abcdefghijkl",
                "port: missing, wants 0 to 65535"
            ),
            ("?port=65536", "port: found \"65536\", wants 0 to 65535"),
            ("?port=-1", "port: found \"-1\", wants 0 to 65535"),
            ("?port=", "port: found \"\", wants 0 to 65535"),
            ("?left=99999999999999999999", "left: found \"99999999999999999999\", wants a number from 0"),
            ("?uploaded=1e3", "uploaded: found \"1e3\", wants a number from 0"),
            ("?downloaded=-1", "downloaded: found \"-1\", wants a number from 0"),
            ("?numwant=many", "numwant: found \"many\", wants a number from 0"),
            ("?event=begun", "event: found \"begun\", wants started, stopped, completed or nothing"),
        ])
    func wrong(query: String, sentence: String) {
        #expect(throws: TrackerFailure.malformed(sentence)) { try decode("/announce\(query)") }
    }

    @Test(
        "tells announces and scrapes from everything else", arguments: ["/", "", "/announcex", "/stats?mode=peer", "*"])
    func other(target: String) throws {
        #expect(try decode(target) == .other)
    }

    @Test("reads scrapes of none, one and several torrents, up to a bound")
    func scrape() throws {
        let hash = try #require(InfoHash(bytes: AnnounceSample.hashBytes))
        let part = "info_hash=\(AnnounceSample.hashEscaped)"

        #expect(try decode("/scrape") == .scrape([]))
        #expect(try decode("/scrape?\(part)&x=1&\(part)") == .scrape([hash, hash]))
        #expect(throws: TrackerFailure.malformed("info_hash: 1 bytes, wants 20")) { try decode("/scrape?info_hash=a") }
        let many = Array(repeating: part, count: HTTPTrackerCoding.maximumScrapeHashes + 1).joined(separator: "&")
        #expect(throws: TrackerFailure.self) { try decode("/scrape?\(many)") }
    }

    @Test("writes compact replies that the client's side reads", arguments: [false, true])
    func compactReply(isIPv6: Bool) throws {
        let peers = [try AnnounceSample.peer(isIPv6 ? "2001:db8::7" : "192.0.2.7", 6881)]
        let reply = AnnounceReply(interval: 900, minInterval: 450, complete: 1, incomplete: 20, downloaded: 300)
        var buffer = ByteBuffer()

        peers.flatMap(\.compact).withUnsafeBytes {
            HTTPTrackerCoding.encodeAnnounce(reply, compactPeers: $0, isIPv6: isIPv6, into: &buffer)
        }

        let decoded = try HTTPTrackerCoding.decodeAnnounce(Array(buffer.readableBytesView))
        #expect(decoded.peers == peers && decoded.interval == 900 && decoded.minInterval == 450)
        #expect(decoded.complete == 1 && decoded.incomplete == 20 && decoded.downloaded == 300)
    }

    @Test("writes dictionaries with and without peer ids")
    func dictionaryReply() throws {
        let peers = [try AnnounceSample.peer("192.0.2.7", 1), try AnnounceSample.peer("192.0.2.8", 65535)]
        let ids = Array("-SW0100-abcdefghijkl-SW0100-mnopqrstuvwx".utf8)
        let reply = AnnounceReply(interval: 900, minInterval: 450)
        var buffer = ByteBuffer()

        peers.flatMap(\.compact).withUnsafeBytes { compact in
            ids.withUnsafeBytes {
                HTTPTrackerCoding.encodeAnnounceDictionaries(
                    reply, compactPeers: compact, isIPv6: false, peerIDs: $0, into: &buffer)
            }
        }

        let text = String(decoding: buffer.readableBytesView, as: UTF8.self)
        #expect(text.contains("ld2:ip9:192.0.2.77:peer id20:-SW0100-abcdefghijkl4:porti1eed2:ip9:192.0.2.8"))
        #expect(try HTTPTrackerCoding.decodeAnnounce(Array(buffer.readableBytesView)).peers == peers)
        buffer.clear()
        peers.flatMap(\.compact).withUnsafeBytes {
            HTTPTrackerCoding.encodeAnnounceDictionaries(
                reply, compactPeers: $0, isIPv6: false, peerIDs: UnsafeRawBufferPointer(start: nil, count: 0),
                into: &buffer)
        }
        #expect(!String(decoding: buffer.readableBytesView, as: UTF8.self).contains("peer id"))
    }

    @Test("writes scrapes and failures that the client's side reads")
    func scrapeAndFailure() throws {
        let hashes = [try AnnounceSample.infoHash(1), try AnnounceSample.infoHash(2)]
        let entry = ScrapeEntry(complete: 1, downloaded: 2, incomplete: 3)
        var buffer = ByteBuffer()

        HTTPTrackerCoding.encodeScrape(hashes.map { ($0, entry) }, into: &buffer)

        let decoded = try HTTPTrackerCoding.decodeScrape(Array(buffer.readableBytesView))
        #expect(decoded.entries == [hashes[0]: entry, hashes[1]: entry])
        for (failure, text) in [
            (TrackerFailure.refused("no"), "no"), (.malformed("wrong"), "wrong"),
            (.unavailable("shard 7 is on fire"), TrackerFailure.unsendableText),
        ] {
            buffer.clear()
            HTTPTrackerCoding.encodeFailure(failure, into: &buffer)
            #expect(throws: TrackerFailure.refused(text)) {
                try HTTPTrackerCoding.decodeAnnounce(Array(buffer.readableBytesView))
            }
        }
    }
}
