import Metainfo
import NIOCore
import TestKit
import Testing
import TrackerWire

/// Damaged input of both protocols, both ways: no trap, no hang, nothing beyond the bounds.
@Suite("Damaged tracker messages")
struct MutationTests {
    private static let seed: UInt64 = 0x5EED_0B17

    private func damaged(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0...4, using: &random) {
            guard !bytes.isEmpty else { break }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 4: bytes.removeSubrange(place...)
            default: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
            }
        }
        return bytes
    }

    private func run(_ samples: [[UInt8]], rounds: Int, _ body: ([UInt8]) throws -> Void) throws {
        var random = SeededGenerator(seed: Self.seed)
        for round in 0..<rounds {
            let input = damaged(samples[round % samples.count], &random)
            do {
                try body(input)
            } catch is TrackerFailure {
                // What is wrong may be said, as long as it is said this way.
            } catch {
                Issue.record("seed \(Self.seed), round \(round): \(error)")
                throw error
            }
        }
    }

    @Test("request targets")
    func targets() throws {
        let request = try AnnounceSample.request()
        let announce = try HTTPTrackerCoding.query(for: request, url: "http://t/announce").dropFirst(8)
        let scrape = try HTTPTrackerCoding.scrapeQuery(
            for: [request.infoHash, request.infoHash], url: "http://t/scrape")
        let full = "\(announce)&event=started&numwant=50&key=DEADBEEF&ip=192.0.2.1&no_peer_id=1&trackerid=%00%ff"

        try run([Array(announce.utf8), Array(scrape.utf8.dropFirst(8)), Array(full.utf8)], rounds: 12_000) { input in
            _ = try input.withUnsafeBytes { try HTTPTrackerCoding.decodeTarget($0) }
        }
    }

    @Test("datagrams of peers")
    func requestDatagrams() throws {
        let request = try AnnounceSample.request()
        let samples = [
            UDPTrackerCoding.connectRequest(transactionID: 1),
            UDPTrackerCoding.announceRequest(request, connectionID: 1, transactionID: 2, path: "/key/announce?x=1"),
            UDPTrackerCoding.scrapeRequest([request.infoHash, request.infoHash], connectionID: 1, transactionID: 2),
        ]

        try run(samples, rounds: 12_000) { input in
            _ = input.withUnsafeBytes { UDPTrackerCoding.decodeRequest($0) }
        }
    }

    @Test("datagrams of trackers")
    func replyDatagrams() throws {
        let peers = try (1...20).map { try AnnounceSample.peer("192.0.2.\($0)", 6881) }
        var failure = ByteBuffer()
        UDPTrackerCoding.encodeFailure(.refused("not registered"), transactionID: 1, into: &failure)
        var scrape = ByteBuffer()
        UDPTrackerCoding.encodeScrape([ScrapeEntry(), ScrapeEntry()], transactionID: 1, into: &scrape)
        let samples = [
            UDPTrackerCoding.encode(AnnounceResponse(peers: peers), transactionID: 1, isIPv6: false),
            Array(failure.readableBytesView), Array(scrape.readableBytesView),
        ]

        try run(samples, rounds: 12_000) { input in
            _ = try UDPTrackerCoding.decodeReply(input, isIPv6: input.count % 2 == 0)
        }
    }

    @Test("bodies of replies")
    func bodies() throws {
        let peers = [try AnnounceSample.peer("192.0.2.7", 6881), try AnnounceSample.peer("2001:db8::7", 6882)]
        let response = AnnounceResponse(
            interval: 900, minInterval: 60, complete: 1, incomplete: 2, peers: peers, warning: "x", trackerID: [1])
        var scrape = ByteBuffer()
        HTTPTrackerCoding.encodeScrape([(try AnnounceSample.infoHash(1), ScrapeEntry())], into: &scrape)
        let samples = [
            HTTPTrackerCoding.encode(response), HTTPTrackerCoding.encode(response, compact: false),
            Array(scrape.readableBytesView), Array("d14:failure reason3:no!e".utf8),
        ]

        try run(samples, rounds: 12_000) { input in
            _ = try? HTTPTrackerCoding.decodeScrape(input)
            let decoded = try HTTPTrackerCoding.decodeAnnounce(input)
            #expect((1...AnnounceResponse.maximumInterval).contains(decoded.interval))
            #expect(decoded.peers.allSatisfy { $0.port != 0 })
        }
    }
}
