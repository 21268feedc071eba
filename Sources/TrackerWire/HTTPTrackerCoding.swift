package import Metainfo

/// Announces and scrapes as HTTP requests and bencoded replies, the client's side here. BEP 3, 7, 23, 24, 48.
///
/// The server's side is in the extensions `+Requests` and `+Replies`.
package enum HTTPTrackerCoding {
    /// The URL to fetch for an announce.
    ///
    /// - Parameter url: the announce URL of the metainfo; a query it has already is kept, a fragment is not.
    /// - Throws: `malformed` if the URL is not plain `http` or `https`, or holds characters that would break the
    ///   request apart (CR, LF, spaces, raw bytes beyond ASCII).
    package static func query(for request: AnnounceRequest, url: String) throws(TrackerFailure) -> String {
        var query = try base(of: url)
        query += "info_hash="
        PercentEncoding.append(request.infoHash.bytes, to: &query)
        query += "&peer_id="
        PercentEncoding.append(request.peerID.bytes, to: &query)
        query += "&port=\(request.port)&uploaded=\(max(0, request.uploaded))"
        query += "&downloaded=\(max(0, request.downloaded))&left=\(max(0, request.left))"
        if let event = request.event.queryValue { query += "&event=" + event }
        if request.numWant >= 0 { query += "&numwant=\(request.numWant)" }
        if let key = request.key { query += "&key=" + hexadecimal(key) }
        if let ip = request.ip {
            query += "&ip="
            PercentEncoding.append(ip.host.utf8, to: &query)
        }
        query += request.compact ? "&compact=1" : "&compact=0"
        if request.noPeerID { query += "&no_peer_id=1" }
        if let trackerID = request.trackerID {
            query += "&trackerid="
            PercentEncoding.append(trackerID, to: &query)
        }
        return query
    }

    /// The URL to fetch for a scrape of these torrents.
    ///
    /// - Parameter url: a scrape URL, see `scrapeURL(fromAnnounce:)`.
    /// - Throws: as `query(for:url:)`.
    package static func scrapeQuery(for infoHashes: [InfoHash], url: String) throws(TrackerFailure) -> String {
        var query = try base(of: url)
        for (index, infoHash) in infoHashes.enumerated() {
            query += index == 0 ? "info_hash=" : "&info_hash="
            PercentEncoding.append(infoHash.bytes, to: &query)
        }
        return query
    }

    /// The scrape URL that belongs to an announce URL; nil if the tracker does not support scrapes. BEP 48.
    ///
    /// The text after the last slash has to begin with `announce`, which becomes `scrape`. A slash in the query counts
    /// as well: that is the convention, and every client follows it.
    package static func scrapeURL(fromAnnounce url: String) -> String? {
        guard let slash = url.lastIndex(of: "/") else { return nil }
        let last = url[url.index(after: slash)...]
        guard last.hasPrefix("announce") else { return nil }
        return url[...slash] + "scrape" + last.dropFirst("announce".count)
    }

    /// The URL up to where our first key begins.
    private static func base(of url: String) throws(TrackerFailure) -> String {
        let bytes = url.utf8
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .malformed("announce URL: holds spaces, control characters or raw bytes, wants percent-encoding")
        }
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw .malformed("announce URL: scheme is \"\(scheme)\", wants http or https")
        }
        let kept = url.prefix { $0 != "#" }
        guard let mark = kept.firstIndex(of: "?") else { return kept + "?" }
        let isOpen = kept.index(after: mark) == kept.endIndex || kept.hasSuffix("&")
        return isOpen ? String(kept) : kept + "&"
    }

    private static func hexadecimal(_ key: UInt32) -> String {
        let digits = String(key, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
