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

    package var map: CommandMap { interpreter.map }

    /// - Parameter host: prints, logs and runs programs.
    package init(engine: TorrentEngine, host: any CommandHost) {
        self.engine = engine
        interpreter = Interpreter(host: host)
    }
}
