package import Commands

/// What `load.*` is to load.
package enum LoadSource: Sendable {
    /// A path with wildcards in any component, an http(s) URL, or a magnet link.
    case path([UInt8])
    /// The bytes of a torrent file.
    case raw([UInt8])
}

/// How.
package struct LoadOptions: Sendable {
    package var isStarted = false
    /// Errors are logged.
    package var isVerbose = false
    /// A file becomes tied to its download.
    package var isTied = true
    /// Texts or `((calls))` that run on the new download.
    package var commands: [Value] = []

    package init() {}
}

extension Controller {
    /// Loads in a later turn of the loop; what goes wrong is only logged.
    package func load(_ source: LoadSource, _ options: LoadOptions) { preconditionFailure("skeleton") }

    /// `system.file_status_cache.prune`: forgets files that are gone.
    package func pruneFileMemory() { preconditionFailure("skeleton") }

    /// `directory.watch.added`: calls `command` with the path of each file that is written to or moved into the folder from now on.
    ///
    /// - Throws: if the folder cannot be watched.
    package func watch(_ folder: [UInt8], command: Value) throws(CommandFault) { preconditionFailure("skeleton") }
}
