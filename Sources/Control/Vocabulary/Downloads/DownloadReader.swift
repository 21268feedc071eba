import Commands
import Discovery
import Engine
import Metainfo
import Storage
import SwarmCore

/// Where the fields of downloads come from: the engine's answers, each asked for once while a row of a table is made.
///
/// Outside of tables nothing is remembered. A command that changes something calls ``forget()``, so a later column of the same row sees what
/// it did. Control loop only.
final class DownloadReader {
    /// How many tables are being made inside each other.
    private var depth = 0
    private var current: Download?
    private var row = Row()

    private struct Row {
        var figures: SwarmFigures?
        var trackers: [TrackerStatus]?
        var pieces: Bitfield??
        var peers: [PeerSnapshot]?
    }

    /// Runs `body`, which makes a table.
    func table<Result>(_ body: () throws(CommandFault) -> Result) throws(CommandFault) -> Result {
        depth += 1
        defer {
            depth -= 1
            if depth == 0 { forget() }
        }
        return try body()
    }

    /// The next row begins: what is known of a download may be older than it.
    @inline(__always)
    func begin(_ download: Download) {
        current = download
        row = Row()
    }

    /// Something was changed.
    func forget() {
        current = nil
        row = Row()
    }

    // MARK: What the engine says

    @inline(__always)
    func figures(_ download: Download) -> SwarmFigures {
        if current === download, let figures = row.figures { return figures }
        let figures = download.torrent.gauges.figures
        if remembers(download) { row.figures = figures }
        return figures
    }

    func trackers(_ download: Download) -> [TrackerStatus] {
        if current === download, let trackers = row.trackers { return trackers }
        let trackers = download.torrent.trackerStatuses
        if remembers(download) { row.trackers = trackers }
        return trackers
    }

    /// Nil unless what is on disk is known. Waits for the swarm's next turn.
    func pieces(_ download: Download) -> Bitfield? {
        if current === download, let pieces = row.pieces { return pieces }
        let pieces = download.torrent.verifiedPieces()
        if remembers(download) { row.pieces = .some(pieces) }
        return pieces
    }

    /// Waits for the swarm's next turn.
    func peers(_ download: Download) -> [PeerSnapshot] {
        if current === download, let peers = row.peers { return peers }
        let peers = download.torrent.stage == .active ? download.torrent.peers() : []
        if remembers(download) { row.peers = peers }
        return peers
    }

    private func remembers(_ download: Download) -> Bool {
        guard depth > 0 else { return false }
        if current !== download { begin(download) }
        return true
    }

    // MARK: What follows from it

    /// Pieces verified; while that is not known, what was saved.
    func completedPieces(_ download: Download) -> Int64 {
        guard download.torrent.stage >= .ready else { return download.record.chunksDone }
        let length = Int64(download.layout.pieceLength)
        // Only the last piece may be short, so rounding up counts it as the whole that it is.
        return (figures(download).verified + length - 1) / length
    }

    func completedBytes(_ download: Download) -> Int64 {
        guard download.torrent.stage >= .ready else {
            return min(download.record.chunksDone * Int64(download.layout.pieceLength), download.layout.totalLength)
        }
        return figures(download).verified
    }

    /// Pieces that file priorities ask for and that are missing; while that is not known, what was saved, or all of them.
    func missingWantedPieces(_ download: Download) -> Int64 {
        let count = Int64(download.layout.pieceCount)
        guard download.torrent.stage >= .ready else {
            let record = download.record
            return record.chunksDone == 0 && record.chunksWanted == 0 ? count : record.chunksWanted
        }
        let missing = count - completedPieces(download)
        guard missing > 0, download.record.filePriorities.contains(FilePriority.off.rawValue),
            let pieces = pieces(download)
        else { return missing }
        let wanted = download.wantedPieces
        return Int64(wanted.countSet(notIn: pieces))
    }

    /// All pieces are there.
    func isWhole(_ download: Download) -> Bool { completedPieces(download) == Int64(download.layout.pieceCount) }

    /// All wanted pieces are there.
    func isDone(_ download: Download) -> Bool { missingWantedPieces(download) == 0 }
}
