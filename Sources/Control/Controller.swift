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
    /// What the loop behind it does for it: later turns, sockets, shutdown.
    package let loop: any ControlLoop
    /// Settings, logs and filters: what belongs to no download.
    package let global: GlobalState

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
    }
}
