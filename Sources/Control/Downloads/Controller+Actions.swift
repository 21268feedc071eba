import Commands
import Engine

// What `d.start`, `d.stop` and their like do, as rTorrent does it. An action that does not fit the state does nothing; none of them waits
// for the network or a disk. Handlers may erase the download while an action runs.
extension Controller {
    /// `d.start`: clears `isHashingFailed`, then makes it visible in `started`; nothing happens if it is.
    package func start(_ download: Download) {
        download.isHashingFailed = false
        setVisible(startedView, download)
    }

    /// `d.stop`: makes it visible in `stopped`; it stays open.
    package func stop(_ download: Download) { setVisible(stoppedView, download) }

    /// `d.try_start`: not if hashing has failed or it ignores commands.
    package func tryStart(_ download: Download) {
        guard !download.isHashingFailed, !download.record.ignoresCommands else { return }
        setVisible(startedView, download)
    }

    /// `d.try_stop`: not if it ignores commands.
    package func tryStop(_ download: Download) {
        guard !download.record.ignoresCommands else { return }
        setVisible(stoppedView, download)
    }

    /// `d.try_close`: stops and closes, not if it ignores commands.
    package func tryClose(_ download: Download) {
        guard !download.record.ignoresCommands else { return }
        setVisible(stoppedView, download)
        close(download)
    }

    // MARK: Active or not

    /// `d.resume`: active if it is checked, else checks first.
    package func resume(_ download: Download) {
        guard !download.isGone, download.torrent.stage != .active else { return }
        if download.isMeta { return resumeSearch(download) }
        setVisible(activeView, download)
        guard download.torrent.stage >= .ready else {
            if !download.isHashingFailed, download.record.hashing == .none { queueCheck(download, .initial) }
            return
        }
        download.record.stateChanged = now
        download.record.stateCounter += 1
        download.needsSaving = true
        if download.hasDiskTrouble {
            download.hasDiskTrouble = false
            download.message = []
        }
        // What `d.connection_current.set` chose ends here.
        download.settings.isSuperSeeding = seedConnection(download.record) == .initialSeed
        download.torrent.activate()
        for address in download.knownAddresses { download.torrent.addPeer(address) }
        download.knownAddresses = []
        fire("event.download.resumed", on: download)
    }

    /// `d.pause`: `d.state` stays.
    package func pause(_ download: Download) {
        guard !download.isGone else { return }
        setNotVisible(activeView, download)
        if download.record.hashing != .none {
            stopCheck(download)
            fire("event.download.hash_removed", on: download)
        }
        guard !download.isGone, download.isActive else { return }
        endSearch(download)
        keepResumeData(download)
        download.torrent.deactivate()
        fire("event.download.paused", on: download)
        download.record.stateChanged = now
        download.needsSaving = true
    }

    // MARK: Open or not

    package func open(_ download: Download) {
        guard !download.isGone, download.torrent.stage == .closed else { return }
        download.torrent.open()
        download.frozenPath = basePath(of: download)
        fire("event.download.opened", on: download)
    }

    package func close(_ download: Download) {
        guard !download.isGone else { return }
        pause(download)
        // A handler of `paused` may have closed it.
        guard !download.isGone, download.torrent.stage > .closed else { return }
        keepResumeData(download)
        download.torrent.close()
        fire("event.download.hash_removed", on: download)
        fire("event.download.closed", on: download)
    }

    /// `d.close.directly`: without events.
    package func closeDirectly(_ download: Download) {
        guard !download.isGone, download.torrent.stage > .closed else { return }
        stopCheck(download)
        endSearch(download)
        keepResumeData(download)
        download.torrent.close()
    }

    // MARK: Gone

    /// Its data stays; its tied file goes.
    ///
    /// - Parameter isReplaced: its session files stay until what takes its place is saved over them.
    package func erase(_ download: Download, isReplaced: Bool = false) {
        guard !download.isGone, !download.isErasing else { return }
        download.isErasing = true
        // So that closing it does not begin a check.
        download.isHashingFailed = true
        close(download)
        if !isReplaced { session.remove(download) }
        fire("event.download.erased", on: download)
        for view in views where view.remove(download) { handleRemoved(download, from: view) }
        download.isGone = true
        downloads.remove(download)
        engine.forget(download.torrent)
    }

    /// Runs the handlers of an event such as `event.download.finished`; their faults are only logged.
    package func fire(_ event: String, on download: Download) {
        interpreter.fire(event, CommandContext(interpreter, target: .download(download)))
    }
}
