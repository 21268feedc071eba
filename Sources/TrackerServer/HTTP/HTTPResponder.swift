import Metainfo
import NIOCore
import TrackerWire

/// Writes the replies to one sender's announces and scrapes into its thread's buffer.
struct HTTPResponder {
    let bench: ReplyBench
    let sender: PeerHost

    /// Answers an announce or a scrape, right or wrong.
    ///
    /// - Returns: false if it is neither and nothing was written.
    func answer(_ head: HTTPRequestHead) -> Bool {
        guard head.isGet else { return false }
        do throws(TrackerFailure) {
            switch try HTTPTrackerCoding.decodeTarget(head.target) {
            case .announce(let request): try announce(request, head)
            case .scrape(let infoHashes): try scrape(infoHashes, head)
            case .other: return false
            }
        } catch {
            bench.replies.writeBencoded(to: head) { HTTPTrackerCoding.encodeFailure(error, into: &$0) }
        }
        return true
    }

    private func announce(_ request: AnnounceRequest, _ head: HTTPRequestHead) throws(TrackerFailure) {
        let sample = bench.sample
        sample.wantsPeerIDs = !request.compact && !request.noPeerID
        let reply = try bench.announce(request, from: sender, limit: sample.capacity, now: bench.clock.now)
        bench.replies.writeBencoded(to: head) { body in
            if request.compact {
                HTTPTrackerCoding.encodeAnnounce(
                    reply, compactPeers: sample.compactPeers, isIPv6: sample.isIPv6, into: &body)
            } else {
                HTTPTrackerCoding.encodeAnnounceDictionaries(
                    reply, compactPeers: sample.compactPeers, isIPv6: sample.isIPv6, peerIDs: sample.peerIDs,
                    into: &body)
            }
        }
    }

    private func scrape(_ infoHashes: [InfoHash], _ head: HTTPRequestHead) throws(TrackerFailure) {
        guard !infoHashes.isEmpty else {
            throw .refused("a scrape of all torrents is not served here; name them with info_hash")
        }
        var entries: [(InfoHash, ScrapeEntry)] = []
        var last: InfoHash?
        for infoHash in infoHashes.sorted() where infoHash != last {
            last = infoHash
            if let entry = bench.desk.scrape(infoHash) { entries.append((infoHash, entry)) }
        }
        bench.replies.writeBencoded(to: head) { HTTPTrackerCoding.encodeScrape(entries, into: &$0) }
    }
}
