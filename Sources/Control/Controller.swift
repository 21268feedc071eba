package import Commands
package import Engine

/// Everything that rTorrent's commands speak of, bound to the engine: downloads, views, session, events, schedule.
///
/// Confined to the control loop. Command bodies are closures that hold it `unowned`; each family of the vocabulary is a function
/// `defineX(in:map, controller)` of its own file in `Vocabulary/`.
package final class Controller {
    package let interpreter: Interpreter
    package let engine: TorrentEngine
    package let downloads = DownloadList()
    package internal(set) var views: [View] = []
    var viewByName: [[UInt8]: View] = [:]
    /// What the loop behind it does for it: later turns, sockets, shutdown.
    package let loop: any ControlLoop
    /// Settings, logs and filters: what belongs to no download.
    package let global: GlobalState
    package let session = SessionKeeper()

    // MARK: Checks

    /// Downloads whose check has not begun.
    var checkQueue: [Download] = []
    /// The one that reads everything; the others that have to, wait for it.
    var runningCheck: Download?
    var isCheckTurnDue = false

    // MARK: Loading

    /// Searches that the end of the process has to wait for.
    var endedSearches: [MetadataSearch] = []
    let loader: TorrentLoader
    var folderWatch: FolderWatch?

    package var map: CommandMap { interpreter.map }
    package var host: any CommandHost { interpreter.host }

    /// Unix time in seconds.
    package var now: Int64 { host.unixMicroseconds() / 1_000_000 }

    /// - Parameter host: prints, logs and runs programs.
    package init(
        engine: TorrentEngine, host: any CommandHost, loop: any ControlLoop, global: GlobalState = GlobalState()
    ) {
        self.engine = engine
        self.loop = loop
        self.global = global
        interpreter = Interpreter(host: host)
        loader = TorrentLoader { [logs = global.logs] in logs.log(.warn, $0) }
        addBuiltInViews()
    }

    /// Defines every command, with the names of all generations, and what rTorrent sets up by commands of its own.
    ///
    /// - Returns: what of it did not work; nothing when the vocabulary is complete.
    package func setUp() -> [String] {
        applyDefaultLimits()
        defineDownloadVocabulary(in: map, self)
        defineGlobalVocabulary(in: map, self)
        for row in map.installAliases() {
            global.logs.log(.debug, "\(row.name) leads to \(row.target), which is not there")
        }
        return BuiltInConfig.run(on: interpreter)
    }
}
