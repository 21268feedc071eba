import Metainfo
import NIOCore
import TrackerWire

/// Writes the replies to one connection's announces and scrapes into its thread's buffer.
struct HTTPResponder {
    let bench: ReplyBench
    /// The other end of the connection, or whom a PROXY preface named.
    let peer: PeerHost
    let isSecure: Bool
    /// The other end may speak for others.
    private let isProxy: Bool

    init(bench: ReplyBench, peer: PeerHost, isSecure: Bool = false) {
        self.bench = bench
        self.peer = peer
        self.isSecure = isSecure
        let proxies = bench.desk.policy.proxies
        isProxy = !proxies.isEmpty && proxies.contains(peer)
    }

    /// Who asks: the other end, or whom a trusted proxy names last.
    func sender(_ head: HTTPRequestHead) -> PeerHost {
        guard isProxy else { return peer }
        let named = head.field("x-forwarded-for:")?.split(separator: ",").last.map { String($0.filter { $0 != " " }) }
        return (named ?? head.field("x-real-ip:")).flatMap { PeerHost(text: $0) } ?? peer
    }

    /// Answers an announce or a scrape, right or wrong.
    ///
    /// - Returns: false if it is neither and nothing was written.
    func answer(_ head: HTTPRequestHead) -> Bool {
        guard head.isGet else { return false }
        let start = bench.replies.buffer.writerIndex
        var refusal: String?
        do throws(TrackerFailure) {
            switch try HTTPTrackerCoding.decodeTarget(head.target) {
            case .announce(let request):
                TrackerCounters.count(bench.counters.httpAnnounces)
                try announce(request, head)
            case .scrape(let infoHashes):
                // All torrents are more than one reply: a page.
                if infoHashes.isEmpty, bench.servesFullScrape { return false }
                TrackerCounters.count(bench.counters.httpScrapes)
                try scrape(infoHashes, head)
            case .other: return false
            }
        } catch {
            TrackerCounters.count(bench.counters.refusals)
            refusal = error.isSendable ? error.text : TrackerFailure.unsendableText
            bench.replies.writeBencoded(to: head) { HTTPTrackerCoding.encodeFailure(error, into: &$0) }
        }
        if let log = bench.log {
            log.note(
                sender(head), "GET", target: head.target, status: 200,
                length: bench.replies.buffer.writerIndex - start, refusal: refusal)
        }
        return true
    }

    private func announce(_ request: AnnounceRequest, _ head: HTTPRequestHead) throws(TrackerFailure) {
        let sample = bench.sample
        sample.wantsPeerIDs = !request.compact && !request.noPeerID
        let reply = try bench.announce(request, from: sender(head), limit: sample.capacity, now: bench.clock.now)
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
        guard bench.scrape.contains(sender(head)) else { throw .refused("scrapes are not served to your address") }
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
