package import Commands

// What `d.start`, `d.stop` and their like do, as rTorrent does it. An action that does not fit the state does nothing; none of them waits
// for the network or a disk. Handlers may erase the download while an action runs.
extension Controller {
    /// `d.start`: clears `isHashingFailed`, then makes it visible in `started`; nothing happens if it is.
    package func start(_ download: Download) { preconditionFailure("skeleton") }

    /// `d.stop`: makes it visible in `stopped`; it stays open.
    package func stop(_ download: Download) { preconditionFailure("skeleton") }

    /// `d.try_start`: not if hashing has failed or it ignores commands.
    package func tryStart(_ download: Download) { preconditionFailure("skeleton") }

    /// `d.try_stop`: not if it ignores commands.
    package func tryStop(_ download: Download) { preconditionFailure("skeleton") }

    /// `d.try_close`: stops and closes, not if it ignores commands.
    package func tryClose(_ download: Download) { preconditionFailure("skeleton") }

    /// `d.resume`: active if it is checked, else checks first.
    package func resume(_ download: Download) { preconditionFailure("skeleton") }

    /// `d.pause`: `d.state` stays.
    package func pause(_ download: Download) { preconditionFailure("skeleton") }

    package func open(_ download: Download) { preconditionFailure("skeleton") }

    package func close(_ download: Download) { preconditionFailure("skeleton") }

    /// `d.close.directly`: without events.
    package func closeDirectly(_ download: Download) { preconditionFailure("skeleton") }

    package func checkHash(_ download: Download) { preconditionFailure("skeleton") }

    /// Its data stays; its tied file goes.
    package func erase(_ download: Download) { preconditionFailure("skeleton") }

    /// Removes the tied file and forgets the tie; failure is only logged.
    package func deleteTied(_ download: Download) { preconditionFailure("skeleton") }

    /// `d.directory.set`, and with `isBase` `d.directory_base.set`. Closes it directly; nothing is moved.
    ///
    /// - Throws: if files were moved away while it was open with complete pieces.
    package func setDirectory(_ directory: [UInt8], of download: Download, isBase: Bool) throws(CommandFault) {
        preconditionFailure("skeleton")
    }

    /// Queues its session files to be written; without a session folder nothing happens.
    ///
    /// - Parameter isFull: with the torrent itself (`d.save_full_session`).
    package func save(_ download: Download, isFull: Bool = false) { preconditionFailure("skeleton") }

    /// `session.save`: all that need it.
    package func saveAll() { preconditionFailure("skeleton") }

    /// Runs the handlers of an event such as `event.download.finished`; their faults are only logged.
    package func fire(_ event: String, on download: Download) {
        interpreter.fire(event, CommandContext(interpreter, target: .download(download)))
    }

    // MARK: Tied files

    /// `start_tied`: starts what is stopped and whose tied file is there.
    package func startTied() { preconditionFailure("skeleton") }
    /// `stop_untied`: stops what is started and whose tied file is gone.
    package func stopUntied() { preconditionFailure("skeleton") }
    package func closeUntied() { preconditionFailure("skeleton") }
    package func removeUntied() { preconditionFailure("skeleton") }

    /// `close_low_diskspace`: closes what is incomplete and active while its disk has less free than that.
    package func closeLowDiskSpace(below bytes: Int64) { preconditionFailure("skeleton") }
}
