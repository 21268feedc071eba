import Commands
import Control
import Engine
import Metainfo
import NIOCore
import TestKit

/// A controller with the whole vocabulary over an engine that was not started: enough for settings, limits and trust.
final class TestController {
    let engine: TorrentEngine
    let logs = LogRouter()
    let loop = RecordingLoop()
    let controller: Controller
    /// What the vocabulary lacks.
    let dangling: [String]

    init(isRehearsal: Bool = false) {
        var configuration = EngineConfiguration(peerID: .generate())
        configuration.loopCount = 1
        configuration.workerCount = 1
        engine = TorrentEngine(configuration: configuration)
        controller = Controller(
            engine: engine, host: ProgramHost(logs: logs, isRehearsal: isRehearsal), loop: loop,
            global: GlobalState(logs: logs, isRehearsal: isRehearsal))
        dangling = controller.setUp()
    }

    deinit {
        let engine = engine
        Task { await engine.shutdown(timeout: .zero) }
    }

    /// Runs a line as the config does.
    @discardableResult
    func run(_ line: String, as caller: Caller = .owner) throws -> Value {
        try controller.interpreter.run(Array(line.utf8), CommandContext(controller.interpreter, caller: caller))
    }

    /// The text of the fault; nil if there was none.
    func fault(_ line: String, as caller: Caller = .owner) -> String? {
        do {
            try run(line, as: caller)
            return nil
        } catch let fault as CommandFault {
            return fault.message
        } catch {
            return "\(error)"
        }
    }
}

/// Notes what is asked of the loop, and does none of it.
// Unchecked: a test and its controller run on one thread.
final class RecordingLoop: ControlLoop, @unchecked Sendable {
    var sockets: [SocketRequest] = []
    var shutdowns: [Bool] = []

    func later(_ body: @escaping @Sendable (Controller) -> Void) {}
    func openSocket(_ socket: SocketRequest) throws(CommandFault) { sockets.append(socket) }
    func requestShutdown(quick: Bool) { shutdowns.append(quick) }
}
