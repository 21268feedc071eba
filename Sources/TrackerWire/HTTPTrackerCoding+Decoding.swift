import Bencode
import Metainfo

extension HTTPTrackerCoding {
    /// A body that is longer is not decoded at all; the HTTP client should stop reading there.
    package static let maximumReplyBytes = 4 << 20

    // A peer in a dictionary is nine values; the depth leaves room for keys nobody has thought of yet.
    private static let limits = BencodeLimits(
        maxDepth: 16, maxItems: 10 * CompactPeers.maximumPeers + 200_000, maxBytes: maximumReplyBytes)

    /// Reads the body of an announce reply.
    ///
    /// Numbers that make no sense are replaced or left out, bad peers are left out: what is good is used.
    ///
    /// - Throws: `refused` for a `failure reason`, `malformed` for anything that is not a bencoded dictionary.
    package static func decodeAnnounce(_ body: [UInt8]) throws(TrackerFailure) -> AnnounceResponse {
        let reply = try dictionary(body)
        var response = AnnounceResponse()
        response.interval = seconds(reply["interval"]) ?? AnnounceResponse.defaultInterval
        response.minInterval = seconds(reply["min interval"])
        response.complete = count(reply["complete"])
        response.incomplete = count(reply["incomplete"])
        response.downloaded = count(reply["downloaded"])
        response.warning = reply["warning message"]?.slice.map { TrackerFailure.cleaned($0) }
        if let trackerID = reply["tracker id"]?.bytes, trackerID.count <= TrackerFailure.maximumTextBytes {
            response.trackerID = trackerID
        }
        if let address = reply["external ip"]?.bytes, address.count == 4 || address.count == 16 {
            response.externalAddress = address
        }
        response.peers = peers(reply)
        return response
    }

    /// Reads the body of a scrape reply; entries with a key that is not 20 bytes are left out.
    ///
    /// - Throws: as `decodeAnnounce`; also `malformed` when there is no `files` dictionary.
    package static func decodeScrape(_ body: [UInt8]) throws(TrackerFailure) -> ScrapeResponse {
        let reply = try dictionary(body)
        guard let files = reply["files"]?.dictionary else {
            throw .malformed("scrape reply: no dictionary \"files\"")
        }
        var response = ScrapeResponse()
        for (key, entry) in files {
            guard let infoHash = key.slice.flatMap({ InfoHash(bytes: $0) }) else { continue }
            response.entries[infoHash] = ScrapeEntry(
                complete: count(entry["complete"]) ?? 0, downloaded: count(entry["downloaded"]) ?? 0,
                incomplete: count(entry["incomplete"]) ?? 0)
        }
        return response
    }

    private static func dictionary(_ body: [UInt8]) throws(TrackerFailure) -> BencodeNode {
        let node: BencodeNode
        do {
            // Some trackers end their replies with a line break: what follows the dictionary is not looked at.
            node = try BencodeDecoder(limits: limits).decodePrefix(body).node
        } catch {
            let start = TrackerFailure.cleaned(body.prefix(40))
            throw .malformed("tracker reply of \(body.count) bytes is not bencoded: \(error); begins with \"\(start)\"")
        }
        guard node.kind == .dictionary else { throw .malformed("tracker reply: not a dictionary") }
        if let reason = node["failure reason"] {
            throw .refused(reason.slice.map { TrackerFailure.cleaned($0) } ?? "no reason given")
        }
        return node
    }

    private static func seconds(_ node: BencodeNode?) -> Int? {
        guard let value = node?.integer, value > 0 else { return nil }
        return Int(min(value, Int64(AnnounceResponse.maximumInterval)))
    }

    private static func count(_ node: BencodeNode?) -> Int? {
        guard let value = node?.integer, value >= 0 else { return nil }
        return Int(min(value, Int64(Int32.max)))
    }

    private static func peers(_ reply: BencodeNode) -> [PeerAddress] {
        var peers: [PeerAddress] = []
        if let compact = reply["peers"]?.slice {
            peers = CompactPeers.decode(compact, isIPv6: false)
        } else if let list = reply["peers"]?.list {
            for entry in list.prefix(CompactPeers.maximumPeers) {
                // A name instead of an address is lawful but unheard of; it would cost a look-up for each peer.
                guard let host = entry["ip"]?.text, let port = entry["port"]?.integer, (1...65535).contains(port),
                    let peer = PeerAddress(host: host, port: Int(port))
                else { continue }
                peers.append(peer)
            }
        }
        if let compact = reply["peers6"]?.slice {
            peers += CompactPeers.decode(compact, isIPv6: true)
        }
        return peers
    }
}
