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
        switch download.torrent.stage {
        case .active: Int64(figures(download).verifiedPieces)
        case .ready: Int64(pieces(download)?.setCount ?? 0)
        default: download.record.chunksDone
        }
    }

    func completedBytes(_ download: Download) -> Int64 {
        let layout = download.layout
        switch download.torrent.stage {
        case .active: return figures(download).verified
        case .ready:
            guard let pieces = pieces(download) else { return 0 }
            let bytes = Int64(pieces.setCount) * Int64(layout.pieceLength)
            guard pieces.count > 0, pieces[pieces.count - 1] else { return bytes }
            return bytes - Int64(layout.pieceLength - layout.length(of: pieces.count - 1))
        default: return min(download.record.chunksDone * Int64(layout.pieceLength), layout.totalLength)
        }
    }

    /// With the blocks of pieces that are under way.
    func presentBytes(_ download: Download) -> Int64 {
        completedBytes(download) + (download.isActive ? figures(download).partial : 0)
    }

    /// Pieces that file priorities ask for and that are missing; while that is not known, what was saved, or all of them.
    func missingWantedPieces(_ download: Download) -> Int64 {
        let count = Int64(download.layout.pieceCount)
        switch download.torrent.stage {
        case .active: return Int64(figures(download).wantedPiecesLeft)
        case .ready:
            guard let pieces = pieces(download) else { return count }
            if pieces.isAllSet || !download.record.filePriorities.contains(FilePriority.off.rawValue) {
                return count - Int64(pieces.setCount)
            }
            return Int64(download.wantedPieces.countSet(notIn: pieces))
        default:
            let record = download.record
            return record.chunksDone == 0 && record.chunksWanted == 0 ? count : record.chunksWanted
        }
    }

    /// All pieces are there.
    func isWhole(_ download: Download) -> Bool { completedPieces(download) == Int64(download.layout.pieceCount) }

    /// All wanted pieces are there.
    func isDone(_ download: Download) -> Bool { missingWantedPieces(download) == 0 }
}
