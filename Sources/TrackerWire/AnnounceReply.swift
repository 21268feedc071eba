/// The numbers of a tracker's answer to an announce; the peers travel beside it as raw bytes.
///
/// This is the server's lean twin of `AnnounceResponse`: it holds no array and no text.
package struct AnnounceReply: Sendable, Equatable {
    /// Seconds until the next regular announce.
    package var interval: Int
    /// Seconds below which the peer shall not come again.
    package var minInterval: Int
    /// Seeds.
    package var complete: Int
    /// Peers that still download.
    package var incomplete: Int
    /// How often the torrent was downloaded whole.
    package var downloaded: Int
    /// The announcer's own address as the tracker sees it. BEP 24.
    package var external: ExternalAddress?

    /// An address without an array.
    package enum ExternalAddress: Sendable, Equatable {
        case v4(UInt32)
        case v6(high: UInt64, low: UInt64)
    }

    package init(interval: Int, minInterval: Int, complete: Int = 0, incomplete: Int = 0, downloaded: Int = 0) {
        self.interval = interval
        self.minInterval = minInterval
        self.complete = complete
        self.incomplete = incomplete
        self.downloaded = downloaded
    }
}
