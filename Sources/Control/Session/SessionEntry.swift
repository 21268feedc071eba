package import Commands
package import Metainfo
package import Storage

/// One torrent as it was found in the session folder.
package struct SessionEntry: Sendable {
    /// What the torrent is.
    package enum Content: Sendable {
        case torrent(MetainfoFile)
        /// A magnet link whose torrent had not come.
        case magnet(SavedMagnet)
    }

    package var infoHash: InfoHash
    package var content: Content
    /// As a new one if there was none that could be read; then nothing is started, for without its folder all would be fetched again.
    package var record = DownloadRecord()
    /// Nil: everything has to be hashed.
    package var resume: ResumeData?
    package var trackers: [SavedTracker] = []
    package var peers: [SavedPeer] = []
    /// What was wrong with its files, one sentence each.
    package var problems: [String] = []

    package init(infoHash: InfoHash, content: Content) {
        self.infoHash = infoHash
        self.content = content
    }

    /// Nil for a magnet.
    package var metainfo: MetainfoFile? { if case .torrent(let metainfo) = content { metainfo } else { nil } }
}

/// One torrent as its session files are to be.
package struct SessionState: Sendable {
    /// What its `HASH.torrent` is to be.
    package enum Content: Sendable {
        /// A torrent file's bytes.
        case torrent([UInt8])
        case magnet(SavedMagnet)
    }

    package var infoHash: InfoHash
    /// Nil leaves `HASH.torrent` as it is.
    package var content: Content?
    package var record: DownloadRecord
    /// Nil: everything has to be hashed the next time.
    package var resume: ResumeData?
    package var trackers: [SavedTracker] = []
    package var peers: [SavedPeer] = []

    package init(infoHash: InfoHash, content: Content?, record: DownloadRecord, resume: ResumeData?) {
        self.infoHash = infoHash
        self.content = content
        self.record = record
        self.resume = resume
    }
}

/// What the user did to a tracker.
package struct SavedTracker: Hashable, Sendable {
    package var url: String
    package var isEnabled: Bool
    /// Its tier if the user added it; nil for one that the torrent names.
    package var extraTier: Int?

    package init(url: String, isEnabled: Bool, extraTier: Int? = nil) {
        self.url = url
        self.isEnabled = isEnabled
        self.extraTier = extraTier
    }
}

/// A peer that may be there the next time as well.
package struct SavedPeer: Hashable, Sendable {
    package var address: PeerAddress
    /// Attempts in a row that failed.
    package var failures: Int64
    /// When it was last connected, in unix time; 0 for never.
    package var lastSeen: Int64

    package init(address: PeerAddress, failures: Int64 = 0, lastSeen: Int64 = 0) {
        self.address = address
        self.failures = failures
        self.lastSeen = lastSeen
    }
}

/// A magnet link in the session folder.
package struct SavedMagnet: Hashable, Sendable {
    /// The link as the user gave it.
    package var link: [UInt8]
    /// What is to be run on the torrent once it has come, as texts.
    package var commands: [[UInt8]]
    /// Start the torrent once it has come.
    package var isStarted: Bool
    /// Errors are told.
    package var isVerbose: Bool
    /// On whose behalf the commands were given: they may do no more later.
    package var caller = Caller.owner

    package init(link: [UInt8], commands: [[UInt8]] = [], isStarted: Bool = false, isVerbose: Bool = false) {
        self.link = link
        self.commands = commands
        self.isStarted = isStarted
        self.isVerbose = isVerbose
    }
}
