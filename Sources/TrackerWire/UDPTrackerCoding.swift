package import Metainfo

/// Announces and scrapes as datagrams, the client's side here. BEP 15, BEP 41.
///
/// All numbers are big-endian. The server's side is in the extension `+Server`.
package enum UDPTrackerCoding {
    /// What opens a conversation; later requests carry the connection id that the tracker gave.
    package static let protocolID: UInt64 = 0x417_2710_1980
    /// A scrape of more torrents would not fit into one datagram.
    package static let maximumScrapeHashes = 74

    enum Action: UInt32 {
        case connect = 0
        case announce = 1
        case scrape = 2
        case failure = 3
    }

    /// A datagram that asks for a connection id: 16 bytes.
    package static func connectRequest(transactionID: UInt32) -> [UInt8] {
        var packet: [UInt8] = []
        packet.reserveCapacity(16)
        packet.append(bigEndian: protocolID)
        packet.append(bigEndian: Action.connect.rawValue)
        packet.append(bigEndian: transactionID)
        return packet
    }

    /// An announce: 98 bytes, and the options.
    ///
    /// - Parameter path: path and query of the tracker's URL, such as `/key/announce?x=1`; sent as BEP 41 URL data
    ///   when it is neither empty nor `/`.
    package static func announceRequest(
        _ request: AnnounceRequest, connectionID: UInt64, transactionID: UInt32, path: String = ""
    ) -> [UInt8] {
        var packet: [UInt8] = []
        packet.reserveCapacity(98 + path.utf8.count + 8)
        packet.append(bigEndian: connectionID)
        packet.append(bigEndian: Action.announce.rawValue)
        packet.append(bigEndian: transactionID)
        packet += request.infoHash.bytes
        packet += request.peerID.bytes
        packet.append(bigEndian: UInt64(max(0, request.downloaded)))
        packet.append(bigEndian: UInt64(max(0, request.left)))
        packet.append(bigEndian: UInt64(max(0, request.uploaded)))
        packet.append(bigEndian: request.event.rawValue)
        // The field holds an IPv4 address; trackers on IPv6 ignore it.
        packet.append(bigEndian: request.ip?.ipv4 ?? 0)
        packet.append(bigEndian: request.key ?? 0)
        packet.append(bigEndian: UInt32(bitPattern: request.numWant))
        packet.append(bigEndian: request.port)
        UDPOptions.append(urlData: path, to: &packet)
        return packet
    }

    /// A scrape of up to `maximumScrapeHashes` torrents; those beyond are left out.
    package static func scrapeRequest(
        _ infoHashes: [InfoHash], connectionID: UInt64, transactionID: UInt32
    ) -> [UInt8] {
        let asked = infoHashes.prefix(maximumScrapeHashes)
        var packet: [UInt8] = []
        packet.reserveCapacity(16 + 20 * asked.count)
        packet.append(bigEndian: connectionID)
        packet.append(bigEndian: Action.scrape.rawValue)
        packet.append(bigEndian: transactionID)
        for infoHash in asked { packet += infoHash.bytes }
        return packet
    }

    /// Reads a tracker's datagram; the caller compares the transaction id and ignores what it did not ask for.
    ///
    /// - Parameter isIPv6: whether the conversation runs over IPv6, which makes peers 18 bytes long.
    /// - Throws: `malformed` for a datagram that is too short for its action or has an unknown one.
    package static func decodeReply(_ packet: [UInt8], isIPv6: Bool) throws(TrackerFailure) -> UDPTrackerReply {
        var reader = BigEndianReader(packet)
        guard let rawAction = reader.uint32(), let transactionID = reader.uint32() else {
            throw .malformed("UDP tracker reply: \(packet.count) bytes, wants at least 8")
        }
        let content: UDPTrackerReply.Content
        switch Action(rawValue: rawAction) {
        case .connect:
            guard let connectionID = reader.uint64() else { throw tooShort(packet, wants: 16) }
            content = .connected(connectionID: connectionID)
        case .announce:
            guard let interval = reader.uint32(), let incomplete = reader.uint32(), let complete = reader.uint32()
            else { throw tooShort(packet, wants: 20) }
            content = .announced(
                AnnounceResponse(
                    interval: seconds(interval), complete: count(complete), incomplete: count(incomplete),
                    peers: CompactPeers.decode(reader.rest, isIPv6: isIPv6)))
        case .scrape:
            var entries: [ScrapeEntry] = []
            while let complete = reader.uint32(), let downloaded = reader.uint32(), let incomplete = reader.uint32() {
                entries.append(
                    ScrapeEntry(
                        complete: count(complete), downloaded: count(downloaded), incomplete: count(incomplete)))
            }
            content = .scraped(entries)
        case .failure:
            content = .failed(.refused(TrackerFailure.cleaned(reader.rest)))
        case nil:
            throw .malformed("UDP tracker reply: action \(rawAction), wants 0 to 3")
        }
        return UDPTrackerReply(transactionID: transactionID, content: content)
    }

    private static func tooShort(_ packet: [UInt8], wants: Int) -> TrackerFailure {
        .malformed("UDP tracker reply: \(packet.count) bytes, wants at least \(wants)")
    }

    // 0 and what is negative as a 32-bit number are no intervals.
    private static func seconds(_ raw: UInt32) -> Int {
        guard raw > 0, raw <= UInt32(Int32.max) else { return AnnounceResponse.defaultInterval }
        return min(Int(raw), AnnounceResponse.maximumInterval)
    }

    private static func count(_ raw: UInt32) -> Int {
        Int(min(raw, UInt32(Int32.max)))
    }
}
