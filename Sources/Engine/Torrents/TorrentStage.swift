package import Storage

/// How far a torrent is taken into use; each stage needs the one before.
package enum TorrentStage: Int, Sendable, Comparable {
    /// Known to the engine, nothing open.
    case closed
    /// Its place on disk is fixed; what is there is not known.
    case open
    /// What is on disk is being found out.
    case checking
    /// What is on disk is known; nobody is talked to.
    case ready
    /// In its swarm: peers may connect, trackers are told.
    case active

    package static func < (left: TorrentStage, right: TorrentStage) -> Bool { left.rawValue < right.rawValue }
}

/// How to find out what is on disk.
package enum CheckPlan: Sendable {
    /// Hash everything.
    case full
    /// Believe what was saved, except for files whose size or time of change differ: only their pieces are hashed.
    case resume(ResumeData)
}

/// What happens to a torrent; told on any thread, must not block.
package enum TorrentEvent: Sendable {
    /// A check is through: the stage is `ready`.
    case checked
    /// A check ended without a result: the stage is `open`. The text says why.
    case checkFailed(String)
    /// The last wanted piece is verified and on disk; the stage stays `active`.
    case completed
    /// The disk refused: the torrent has left its swarm, the stage is `ready`.
    case storageFailed(StorageError)
    /// A tracker answered; its place in `Torrent.trackerStatuses`.
    case trackerReplied(Int)
    /// A tracker did not answer, or refused.
    case trackerFailed(Int, message: String)
}
