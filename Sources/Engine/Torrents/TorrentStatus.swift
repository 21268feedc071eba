package import Discovery
package import SwarmCore

/// Where a torrent is in its life.
package enum TorrentPhase: Sendable, Equatable {
    /// Bytes looked at so far, of all.
    case checking(done: Int64, total: Int64)
    case downloading
    case seeding
    case stopped
    /// What went wrong, as a sentence.
    case failed(String)
}

/// Everything a status line shows, at one moment.
package struct TorrentStatus: Sendable {
    package let name: String
    package let phase: TorrentPhase
    package let figures: SwarmFigures
    package let trackers: [TrackerStatus]

    /// Bytes sent for each byte received; nil when nothing was received.
    package var ratio: Double? {
        figures.downloaded > 0 ? Double(figures.uploaded) / Double(figures.downloaded) : nil
    }

    /// Seconds until the download is whole at the present rate; nil when it does not move.
    package var secondsLeft: Double? {
        figures.left == 0 ? 0 : figures.downloadRate >= 1 ? Double(figures.left) / figures.downloadRate : nil
    }
}
