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

/// How a tracker is spoken to; the raw value is what `t.type` answers.
package enum TrackerKind: UInt8, Sendable {
    case http = 1
    case udp = 2
    case dht = 3
}

/// What was last asked of a tracker; the raw value is what `t.latest_event` answers.
package enum TrackerRequestKind: UInt8, Sendable {
    case none = 0
    case completed = 1
    case started = 2
    case stopped = 3
    case scrape = 4
}

/// What is known about one tracker of one torrent; a copy anyone may keep.
///
/// Times are seconds since 1970; 0 is never.
package struct TrackerStatus: Sendable, Hashable {
    /// As written in the torrent.
    package let url: String
    /// Counted from 0.
    package let tier: Int
    /// By its scheme; an address that cannot be used counts as HTTP.
    package let kind: TrackerKind
    /// False for an address that cannot be used at all; `lastError` says why.
    package var isUsable = true
    /// False when the user wants it left alone.
    package var isEnabled = true
    /// Added by the user, not named by the torrent.
    package var isExtra = false
    /// It can be asked for counts alone: UDP, or an HTTP address of the form that BEP 48 wants.
    package var canScrape = false
    /// Its last answer was a good one.
    package var isWorking = false
    /// An announce is on its way.
    package var isAnnouncing = false
    /// A scrape is on its way.
    package var isScraping = false
    /// What was last asked, answered or not.
    package var latestRequest = TrackerRequestKind.none
    /// What it gave us to send back, as raw bytes; empty for nothing.
    package var trackerID: [UInt8] = []
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
    /// Of these, how many nobody had named before.
    package var newPeers = 0
    /// Answered announces since the start.
    package var successes = 0
    /// Failures in a row.
    package var failures = 0
    /// Between regular announces, as clamped by `AnnouncePolicy`.
    package var interval: TimeAmount?
    package var minInterval: TimeAmount?
    /// On the clock of the client's event loop; nil while it waits behind another tracker.
    package var nextAnnounce: NIODeadline?
    /// When it last answered an announce, and when it last failed to.
    package var lastSuccess: Int64 = 0
    package var lastFailure: Int64 = 0
    /// When the next announce is planned: by its interval, or after a failure.
    package var nextTime: Int64 = 0
    /// When counts last came, by scrape or announce; and how many scrapes were answered.
    package var lastScrape: Int64 = 0
    package var scrapes = 0

    package init(url: String, tier: Int, kind: TrackerKind = .http) {
        self.url = url
        self.tier = tier
        self.kind = kind
    }

    package var isBusy: Bool { isAnnouncing || isScraping }
    package var lastActivity: Int64 { max(lastSuccess, lastFailure) }

    /// Whole seconds until the next announce; 0 if it is due.
    package func secondsToNextAnnounce(now: NIODeadline = .now()) -> Int64? {
        nextAnnounce.map { max(0, ($0 - now).nanoseconds / 1_000_000_000) }
    }
}
