import Commands
import Engine
import Metainfo
import Storage

// What is known to be on disk, kept for the next time it is opened, and for the next process.
extension Controller {
    /// Asks the engine for what may be believed later; the answer comes from a worker. To be called before the torrent is closed.
    func keepResumeData(_ download: Download) {
        let torrent = download.torrent
        guard torrent.stage >= .ready else { return }
        let age = download.resumeAge
        let loop = loop
        download.pendingResumeData += 1
        torrent.resumeData { data in
            loop.later { controller in
                guard let download = controller.downloads[torrent.infoHash], download.torrent === torrent else {
                    return
                }
                controller.handleResumeData(data, download, age: age)
            }
        }
    }

    private func handleResumeData(_ data: ResumeData?, _ download: Download, age: Int) {
        download.pendingResumeData -= 1
        // Before the last call for a full check: that is to read everything.
        if let data, age == download.resumeAge {
            download.resume = data
            download.record.chunksDone = Int64(data.verified.setCount)
            download.record.chunksWanted =
                data.verified.isAllSet ? 0 : Int64(download.wantedPieces.countSet(notIn: data.verified))
            download.needsSaving = true
        }
        if download.isSavedWhenKnown, download.pendingResumeData == 0 {
            download.isSavedWhenKnown = false
            session.save(download, isFull: false)
        }
        if download.record.hashing != .none, download.torrent.stage < .checking { beginChecksLater() }
    }
}
