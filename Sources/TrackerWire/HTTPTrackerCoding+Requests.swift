package import Metainfo

/// What a request target asks of a tracker.
package enum HTTPTrackerRequest: Sendable, Equatable {
    case announce(AnnounceRequest)
    /// The torrents in the order of the query; none is a scrape of everything.
    case scrape([InfoHash])
    /// Something for the page server.
    case other
}

/// The server's side: request targets such as `/announce?info_hash=…`.
extension HTTPTrackerCoding {
    /// A target with more torrents in one scrape is refused.
    package static let maximumScrapeHashes = 256

    /// Reads the target of a `GET` request from its raw bytes, without allocation for a usual announce.
    ///
    /// Keys may stand in any order; unknown ones are skipped, of repeated ones the last counts, but for the info-hash.
    /// `uploaded`, `downloaded` and `left` may be missing (a peer that does not say `left` is no seed).
    ///
    /// - Throws: `malformed` with a sentence for the `failure reason`.
    package static func decodeTarget(_ target: UnsafeRawBufferPointer) throws(TrackerFailure) -> HTTPTrackerRequest {
        var query = QueryReader(target)
        if query.hasPath("/announce") { return .announce(try announce(&query)) }
        if query.hasPath("/scrape") { return .scrape(try scrape(&query)) }
        return .other
    }

    private static func announce(_ query: inout QueryReader) throws(TrackerFailure) -> AnnounceRequest {
        var announce = AnnounceQuery()
        while query.next() { try announce.take(query.key, query.value) }
        return try announce.request()
    }

    private static func scrape(_ query: inout QueryReader) throws(TrackerFailure) -> [InfoHash] {
        var infoHashes: [InfoHash] = []
        while query.next() {
            guard query.key.equals("info_hash") else { continue }
            guard infoHashes.count < maximumScrapeHashes else {
                throw .malformed("scrape: more than \(maximumScrapeHashes) info hashes in one request")
            }
            infoHashes.append(try AnnounceQuery.infoHash(query.value))
        }
        return infoHashes
    }
}

/// Splits a request target at `?`, `&` and `=`; nothing is copied or decoded.
struct QueryReader {
    private let path: UnsafeRawBufferPointer
    private var rest: UnsafeRawBufferPointer
    private(set) var key: UnsafeRawBufferPointer
    /// Still percent-encoded.
    private(set) var value: UnsafeRawBufferPointer

    init(_ target: UnsafeRawBufferPointer) {
        let (path, query) = target.split(UInt8(ascii: "?"))
        self.path = path
        rest = query
        key = UnsafeRawBufferPointer(rebasing: rest[..<0])
        value = key
    }

    func hasPath(_ text: StaticString) -> Bool { path.equals(text) }

    /// Goes to the next `key=value`; false at the end. Empty parts (`&&`) are skipped.
    mutating func next() -> Bool {
        while !rest.isEmpty {
            let (part, others) = rest.split(UInt8(ascii: "&"))
            rest = others
            if part.isEmpty { continue }
            (key, value) = part.split(UInt8(ascii: "="))
            return true
        }
        return false
    }
}
