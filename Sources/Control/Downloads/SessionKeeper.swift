import Commands
import Discovery
import Engine
import Metainfo
import Storage
import SwarmCore

/// Keeps the session folder up to date with the downloads. Control loop only; reading and writing happen on threads of the folder's own.
package final class SessionKeeper {
    private(set) var directory: SessionDirectory?

    func open(_ path: [UInt8], usesLock: Bool, report: @escaping @Sendable (String) -> Void) throws(SessionError) {
        directory = try SessionDirectory(path: path, usesLock: usesLock, report: report)
    }

    func remove(_ download: Download) { directory?.remove(download.torrent.infoHash) }

    /// - Parameter isFull: with the torrent itself.
    func save(_ download: Download, isFull: Bool) {
        guard let directory, !download.isGone else { return }
        download.needsSaving = false
        download.savedTransfer = download.transfer
        directory.save(state(of: download, isFull: isFull))
        download.unsavedTorrent = nil
    }

    private func state(of download: Download, isFull: Bool) -> SessionState {
        let torrent = download.torrent
        var record = download.record
        let figures = torrent.gauges.figures
        record.uploaded += figures.uploaded
        record.downloaded += figures.downloaded
        var state = SessionState(
            infoHash: torrent.infoHash, content: content(of: download, isFull: isFull), record: record,
            resume: download.resume)
        for tracker in torrent.trackerStatuses where tracker.isExtra || !tracker.isEnabled {
            state.trackers.append(
                SavedTracker(
                    url: tracker.url, isEnabled: tracker.isEnabled, extraTier: tracker.isExtra ? Int(tracker.tier) : nil
                ))
        }
        let addresses = figures.peers > 0 ? torrent.knownAddresses() : download.knownAddresses
        state.peers = addresses.prefix(200).map { SavedPeer(address: $0) }
        return state
    }

    /// Nil leaves what is in the folder.
    private func content(of download: Download, isFull: Bool) -> SessionState.Content? {
        if let magnet = download.magnet { return .magnet(magnet.saved) }
        if let bytes = download.unsavedTorrent { return .torrent(bytes) }
        let bytes = download.torrent.metainfo.bytes
        // A large torrent that lies in the folder is not kept in memory.
        return isFull && !bytes.isEmpty ? .torrent(bytes) : nil
    }
}

extension Controller {
    /// Queues its session files to be written; without a session folder nothing happens.
    ///
    /// What is on disk is asked for first, which takes a worker a moment.
    ///
    /// - Parameter isFull: with the torrent itself (`d.save_full_session`).
    package func save(_ download: Download, isFull: Bool = false) {
        guard session.directory != nil, !download.isGone else { return }
        let isGrowing = download.torrent.stage == .active && !download.record.isComplete
        if isGrowing, download.pendingResumeData == 0 { keepResumeData(download) }
        if download.pendingResumeData > 0, download.unsavedTorrent == nil {
            download.isSavedWhenKnown = true
        } else {
            session.save(download, isFull: isFull)
        }
    }

    /// `session.save`: all that have changed since they were saved.
    package func saveAll() {
        for download in downloads.all where download.needsSaving || download.savedTransfer != download.transfer {
            save(download)
        }
    }
}

extension Download {
    /// What it has moved in this run, to tell whether it has to be saved.
    var transfer: Int64 {
        let figures = torrent.gauges.figures
        return figures.uploaded &+ figures.downloaded
    }
}
