import TrackerWire

/// A torrent's announce-list, each address checked and asked once only.
struct TrackerList: Sendable {
    /// In the order of the metainfo, tiers joined.
    private(set) var statuses: [TrackerStatus] = []
    /// The same places; nil for addresses that cannot be used.
    private(set) var urls: [TrackerURL?] = []
    /// The usable ones.
    private(set) var tiers: [[TrackerID]] = []

    /// Trackers beyond this are left out: a hostile torrent must not make us ask thousands.
    static let limit = 256

    init(tiers texts: [[String]]) {
        for (tier, texts) in texts.enumerated() {
            var usable: [TrackerID] = []
            for text in texts {
                guard statuses.count < Self.limit else { break }
                do {
                    let url = try TrackerURL(text)
                    // Lists are short as a rule, and a set for each of thousands of torrents costs more than the search.
                    guard !urls.contains(url) else { continue }
                    usable.append(TrackerID(rawValue: statuses.count))
                    statuses.append(TrackerStatus(url, text: text, tier: tier))
                    urls.append(url)
                } catch {
                    statuses.append(TrackerStatus(unusable: text, tier: tier, error))
                    urls.append(nil)
                }
            }
            tiers.append(usable)
        }
    }
}

extension TrackerStatus {
    /// A tracker that can be asked.
    init(_ url: TrackerURL, text: String, tier: Int) {
        // The text that the metainfo holds anyway, rather than a copy of it.
        let cleaned = TrackerFailure.cleaned(text.utf8)
        self.init(url: cleaned == text ? text : cleaned, tier: tier, kind: url.scheme == .udp ? .udp : .http)
        canScrape = url.scheme == .udp || HTTPTrackerCoding.scrapeURL(fromAnnounce: url.text) != nil
    }

    init(unusable text: String, tier: Int, _ error: TrackerURLError) {
        let isUDP = text.prefix(4).lowercased() == "udp:"
        self.init(url: TrackerFailure.cleaned(text.utf8), tier: tier, kind: isUDP ? .udp : .http)
        isUsable = false
        lastError = error.description
    }
}
