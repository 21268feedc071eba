import Metainfo
import NIOCore
import TrackerWire

/// Writes the replies to the requests of one sender into its loop's buffer.
struct HTTPResponder {
    let loop: TrackerLoop
    /// nil for what has no IP address.
    var sender: PeerHost?

    init(loop: TrackerLoop) {
        self.loop = loop
    }

    func answer(_ head: HTTPRequestHead) {
        guard head.isGet, let sender else { return answerPage(head) }
        do throws(TrackerFailure) {
            switch try HTTPTrackerCoding.decodeTarget(head.target) {
            case .announce(let request): try announce(request, from: sender, head)
            case .scrape(let infoHashes): try scrape(infoHashes, head)
            case .other: answerPage(head)
            }
        } catch {
            loop.replies.writeBencoded(to: head) { HTTPTrackerCoding.encodeFailure(error, into: &$0) }
        }
    }

    /// Answers what cannot be understood as a request; the connection ends with it.
    func refuse(_ status: PageReply.Status, _ sentence: String) {
        var body = ByteBuffer()
        HTTPTrackerCoding.encodeFailure(.malformed(sentence), into: &body)
        let page = PageReply(status: status, contentType: "text/plain", body: Array(body.readableBytesView))
        loop.replies.write(page, isOld: false, isKeptAlive: false, isHead: false)
    }

    private func announce(
        _ request: AnnounceRequest, from sender: PeerHost, _ head: HTTPRequestHead
    ) throws(TrackerFailure) {
        let sample = loop.sample
        sample.wantsPeerIDs = !request.compact && !request.noPeerID
        let reply = try loop.announce(request, from: sender, limit: sample.capacity, now: loop.clock.now)
        loop.replies.writeBencoded(to: head) { body in
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
            if let entry = loop.desk.scrape(infoHash) { entries.append((infoHash, entry)) }
        }
        loop.replies.writeBencoded(to: head) { HTTPTrackerCoding.encodeScrape(entries, into: &$0) }
    }

    private func answerPage(_ head: HTTPRequestHead) {
        let request = PageRequest(
            method: String(decoding: head.method, as: UTF8.self), target: String(decoding: head.target, as: UTF8.self))
        loop.replies.write(
            loop.pages(request), isOld: head.isOld, isKeptAlive: head.isKeptAlive, isHead: request.method == "HEAD")
    }
}
