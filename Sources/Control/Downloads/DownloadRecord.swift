package import Commands

/// What is remembered of a download over restarts, besides its pieces: the content of rTorrent's `HASH.torrent.rtorrent`.
///
/// Text is bytes, as rTorrent keeps it: what a front end stored comes back as it was.
package struct DownloadRecord: Sendable, Hashable {
    /// The user's intention: started or stopped. `d.state`
    package var isStarted = false
    /// All wanted pieces were verified when that was last known. `d.complete`
    package var isComplete = false
    /// `d.hashing`, to go on with a check after a restart.
    package var hashing: HashingKind = .none
    package var ignoresCommands = false
    /// 0 off … 3 high. `d.priority`
    package var priority: Int64 = 2
    /// `d.custom`: any keys.
    package var custom = ValueMap()
    /// `d.custom1` … `d.custom5`.
    package var customs: [[UInt8]] = [[], [], [], [], []]
    /// What the user set, in the form of `d.directory_base`: of a single file its folder, else the torrent's own folder.
    package var directory: [UInt8] = []
    /// Sent to trackers to prove that we are the same peer.
    package var trackerKey: Int64 = 0
    package var loadedFile: [UInt8] = []
    package var tiedToFile: [UInt8] = []
    package var throttleName: [UInt8] = []
    package var connectionLeech: [UInt8] = []
    package var connectionSeed: [UInt8] = []
    /// `choke_heuristics.{up,down}.{leech,seed}`, in the order up.leech, up.seed, down.leech, down.seed.
    package var chokeHeuristics: [[UInt8]] = [[], [], [], []]
    package var stateChanged: Int64 = 0
    package var stateCounter: Int64 = 0
    package var startedAt: Int64 = 0
    package var finishedAt: Int64 = 0
    /// Payload of former runs; what this run has moved comes on top.
    package var uploaded: Int64 = 0
    package var downloaded: Int64 = 0
    /// `d.views`: the views that were pushed to it.
    package var views: [[UInt8]] = []
    /// For display before the first check.
    package var chunksDone: Int64 = 0
    package var chunksWanted: Int64 = 0
    /// `f.priority` of each file, `HASH.torrent.libtorrent_resume` keeps it.
    package var filePriorities: [UInt8] = []

    package init() {}
}

/// `d.hashing`.
package enum HashingKind: Int64, Sendable {
    case none = 0
    /// At the start, with what was saved.
    case initial = 1
    /// After the last piece came.
    case final = 2
    /// `d.check_hash`.
    case requested = 3
}
