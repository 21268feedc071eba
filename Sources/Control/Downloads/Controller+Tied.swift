import Commands
import Engine
import Glibc

// Downloads and the files they were loaded from, and the disks they lie on.
extension Controller {
    /// Removes the tied file and forgets the tie; failure is only logged.
    package func deleteTied(_ download: Download) {
        let path = download.record.tiedToFile
        guard !path.isEmpty else { return }
        if unlink(String(decoding: expanded(path), as: UTF8.self)) != 0, errno != ENOENT {
            host.log(
                "Could not unlink tied file: \(String(decoding: path, as: UTF8.self)): \(String(cString: strerror(errno)))"
            )
        }
        download.record.tiedToFile = []
        download.needsSaving = true
    }

    /// `start_tied`: starts what is stopped and whose tied file is there.
    package func startTied() {
        for download in downloads.all where !download.record.isStarted && tie(of: download) == .present {
            tryStart(download)
        }
    }

    /// `stop_untied`: stops what is started and whose tied file is gone.
    package func stopUntied() {
        for download in downloads.all where download.record.isStarted && tie(of: download) == .gone {
            tryStop(download)
        }
    }

    /// `close_untied`: stops and closes what has lost its tied file.
    package func closeUntied() {
        for download in downloads.all where !download.record.ignoresCommands && tie(of: download) == .gone {
            tryClose(download)
        }
    }

    /// `remove_untied`: erases what has lost its tied file.
    package func removeUntied() {
        for download in downloads.all where tie(of: download) == .gone {
            // Else a file that comes back at this moment would be removed with it.
            download.record.tiedToFile = []
            erase(download)
        }
    }

    private enum Tie { case none, present, gone }

    private func tie(of download: Download) -> Tie {
        let path = download.record.tiedToFile
        if path.isEmpty { return .none }
        return FileStatus(expanded(path)) == nil ? .gone : .present
    }

    /// `close_low_diskspace`: closes what is incomplete and active while its disk has less free than that.
    package func closeLowDiskSpace(below bytes: Int64) {
        var freeByFolder: [[UInt8]: Int64] = [:]
        var hasClosed = false
        for download in downloads.all where download.torrent.stage == .active && !download.record.isComplete {
            let folder = download.record.directory
            let free = freeByFolder[folder] ?? FileStatus.freeBytes(at: folder) ?? .max
            freeByFolder[folder] = free
            guard free < bytes else { continue }
            close(download)
            download.isHashingFailed = true
            download.message = Array("Low diskspace.".utf8)
            hasClosed = true
        }
        if hasClosed { host.log("Closed torrents due to low diskspace.") }
    }
}
