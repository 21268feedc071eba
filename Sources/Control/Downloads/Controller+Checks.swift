import Commands
import Engine
import Metainfo
import Storage

// Finding out what is on disk: the queue of checks, and what follows from their results.
//
// Checks that believe what was saved go ahead at once. Of those that read everything one runs at a time, as with rTorrent, so that a disk
// reads one torrent after the other.
extension Controller {
    package func checkHash(_ download: Download) {
        guard !download.isGone, !download.isMeta, download.record.hashing == .none else { return }
        queueCheck(download, .requested)
    }

    /// Closes it if it is open, and queues a check that begins in a later turn.
    func queueCheck(_ download: Download, _ kind: HashingKind) {
        if download.torrent.stage > .closed {
            pause(download)
            keepResumeData(download)
            download.torrent.close()
            fire("event.download.hash_removed", on: download)
            fire("event.download.closed", on: download)
        }
        guard !download.isGone, download.record.hashing == .none else { return }
        if kind != .initial { download.forgetResumeData() }
        download.isHashingFailed = false
        download.record.hashing = kind
        download.needsSaving = true
        checkQueue.append(download)
        fire("event.download.hash_queued", on: download)
        beginChecksLater()
    }

    /// Ends a check that waits or runs.
    func stopCheck(_ download: Download) {
        guard download.record.hashing != .none else { return }
        download.record.hashing = .none
        if download.torrent.stage == .checking {
            download.torrent.close()
            download.torrent.open()
        }
        if runningCheck === download {
            runningCheck = nil
            beginChecksLater()
        }
    }

    func beginChecksLater() {
        guard !isCheckTurnDue else { return }
        isCheckTurnDue = true
        loop.later { controller in
            controller.isCheckTurnDue = false
            controller.beginChecks()
        }
    }

    private func beginChecks() {
        var waiting: [Download] = []
        let queue = checkQueue
        checkQueue = []
        for download in queue {
            guard !download.isGone, download.record.hashing != .none, !download.isHashingFailed,
                download.torrent.stage < .checking
            else { continue }
            if !begin(download) { waiting.append(download) }
        }
        checkQueue = waiting + checkQueue
    }

    /// - Returns: false if it has to wait for its turn.
    private func begin(_ download: Download) -> Bool {
        guard download.pendingResumeData == 0 else { return false }
        let resume = download.record.hashing == .initial ? download.resume : nil
        guard resume != nil || runningCheck == nil else { return false }
        // Begun before handlers are called, so that none begins it again.
        if resume == nil { runningCheck = download }
        open(download)
        guard !download.isGone, download.record.hashing != .none, download.torrent.stage == .open else {
            if runningCheck === download { runningCheck = nil }
            return true
        }
        download.torrent.check(resume.map { .resume($0) } ?? .full)
        return true
    }

    // MARK: Results

    func handleChecked(_ download: Download) {
        let kind = download.record.hashing
        // Told by a check that was given up meanwhile.
        guard kind != .none, download.torrent.stage == .ready else { return }
        endCheck(download)
        download.record.hashing = .none
        let isDone = isDone(download)
        if kind == .final { return handleFinalCheck(download, isDone: isDone) }
        if download.record.isComplete, !isDone {
            // Somebody took files away. Fetching them again without a word may not be what is wanted.
            download.record.isStarted = false
            download.message = Array(
                "Download registered as completed, but hash check returned unfinished chunks.".utf8)
        }
        download.record.isComplete = isDone
        download.needsSaving = true
        if download.resume == nil { keepResumeData(download) }
        if download.record.isStarted { resume(download) }
        guard !download.isGone else { return }
        fire("event.download.hash_done", on: download)
    }

    private func handleFinalCheck(_ download: Download, isDone: Bool) {
        keepResumeData(download)
        if isDone { return confirmFinished(download) }
        let text = "Hash check on download completion found bad chunks, consider using \"safe_sync\"."
        download.message = Array(text.utf8)
        host.log(text)
        fire("event.download.hash_final_failed", on: download)
    }

    func handleCheckFailed(_ download: Download, _ reason: String) {
        guard download.record.hashing != .none, download.torrent.stage < .checking else { return }
        endCheck(download)
        download.record.hashing = .none
        download.isHashingFailed = true
        download.message = Array("Hash check failed: \(reason)".utf8)
        host.log("Hashing failed: \(download.torrent.metainfo.info.name): \(reason)")
        fire("event.download.hash_failed", on: download)
    }

    private func endCheck(_ download: Download) {
        guard runningCheck === download else { return }
        runningCheck = nil
        beginChecksLater()
    }

    /// Whether all pieces are there, wanted or not: with less rTorrent takes "complete" for a loss of data and stops the torrent.
    func isDone(_ download: Download) -> Bool {
        download.torrent.verifiedPieces()?.isAllSet ?? download.record.isComplete
    }

    // MARK: Finished

    func handleCompleted(_ download: Download) {
        // With files that are not wanted it stays incomplete, and goes on when they are.
        guard download.torrent.stage == .active, !download.record.isComplete, isDone(download) else { return }
        if map.value(of: "pieces.hash.on_completion").isTrue {
            queueCheck(download, .final)
        } else {
            confirmFinished(download)
        }
    }

    private func confirmFinished(_ download: Download) {
        download.record.isComplete = true
        download.needsSaving = true
        keepResumeData(download)
        if map.value(of: "session.on_completion") != .integer(0) { save(download) }
        fire("event.download.finished", on: download)
        // A handler that stops what has finished is the usual one.
        guard !download.isGone, download.record.isStarted else { return }
        resume(download)
    }
}
