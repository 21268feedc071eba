import Commands

/// Keeps the session folder up to date with the downloads. Control loop only; writing happens elsewhere.
package final class SessionKeeper {
    func remove(_ download: Download) {}
    func save(_ download: Download, isFull: Bool) {}
    func close() {}
}

extension Controller {
    /// Queues its session files to be written; without a session folder nothing happens.
    ///
    /// - Parameter isFull: with the torrent itself (`d.save_full_session`).
    package func save(_ download: Download, isFull: Bool = false) { session.save(download, isFull: isFull) }

    /// `session.save`: all that need it.
    package func saveAll() {
        for download in downloads.all where download.needsSaving { save(download) }
    }
}
