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
    /// Trackers instead of the torrent's own.
    package var tiers: [[String]]?

    package init(directory: String, saveAs: String? = nil) {
        self.directory = directory
        self.saveAs = saveAs
    }
}
