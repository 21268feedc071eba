package import NIOCore
package import TrackerWire

/// What a torrent has moved since its start, as trackers are told. BEP 3.
package struct TransferTotals: Sendable, Hashable {
    /// Payload bytes sent.
    package var uploaded: Int64
    /// Payload bytes received.
    package var downloaded: Int64
    /// Bytes not yet verified; 0 makes us a seed.
    package var left: Int64

    package init(uploaded: Int64 = 0, downloaded: Int64 = 0, left: Int64) {
        self.uploaded = uploaded
        self.downloaded = downloaded
        self.left = left
    }
}

/// What is known about one tracker of one torrent; a copy anyone may keep.
package struct TrackerStatus: Sendable, Hashable {
    /// As written in the torrent.
    package let url: String
    /// Counted from 0.
    package let tier: Int
    /// False for an address that cannot be used at all; `lastError` says why.
    package var isUsable = true
    /// Its last answer was a good one.
    package var isWorking = false
    /// An announce is on its way.
    package var isAnnouncing = false
    /// The event of the last announce that was answered.
    package var lastEvent: AnnounceEvent?
    /// What went wrong the last time, as a sentence; nil once it works again.
    package var lastError: String?
    /// What the tracker wants the user to know.
    package var warning: String?
    package var seeds: Int?
    package var leechers: Int?
    /// How often the torrent was downloaded whole, by the tracker's count.
    package var downloaded: Int?
    /// Peers in the last reply.
    package var peers = 0
    /// Answered announces since the start.
    package var successes = 0
    /// Failures in a row.
    package var failures = 0
    /// Between regular announces, as clamped by `AnnouncePolicy`.
    package var interval: TimeAmount?
    package var minInterval: TimeAmount?
    /// On the clock of the client's event loop; nil while it waits behind another tracker.
    package var nextAnnounce: NIODeadline?

    package init(url: String, tier: Int) {
        self.url = url
        self.tier = tier
    }

    /// Whole seconds until the next announce; 0 if it is due.
    package func secondsToNextAnnounce(now: NIODeadline = .now()) -> Int64? {
        nextAnnounce.map { max(0, ($0 - now).nanoseconds / 1_000_000_000) }
    }
}
