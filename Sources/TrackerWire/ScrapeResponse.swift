package import Metainfo

/// The counts of one torrent's swarm. BEP 48.
package struct ScrapeEntry: Hashable, Sendable {
    /// Seeds.
    package var complete: Int
    /// How often the torrent was downloaded whole.
    package var downloaded: Int
    /// Peers that still download.
    package var incomplete: Int
    /// Of these, the ones that want more: without partial seeds. Sent only where it differs. BEP 21.
    package var downloaders: Int?

    package init(complete: Int = 0, downloaded: Int = 0, incomplete: Int = 0, downloaders: Int? = nil) {
        self.complete = complete
        self.downloaded = downloaded
        self.incomplete = incomplete
        self.downloaders = downloaders
    }
}

/// A tracker's answer to a scrape: the torrents it knows, which may be fewer than were asked for. BEP 48.
package struct ScrapeResponse: Sendable, Equatable {
    package var entries: [InfoHash: ScrapeEntry]

    package init(entries: [InfoHash: ScrapeEntry] = [:]) {
        self.entries = entries
    }
}
