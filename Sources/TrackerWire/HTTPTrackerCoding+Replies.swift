import Bencode
package import Metainfo
package import NIOCore

/// The server's side: bodies of replies.
extension HTTPTrackerCoding {
    // Fixed text and numbers of an announce reply; the longest is below 200 bytes.
    private static let announceOverhead = 256
    // "d2:ip39:…7:peer id20:…4:porti65535ee" with the longest IPv6 text.
    private static let dictionaryPeerLength = 96

    /// Appends the body of an announce reply with compact peers. BEP 7, 23.
    ///
    /// - Parameter compactPeers: whole entries of 6 bytes, or of 18 when `isIPv6`.
    package static func encodeAnnounce(
        _ reply: AnnounceReply, compactPeers: UnsafeRawBufferPointer, isIPv6: Bool, into buffer: inout ByteBuffer
    ) {
        buffer.write(capacity: announceOverhead + compactPeers.count) { writer in
            writeNumbers(reply, to: &writer)
            // Clients look for `peers` first, so it is there over IPv6 as well.
            writer.write(isIPv6 ? "5:peers0:6:peers6" : "5:peers")
            writer.write(decimal: compactPeers.count)
            writer.write(byte: UInt8(ascii: ":"))
            writer.write(compactPeers)
            writer.write(byte: UInt8(ascii: "e"))
        }
    }

    /// Appends the body of an announce reply with one dictionary for each peer. BEP 3.
    ///
    /// - Parameters:
    ///   - compactPeers: as in the compact form.
    ///   - peerIDs: 20 bytes for each peer in the same order; empty leaves them out (`no_peer_id=1`).
    package static func encodeAnnounceDictionaries(
        _ reply: AnnounceReply, compactPeers: UnsafeRawBufferPointer, isIPv6: Bool, peerIDs: UnsafeRawBufferPointer,
        into buffer: inout ByteBuffer
    ) {
        let length = isIPv6 ? CompactPeers.lengthV6 : CompactPeers.lengthV4
        let count = compactPeers.count / length
        buffer.write(capacity: announceOverhead + count * dictionaryPeerLength) { writer in
            writeNumbers(reply, to: &writer)
            writer.write("5:peersl")
            for index in 0..<count {
                let entry = UnsafeRawBufferPointer(rebasing: compactPeers[index * length..<(index + 1) * length])
                let address = isIPv6 ? PeerAddress(compactV6: entry) : PeerAddress(compactV4: entry)
                guard let address else { continue }
                var host = address.host
                writer.write("d2:ip")
                host.withUTF8 { text in
                    writer.write(decimal: text.count)
                    writer.write(byte: UInt8(ascii: ":"))
                    writer.write(UnsafeRawBufferPointer(text))
                }
                if peerIDs.count >= (index + 1) * 20 {
                    writer.write("7:peer id20:")
                    writer.write(UnsafeRawBufferPointer(rebasing: peerIDs[index * 20..<(index + 1) * 20]))
                }
                writer.write("4:porti")
                writer.write(decimal: Int(address.port))
                writer.write("ee")
            }
            writer.write("ee")
        }
    }

    /// Appends the body of a scrape reply. BEP 48.
    ///
    /// - Parameter entries: sorted by info-hash without repetitions, as bencoded dictionaries have to be.
    package static func encodeScrape(_ entries: [(InfoHash, ScrapeEntry)], into buffer: inout ByteBuffer) {
        buffer.write(capacity: 16 + entries.count * 160) { writer in
            writer.write("d5:filesd")
            for (infoHash, entry) in entries {
                writer.write("20:")
                infoHash.withUnsafeBytes { writer.write($0) }
                writer.write("d8:completei")
                writer.write(decimal: entry.complete)
                writer.write("e10:downloadedi")
                writer.write(decimal: entry.downloaded)
                if let downloaders = entry.downloaders {
                    writer.write("e11:downloadersi")
                    writer.write(decimal: downloaders)
                }
                writer.write("e10:incompletei")
                writer.write(decimal: entry.incomplete)
                writer.write("ee")
            }
            writer.write("ee")
        }
    }

    /// Appends a bencoded `failure reason`; words about the tracker's own insides are not sent.
    package static func encodeFailure(_ failure: TrackerFailure, into buffer: inout ByteBuffer) {
        let text = failure.isSendable ? failure.text : TrackerFailure.unsendableText
        buffer.writeBytes(BencodeEncoder.encode(["failure reason": .string(Array(text.utf8))]))
    }

    /// The body of any announce reply, for trackers that are not in a hurry (tests, scripted trackers).
    package static func encode(_ response: AnnounceResponse, compact: Bool = true) -> [UInt8] {
        var reply: [[UInt8]: BencodeValue] = [key("interval"): .integer(Int64(response.interval))]
        reply[key("min interval")] = response.minInterval.map { .integer(Int64($0)) }
        reply[key("complete")] = response.complete.map { .integer(Int64($0)) }
        reply[key("incomplete")] = response.incomplete.map { .integer(Int64($0)) }
        reply[key("downloaded")] = response.downloaded.map { .integer(Int64($0)) }
        reply[key("warning message")] = response.warning.map { .string(Array($0.utf8)) }
        reply[key("tracker id")] = response.trackerID.map { .string($0) }
        reply[key("external ip")] = response.externalAddress.map { .string($0) }
        if compact {
            reply[key("peers")] = .string(response.peers.filter { !$0.isIPv6 }.flatMap(\.compact))
            let peers6 = response.peers.filter(\.isIPv6).flatMap(\.compact)
            if !peers6.isEmpty { reply[key("peers6")] = .string(peers6) }
        } else {
            reply[key("peers")] = .list(
                response.peers.map { peer in
                    .dictionary([
                        key("ip"): .string(Array(peer.host.utf8)), key("port"): .integer(Int64(peer.port)),
                    ])
                })
        }
        return BencodeEncoder.encode(.dictionary(reply))
    }

    private static func key(_ text: String) -> [UInt8] { Array(text.utf8) }

    @inline(__always)
    private static func writeNumbers(_ reply: AnnounceReply, to writer: inout RawWriter) {
        writer.write("d8:completei")
        writer.write(decimal: reply.complete)
        writer.write("e10:downloadedi")
        writer.write(decimal: reply.downloaded)
        switch reply.external {
        case .v4(let address):
            writer.write("e11:external ip4:")
            writer.write(bigEndian: address)
            writer.write("10:incompletei")
        case .v6(let high, let low):
            writer.write("e11:external ip16:")
            writer.write(bigEndian: high)
            writer.write(bigEndian: low)
            writer.write("10:incompletei")
        case nil: writer.write("e10:incompletei")
        }
        writer.write(decimal: reply.incomplete)
        writer.write("e8:intervali")
        writer.write(decimal: reply.interval)
        writer.write("e12:min intervali")
        writer.write(decimal: reply.minInterval)
        writer.write(byte: UInt8(ascii: "e"))
    }
}
