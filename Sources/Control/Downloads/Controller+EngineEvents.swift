import Commands
package import Engine
import Metainfo
import Storage

// What the engine tells, arrived on the control loop.
extension Controller {
    package func handle(_ event: TorrentEvent, of torrent: Torrent) {
        guard let download = downloads[torrent.infoHash], download.torrent === torrent else { return }
        switch event {
        case .checked: handleChecked(download)
        case .checkFailed(let reason): handleCheckFailed(download, reason)
        case .completed: handleCompleted(download)
        case .storageFailed(let error): handleStorageFailed(download, error)
        case .trackerReplied:
            if !download.hasDiskTrouble { download.message = [] }
        case .trackerFailed(_, let message):
            if !download.hasDiskTrouble { download.message = Array("Tracker: [\(message)]".utf8) }
        }
    }

    /// It has left its swarm by itself.
    private func handleStorageFailed(_ download: Download, _ error: StorageError) {
        download.message = Array("Storage error: [\(error)]".utf8)
        download.hasDiskTrouble = true
        // The pieces that did get there.
        keepResumeData(download)
        host.log("Storage error: \(download.torrent.metainfo.info.name): \(error)")
        setNotVisible(activeView, download)
        fire("event.download.paused", on: download)
        download.record.stateChanged = now
        download.needsSaving = true
    }
}
