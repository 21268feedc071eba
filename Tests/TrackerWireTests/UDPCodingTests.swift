import Metainfo
import NIOCore
import Testing
import TrackerWire

@Suite("UDP trackers, both sides")
struct UDPCodingTests {
    private func decode(_ packet: [UInt8]) -> UDPTrackerRequest {
        packet.withUnsafeBytes { UDPTrackerCoding.decodeRequest($0) }
    }

    @Test("writes the connect request of BEP 15, byte for byte")
    func connectBytes() {
        let packet = UDPTrackerCoding.connectRequest(transactionID: 0x0102_0304)

        #expect(packet == [0, 0, 0x04, 0x17, 0x27, 0x10, 0x19, 0x80, 0, 0, 0, 0, 1, 2, 3, 4])
        #expect(decode(packet) == .connect(transactionID: 0x0102_0304))
    }

    @Test("writes the announce request of BEP 15, byte for byte")
    func announceBytes() throws {
        var request = try AnnounceSample.request()
        request.event = .started
        request.key = 0xA0B0_C0D0
        request.ip = try AnnounceSample.peer("192.0.2.9", 6881)
        let packet = UDPTrackerCoding.announceRequest(request, connectionID: 0x1122_3344_5566_7788, transactionID: 9)

        var expected: [UInt8] = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0, 0, 0, 1, 0, 0, 0, 9]
        expected += AnnounceSample.hashBytes + Array(AnnounceSample.peerIDText.utf8)
        expected += [0, 0, 0, 0, 0, 0, 0, 2] + [0, 0, 0, 0, 0, 0, 0, 3] + [0, 0, 0, 0, 0, 0, 0, 1]
        expected += [0, 0, 0, 2] + [192, 0, 2, 9] + [0xA0, 0xB0, 0xC0, 0xD0] + [255, 255, 255, 255] + [0x1A, 0xE1]
        #expect(packet == expected)
        #expect(
            decode(packet)
                == .announce(request, connectionID: 0x1122_3344_5566_7788, transactionID: 9, path: nil))
    }

    @Test("carries the path of the URL as options", arguments: [1, 254, 255, 256, 700])
    func urlData(length: Int) throws {
        let path = "/" + String(repeating: "k", count: length - 1)
        var request = try AnnounceSample.request()
        request.key = 1

        let packet = UDPTrackerCoding.announceRequest(request, connectionID: 1, transactionID: 2, path: path)

        let expected: [UInt8]? = path == "/" ? nil : Array(path.utf8)
        #expect(decode(packet) == .announce(request, connectionID: 1, transactionID: 2, path: expected))
    }

    @Test(
        "ignores options that run over the end",
        arguments: [
            ([2], nil), ([2, 5, 1], nil), ([9, 1, 0, 2, 1, 0x61], [0x61]), ([1, 1, 1], nil), ([0, 2, 1, 0x61], nil),
            ([2, 1, 0x61, 2, 200, 1], [0x61]),
        ] as [([UInt8], [UInt8]?)])
    func oddOptions(options: [UInt8], path: [UInt8]?) throws {
        let packet = UDPTrackerCoding.announceRequest(
            try AnnounceSample.request(), connectionID: 1, transactionID: 2)

        guard case .announce(_, _, _, path: let found) = decode(packet + options) else {
            throw TrackerFailure.refused("not an announce")
        }
        #expect(found == path)
    }

    @Test("replies to announces come back as they were sent", arguments: [false, true])
    func announceReply(isIPv6: Bool) throws {
        let peers = [try AnnounceSample.peer(isIPv6 ? "2001:db8::7" : "192.0.2.7", 6881)]
        let reply = AnnounceReply(interval: 900, minInterval: 450, complete: 1, incomplete: 2, downloaded: 3)
        var buffer = ByteBuffer()

        peers.flatMap(\.compact).withUnsafeBytes {
            UDPTrackerCoding.encodeAnnounce(reply, transactionID: 5, compactPeers: $0, into: &buffer)
        }

        let expected = AnnounceResponse(interval: 900, complete: 1, incomplete: 2, peers: peers)
        let packet = Array(buffer.readableBytesView)
        #expect(packet == UDPTrackerCoding.encode(expected, transactionID: 5, isIPv6: isIPv6))
        let decoded = try UDPTrackerCoding.decodeReply(packet, isIPv6: isIPv6)
        #expect(decoded == UDPTrackerReply(transactionID: 5, content: .announced(expected)))
    }

    @Test("the other replies come back as they were sent")
    func otherReplies() throws {
        var buffer = ByteBuffer()
        func decoded() throws -> UDPTrackerReply {
            defer { buffer.clear() }
            return try UDPTrackerCoding.decodeReply(Array(buffer.readableBytesView), isIPv6: false)
        }

        UDPTrackerCoding.encodeConnected(connectionID: 7, transactionID: 1, into: &buffer)
        #expect(try decoded() == UDPTrackerReply(transactionID: 1, content: .connected(connectionID: 7)))

        let entries = [ScrapeEntry(complete: 1, downloaded: 2, incomplete: 3), ScrapeEntry()]
        UDPTrackerCoding.encodeScrape(entries, transactionID: 2, into: &buffer)
        #expect(try decoded() == UDPTrackerReply(transactionID: 2, content: .scraped(entries)))

        UDPTrackerCoding.encodeFailure(.refused("no"), transactionID: 3, into: &buffer)
        #expect(try decoded() == UDPTrackerReply(transactionID: 3, content: .failed(.refused("no"))))
    }

    @Test("asks for at most 74 torrents in one scrape")
    func scrapeBound() throws {
        let hashes = try (0..<100).map { try AnnounceSample.infoHash($0) }

        let packet = UDPTrackerCoding.scrapeRequest(hashes, connectionID: 1, transactionID: 2)

        #expect(packet.count == 16 + 74 * 20)
        #expect(decode(packet) == .scrape(Array(hashes.prefix(74)), connectionID: 1, transactionID: 2))
    }

    @Test("a request cut off at any byte is wrong or noise, never something else")
    func truncatedRequests() throws {
        let announce = UDPTrackerCoding.announceRequest(try AnnounceSample.request(), connectionID: 1, transactionID: 2)

        for end in 0..<announce.count {
            switch decode(Array(announce.prefix(end))) {
            case .noise: #expect(end < 16)
            case .wrong(_, connectionID: 1, transactionID: 2): #expect(end >= 16)
            default: Issue.record("cut off at \(end)")
            }
        }
    }

    @Test("numbers that make no sense do no harm")
    func oddNumbers() throws {
        var packet = UDPTrackerCoding.announceRequest(try AnnounceSample.request(), connectionID: 1, transactionID: 2)
        for offset in 56..<80 { packet[offset] = 0xFF }

        guard case .announce(let request, _, _, _) = decode(packet) else { throw TrackerFailure.refused("?") }
        #expect(request.left == .max && request.uploaded == 0 && request.downloaded == 0)

        packet[83] = 4
        #expect(
            decode(packet)
                == .wrong(.malformed("event 4, wants 0 to 3"), connectionID: 1, transactionID: 2))
        packet[11] = 3
        guard case .wrong = decode(packet) else { throw TrackerFailure.refused("action 3 is not for servers") }
    }

    @Test("a reply cut off at any byte is malformed or shorter, never a trap", arguments: [false, true])
    func truncatedReplies(isIPv6: Bool) throws {
        let peers = try (1...3).map { try AnnounceSample.peer(isIPv6 ? "2001:db8::\($0)" : "192.0.2.\($0)", 6881) }
        let whole = UDPTrackerCoding.encode(AnnounceResponse(peers: peers), transactionID: 5, isIPv6: isIPv6)

        for end in 0..<whole.count {
            let cut = Array(whole.prefix(end))
            guard end >= 20 else {
                #expect(throws: TrackerFailure.self) { try UDPTrackerCoding.decodeReply(cut, isIPv6: isIPv6) }
                continue
            }
            let reply = try UDPTrackerCoding.decodeReply(cut, isIPv6: isIPv6)
            guard case .announced(let response) = reply.content else { throw TrackerFailure.refused("?") }
            #expect(response.peers == Array(peers.prefix((end - 20) / (isIPv6 ? 18 : 6))))
        }
    }

    @Test(
        "intervals are clamped",
        arguments: [(0, 1800), (0xFFFF_FFFF, 1800), (0x7FFF_FFFF, 604800), (1, 1)] as [(UInt32, Int)])
    func interval(raw: UInt32, seconds: Int) throws {
        var packet: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 0]
        packet += withUnsafeBytes(of: raw.bigEndian) { Array($0) } + [UInt8](repeating: 0, count: 8)

        guard case .announced(let response) = try UDPTrackerCoding.decodeReply(packet, isIPv6: false).content
        else { throw TrackerFailure.refused("?") }

        #expect(response.interval == seconds)
    }

    @Test("an error text of 60 kB is cut")
    func longError() throws {
        let packet: [UInt8] = [0, 0, 0, 3, 0, 0, 0, 1] + [UInt8](repeating: 0x78, count: 60_000)

        let reply = try UDPTrackerCoding.decodeReply(packet, isIPv6: false)

        #expect(reply.content == .failed(.refused(String(repeating: "x", count: 512))))
    }
}
