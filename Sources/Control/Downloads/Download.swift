import Commands
package import Engine
import Metainfo
package import Storage

/// What rTorrent calls a download: a torrent of the engine with what its user wants of it. Control loop only.
package final class Download {
    package let torrent: Torrent
    /// Upper-case hex, as rTorrent's clients expect it.
    package let hashText: [UInt8]
    // What lists ask for in each row, out of the metainfo: taking that whole would copy a dozen references each time.
    let layout: PieceLayout
    /// The torrent's name as it came.
    let name: [UInt8]
    let isMultiFile: Bool
    let isPrivate: Bool
    /// What is remembered over restarts. Whoever changes it sets `needsSaving`.
    package var record: DownloadRecord
    /// What the engine is told, derived from the record and the `d.*.set` commands; assign as a whole.
    package var settings: TorrentSettings {
        didSet { torrent.settings = settings }
    }

    // What this process knows and the next one need not.
    /// `d.hashing_failed`: a check was blocked or given up; nothing is hashed by itself any more.
    package var isHashingFailed = false
    package var message: [UInt8] = []
    /// Its disk stopped it: `message` stays until it is resumed, whatever trackers answer meanwhile.
    var hasDiskTrouble = false
    /// Unix time of `load`.
    package var loadedAt: Int64 = 0
    /// Unix time of the torrent's making; 0 if it does not say.
    package let createdAt: Int64
    /// Where it was opened last in this process; empty before. `d.base_path`, `f.frozen_path`
    package var frozenPath: [UInt8] = []
    /// A magnet whose metainfo has not come yet.
    package let isMeta: Bool
    var extras = DownloadExtras()
    /// Its session files are older than it is.
    package var needsSaving = true
    /// Its place in the order of loading.
    package let number: Int

    /// The link that it came from and what is to become of the torrent; nil for what is no magnet.
    var magnet: Magnet?
    /// Goes on while a magnet is active.
    var search: MetadataSearch?
    /// What is known to be on disk, as of its last pause, check or save; nil: everything has to be hashed.
    package internal(set) var resume: ResumeData?
    /// A torrent file that is not in the session folder yet.
    var unsavedTorrent: [UInt8]?
    /// `transfer` when it was saved last.
    var savedTransfer: Int64 = 0
    /// Addresses to be dialled when it becomes active.
    var knownAddresses: [PeerAddress] = []
    /// Resume data that was asked for and has not come; a check waits for it.
    var pendingResumeData = 0
    /// It is to be saved when that has come: a record that says complete must not stand beside older pieces.
    var isSavedWhenKnown = false
    /// Rises when resume data is forgotten, so that what was asked for before is not believed.
    private(set) var resumeAge = 0
    /// Where it stands in each view.
    var places: [ViewPlace] = []
    /// Where it stands in the list of all.
    var listSlot = 0
    var isErasing = false
    /// It has left the list: whoever holds it still does nothing with it.
    package internal(set) var isGone = false

    package init(
        torrent: Torrent, record: DownloadRecord, settings: TorrentSettings, createdAt: Int64, isMeta: Bool, number: Int
    ) {
        self.torrent = torrent
        self.record = record
        self.settings = settings
        self.createdAt = createdAt
        self.isMeta = isMeta
        self.number = number
        hashText = Array(torrent.infoHash.hex.uppercased().utf8)
        let info = torrent.metainfo.info
        layout = info.layout
        name = info.rawName
        isMultiFile = !info.isSingleFile
        isPrivate = info.isPrivate
        // An initializer's own assignments are not observed.
        torrent.settings = settings
    }

    func forgetResumeData() {
        resume = nil
        resumeAge += 1
    }
}
