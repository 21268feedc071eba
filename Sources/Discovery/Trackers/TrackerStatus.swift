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

/// What a torrent's owner is told of its trackers.
package enum TrackerNews: Sendable, Equatable {
    /// A tracker answered an announce; its place in the statuses.
    case replied(Int)
    /// It did not, or refused; a sentence.
    case failed(Int, message: String)
}

/// What is known about one tracker of one torrent; a copy anyone may keep.
///
/// Times are seconds since 1970; 0 is never. Numbers are kept small: there are thousands of these.
package struct TrackerStatus: Sendable, Hashable {
    /// As written in the torrent.
    package let url: String
    /// What went wrong the last time, as a sentence; nil once it works again.
    package var lastError: String?
    /// What the tracker wants the user to know.
    package var warning: String?
    /// What it gave us to send back, as raw bytes; empty for nothing.
    package var trackerID: [UInt8] = []
    /// On the clock of the client's event loop; nil while it waits behind another tracker.
    package var nextAnnounce: NIODeadline?
    /// When it last answered an announce, and when it last failed to.
    package var lastSuccess: Int64 = 0
    package var lastFailure: Int64 = 0
    /// When counts last came, by scrape or announce.
    package var lastScrape: Int64 = 0
    /// When the next announce is planned, by its interval or after a failure; 0 while none is.
    package var nextTime: Int64 = 0
    /// Seconds between regular announces, as clamped by `AnnouncePolicy`; nil before the first reply.
    package var intervalSeconds: Int32?
    package var minIntervalSeconds: Int32?
    private var seedCount: Int32 = -1
    private var leecherCount: Int32 = -1
    private var downloadCount: Int32 = -1
    /// Peers in the last reply.
    package var peers: Int32 = 0
    /// Of these, how many the swarm had not heard of before.
    package var newPeers: Int32 = 0
    /// Answered announces since the start.
    package var successes: Int32 = 0
    /// Failures in a row.
    package var failures: Int32 = 0
    /// Answered scrapes.
    package var scrapes: Int32 = 0
    /// Counted from 0.
    package let tier: Int32
    /// By its scheme; one that is not known counts as HTTP.
    package let kind: TrackerKind
    /// What was last asked, answered or not.
    package var latestRequest = TrackerRequestKind.none
    /// The event of the last announce that was answered.
    package var lastEvent: AnnounceEvent?
    /// False for an address that cannot be used at all, `lastError` says why; also while its kind is switched off.
    package var isUsable = true
    /// False when the user wants it left alone.
    package var isEnabled = true
    /// Added by the user, not named by the torrent.
    package var isExtra = false
    /// It can be asked for counts alone: UDP, or an HTTP address of the form that BEP 48 wants.
    package var canScrape = false
    /// Its last answer was a good one.
    package var isWorking = false
    /// An announce is on its way, or waits for its turn.
    package var isAnnouncing = false
    /// A scrape is on its way, or waits for its turn.
    package var isScraping = false

    package init(url: String, tier: Int, kind: TrackerKind = .http) {
        self.url = url
        self.tier = Int32(clamping: tier)
        self.kind = kind
    }

    package var seeds: Int? {
        get { seedCount < 0 ? nil : Int(seedCount) }
        set { seedCount = newValue.map { Int32(clamping: $0) } ?? -1 }
    }

    package var leechers: Int? {
        get { leecherCount < 0 ? nil : Int(leecherCount) }
        set { leecherCount = newValue.map { Int32(clamping: $0) } ?? -1 }
    }

    /// How often the torrent was downloaded whole, by the tracker's count.
    package var downloaded: Int? {
        get { downloadCount < 0 ? nil : Int(downloadCount) }
        set { downloadCount = newValue.map { Int32(clamping: $0) } ?? -1 }
    }

    /// Between regular announces; nil before the first reply.
    package var interval: TimeAmount? { intervalSeconds.map { .seconds(Int64($0)) } }
    package var minInterval: TimeAmount? { minIntervalSeconds.map { .seconds(Int64($0)) } }

    package var isBusy: Bool { isAnnouncing || isScraping }

    /// The later of its last success and failure.
    package var lastActivity: Int64 { max(lastSuccess, lastFailure) }

    /// Whole seconds until the next announce; 0 if it is due.
    package func secondsToNextAnnounce(now: NIODeadline = .now()) -> Int64? {
        nextAnnounce.map { max(0, ($0 - now).nanoseconds / 1_000_000_000) }
    }

    // MARK: What happens

    mutating func asked(_ event: AnnounceEvent) {
        isAnnouncing = true
        latestRequest =
            switch event {
            case .none: .none
            case .completed: .completed
            case .started: .started
            case .stopped: .stopped
            }
    }

    mutating func succeeded(
        _ event: AnnounceEvent, _ response: AnnounceResponse, _ times: (interval: TimeAmount, minInterval: TimeAmount),
        time: Int64
    ) {
        isAnnouncing = false
        isWorking = true
        lastEvent = event
        lastError = nil
        warning = response.warning
        failures = 0
        successes += 1
        lastSuccess = time
        if let id = response.trackerID { trackerID = id }
        if response.complete != nil || response.incomplete != nil { lastScrape = time }
        // A tracker that leaves the counts out has not changed its mind about them.
        seeds = response.complete ?? seeds
        leechers = response.incomplete ?? leechers
        downloaded = response.downloaded ?? downloaded
        peers = Int32(clamping: response.peers.count)
        newPeers = 0
        intervalSeconds = Int32(clamping: times.interval.nanoseconds / 1_000_000_000)
        minIntervalSeconds = Int32(clamping: times.minInterval.nanoseconds / 1_000_000_000)
    }

    mutating func failed(_ sentence: String, time: Int64) {
        isAnnouncing = false
        isWorking = false
        lastError = sentence
        failures += 1
        lastFailure = time
    }

    mutating func scraped(_ entry: ScrapeEntry?, time: Int64) {
        isScraping = false
        scrapes += 1
        lastScrape = time
        guard let entry else { return }
        (seeds, leechers, downloaded) = (entry.complete, entry.incomplete, entry.downloaded)
    }
}
