package import Metainfo

/// How one torrent is to be taken in.
package struct TorrentOptions: Sendable {
    package enum Mode: Sendable {
        /// Fetch what is missing, then seed.
        case download
        /// Serve what is there; nothing is ever written.
        case seedOnly
    }

    package enum Verification: Sendable {
        /// Hash everything that is on disk.
        case full
        /// Trust the data: only with a size check by the caller.
        case none
    }

    /// The folder that holds the torrent's file or folder.
    package var directory: String
    /// Exact path instead of `directory` and the torrent's name.
    package var saveAs: String?
    package var mode = Mode.download
    package var verification = Verification.full
    /// Data is written through symbolic links that belong to this user, as rTorrent does; else through none.
    package var followsOwnLinks = false
    /// Trackers instead of the torrent's own.
    package var tiers: [[String]]?
    /// Reads the torrent again, so that a large one need not be kept in memory while nothing is fetched; called on workers.
    package var reload: (@Sendable () -> MetainfoFile?)?

    /// A torrent file of at most so many bytes is kept in any case.
    static let keptBytes = 2048

    package init(directory: String, saveAs: String? = nil) {
        self.directory = directory
        self.saveAs = saveAs
    }
}
