package import Metainfo
package import NIOCore

/// What a datagram asks of a tracker. BEP 15.
package enum UDPTrackerRequest: Sendable, Equatable {
    case connect(transactionID: UInt32)
    /// `path` is the URL data of BEP 41.
    case announce(AnnounceRequest, connectionID: UInt64, transactionID: UInt32, path: [UInt8]?)
    case scrape([InfoHash], connectionID: UInt64, transactionID: UInt32)
    /// Wrong, and to be told so once the connection id has proved that the sender is who it says.
    case wrong(TrackerFailure, connectionID: UInt64, transactionID: UInt32)
    /// No tracker request at all: there is nobody to answer.
    case noise
}

/// The server's side.
extension UDPTrackerCoding {
    private static let announceLength = 98

    /// Reads a peer's datagram, without allocation for connects and usual announces.
    package static func decodeRequest(_ packet: UnsafeRawBufferPointer) -> UDPTrackerRequest {
        guard packet.count >= 16 else { return .noise }
        let connectionID: UInt64 = packet.bigEndian(at: 0)
        let rawAction: UInt32 = packet.bigEndian(at: 8)
        let transactionID: UInt32 = packet.bigEndian(at: 12)
        switch Action(rawValue: rawAction) {
        case .connect:
            return connectionID == protocolID ? .connect(transactionID: transactionID) : .noise
        case .announce:
            return announce(packet, connectionID: connectionID, transactionID: transactionID)
        case .scrape:
            let count = min((packet.count - 16) / 20, maximumScrapeHashes)
            guard count > 0 else {
                return .wrong(
                    .malformed("scrape: no info hash"), connectionID: connectionID, transactionID: transactionID)
            }
            let infoHashes = (0..<count).map { InfoHash(copying: packet.part(16 + 20 * $0, 20)) }
            return .scrape(infoHashes, connectionID: connectionID, transactionID: transactionID)
        case .failure, nil:
            return .wrong(
                .malformed("action \(rawAction), wants 0 to 2"), connectionID: connectionID,
                transactionID: transactionID)
        }
    }

    private static func announce(
        _ packet: UnsafeRawBufferPointer, connectionID: UInt64, transactionID: UInt32
    ) -> UDPTrackerRequest {
        guard packet.count >= announceLength else {
            return .wrong(
                .malformed("announce: \(packet.count) bytes, wants \(announceLength)"), connectionID: connectionID,
                transactionID: transactionID)
        }
        let rawEvent: UInt32 = packet.bigEndian(at: 80)
        guard let event = AnnounceEvent(rawValue: rawEvent) else {
            return .wrong(
                .malformed("event \(rawEvent), wants 0 to 3"), connectionID: connectionID,
                transactionID: transactionID)
        }
        let port: UInt16 = packet.bigEndian(at: 96)
        var request = AnnounceRequest(
            infoHash: InfoHash(copying: packet.part(16, 20)), peerID: PeerID(copying: packet.part(36, 20)), port: port,
            left: 0, event: event)
        // A negative number is no number of bytes; as a count of what is left it certainly does not mean a seed.
        request.downloaded = max(0, packet.bigEndian(at: 56))
        let left: Int64 = packet.bigEndian(at: 64)
        request.left = left < 0 ? .max : left
        request.uploaded = max(0, packet.bigEndian(at: 72))
        let address: UInt32 = packet.bigEndian(at: 84)
        if address != 0 { request.ip = PeerAddress(ipv4: address, port: port) }
        request.key = packet.bigEndian(at: 88)
        let numWant: Int32 = packet.bigEndian(at: 92)
        request.numWant = max(-1, numWant)
        let path =
            packet.count > announceLength
            ? UDPOptions.urlData(packet.part(announceLength, packet.count - announceLength)) : nil
        return .announce(request, connectionID: connectionID, transactionID: transactionID, path: path)
    }

    /// Appends the answer to a connect: 16 bytes.
    package static func encodeConnected(connectionID: UInt64, transactionID: UInt32, into buffer: inout ByteBuffer) {
        buffer.write(capacity: 16) { writer in
            writer.write(bigEndian: Action.connect.rawValue)
            writer.write(bigEndian: transactionID)
            writer.write(bigEndian: connectionID)
        }
    }

    /// Appends the answer to an announce: 20 bytes and the peers.
    package static func encodeAnnounce(
        _ reply: AnnounceReply, transactionID: UInt32, compactPeers: UnsafeRawBufferPointer,
        into buffer: inout ByteBuffer
    ) {
        buffer.write(capacity: 20 + compactPeers.count) { writer in
            writer.write(bigEndian: Action.announce.rawValue)
            writer.write(bigEndian: transactionID)
            writer.write(bigEndian: UInt32(clamping: reply.interval))
            writer.write(bigEndian: UInt32(clamping: reply.incomplete))
            writer.write(bigEndian: UInt32(clamping: reply.complete))
            writer.write(compactPeers)
        }
    }

    /// Appends the answer to a scrape: the counts in the order of the request.
    package static func encodeScrape(_ entries: [ScrapeEntry], transactionID: UInt32, into buffer: inout ByteBuffer) {
        buffer.write(capacity: 8 + 12 * entries.count) { writer in
            writer.write(bigEndian: Action.scrape.rawValue)
            writer.write(bigEndian: transactionID)
            for entry in entries {
                writer.write(bigEndian: UInt32(clamping: entry.complete))
                writer.write(bigEndian: UInt32(clamping: entry.downloaded))
                writer.write(bigEndian: UInt32(clamping: entry.incomplete))
            }
        }
    }

    /// Appends an error packet; words about the tracker's own insides are not sent.
    package static func encodeFailure(_ failure: TrackerFailure, transactionID: UInt32, into buffer: inout ByteBuffer) {
        buffer.writeInteger(Action.failure.rawValue)
        buffer.writeInteger(transactionID)
        buffer.writeString(failure.isSendable ? failure.text : TrackerFailure.unsendableText)
    }

    /// The answer to any announce, for trackers that are not in a hurry (tests, scripted trackers).
    package static func encode(_ response: AnnounceResponse, transactionID: UInt32, isIPv6: Bool) -> [UInt8] {
        var packet: [UInt8] = []
        packet.append(bigEndian: Action.announce.rawValue)
        packet.append(bigEndian: transactionID)
        packet.append(bigEndian: UInt32(clamping: response.interval))
        packet.append(bigEndian: UInt32(clamping: response.incomplete ?? 0))
        packet.append(bigEndian: UInt32(clamping: response.complete ?? 0))
        for peer in response.peers where peer.isIPv6 == isIPv6 { packet += peer.compact }
        return packet
    }
}

extension UnsafeRawBufferPointer {
    /// A number at an offset that the caller has checked against the length.
    @inline(__always)
    fileprivate func bigEndian<Integer: FixedWidthInteger>(at offset: Int) -> Integer {
        Integer(bigEndian: loadUnaligned(fromByteOffset: offset, as: Integer.self))
    }

    @inline(__always)
    fileprivate func part(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[offset..<offset + count])
    }
}
