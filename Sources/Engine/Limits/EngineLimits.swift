/// Limits over all torrents that may change while the engine runs.
package struct EngineLimits: Sendable, Equatable {
    /// Bytes a second; 0 is no limit.
    package var maxUploadRate = 0
    package var maxDownloadRate = 0
    /// Peers uploaded to and downloaded from at a time, over all torrents; 0 is no limit.
    package var uploadSlots = 0
    package var downloadSlots = 0
    /// Defaults of each torrent: slots, and connections while downloading and while seeding. 0 slots: by the engine's own judgement.
    package var uploadSlotsPerTorrent = 50
    package var minUploadSlotsPerTorrent = 2
    package var downloadSlotsPerTorrent = 50
    package var minDownloadSlotsPerTorrent = 8
    package var maxPeersLeeching = 200
    package var minPeersLeeching = 100
    package var maxPeersSeeding = 200
    package var minPeersSeeding = 100
    package var maxOpenFiles = 256
    /// Connections with peers over all torrents.
    package var maxOpenSockets = 1_024
    /// Bytes of pieces on their way in, over all torrents.
    package var pieceMemory = 48 << 20
    /// Peers to ask a tracker for; -1 leaves it to the tracker.
    package var trackerPeersWanted: Int32 = -1
    package var usesUDPTrackers = true
    /// Trackers are asked for their counts about half a minute after a torrent came in, whether it is started or not.
    package var scrapesAfterLoad = true
    /// Bytes a file may have; a torrent with a larger one is refused.
    package var maxFileSize: Int64 = 512 << 30

    package init() {}
}

/// What the engine is doing, over all torrents.
package struct EngineFigures: Sendable, Equatable {
    package var uploadRate = 0.0
    package var downloadRate = 0.0
    /// Payload since the start.
    package var uploaded: Int64 = 0
    package var downloaded: Int64 = 0
    package var peers = 0
    package var unchokedUploads = 0
    package var unchokedDownloads = 0
    package var openFiles = 0
    package var openSockets = 0
    /// Torrents being checked and waiting for it.
    package var checking = 0
    package var pieceMemory = 0

    package init() {}
}

/// A named limit that torrents share (`throttle.up`, `throttle.down`).
package struct ThrottleFigures: Sendable, Equatable {
    /// Bytes a second; 0 is no limit.
    package var maxUploadRate = 0
    package var maxDownloadRate = 0
    package var uploadRate = 0.0
    package var downloadRate = 0.0

    package init() {}
}
