package import Commands
import Discovery
import Dispatch
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

    /// Waits until what was saved so far is on the disk. The folder's threads wait for nobody, so this ends; on a disk that hardly
    /// moves it gives up after `longestWait`.
    ///
    /// - Returns: false when it gave up.
    func waitUntilWritten() -> Bool {
        guard let directory else { return true }
        let written = DispatchSemaphore(value: 0)
        directory.flush { written.signal() }
        return written.wait(timeout: .now() + Self.longestWait) == .success
    }

    private static let longestWait = DispatchTimeInterval.seconds(30)

    private func state(of download: Download, isFull: Bool) -> SessionState {
        let torrent = download.torrent
        var record = download.record
        let figures = torrent.gauges.figures
        record.uploaded += figures.uploaded
        record.downloaded += figures.downloaded
        var state = SessionState(
            infoHash: torrent.infoHash, content: content(of: download, isFull: isFull), record: record,
            resume: download.resume)
        state.trackers = torrent.trackerStatuses.map {
            SavedTracker(url: $0.url, isEnabled: $0.isEnabled, extraTier: $0.isExtra ? Int($0.tier) : nil)
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

    /// All that have changed since they were saved, in their own time: the built-in schedule.
    package func saveAll() {
        for download in unsavedDownloads { save(download) }
    }

    /// `session.save`: what it answers for is on the disk, as rTorrent's is.
    ///
    /// Pieces that are still being looked at follow in their own time; what is written now claims fewer.
    package func saveAllNow() throws(CommandFault) {
        for download in unsavedDownloads { saveWhatIsKnown(download, isFull: false) }
        try waitUntilWritten()
    }

    /// `d.save_full_session`, `d.save_resume`: the same for one.
    package func saveNow(_ download: Download, isFull: Bool) throws(CommandFault) {
        saveWhatIsKnown(download, isFull: isFull)
        try waitUntilWritten()
    }

    private var unsavedDownloads: [Download] {
        downloads.all.filter { $0.needsSaving || $0.savedTransfer != $0.transfer }
    }

    private func saveWhatIsKnown(_ download: Download, isFull: Bool) {
        guard session.directory != nil, !download.isGone else { return }
        save(download, isFull: isFull)
        // It waits for resume data. A record that says complete must not stand beside older pieces; others may.
        if download.isSavedWhenKnown, !download.record.isComplete { session.save(download, isFull: isFull) }
    }

    private func waitUntilWritten() throws(CommandFault) {
        guard session.waitUntilWritten() else {
            throw .input("Could not save the session: the disk took more than 30 seconds; it goes on trying.")
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
