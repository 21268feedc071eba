import Engine
import Logging
import Metainfo

@testable import Commands
@testable import Control

/// The whole vocabulary over an engine that is never started: for what can be asked without a download.
final class VocabularyStage {
    let controller: Controller
    private let host = SilentHost()
    private let loop = IdleLoop()

    init() {
        var configuration = EngineConfiguration(peerID: PeerID.generate())
        configuration.loopCount = 1
        configuration.workerCount = 1
        controller = Controller(
            engine: TorrentEngine(configuration: configuration), host: host, loop: loop,
            global: GlobalState(isRehearsal: true))
        _ = controller.setUp()
    }

    /// Lets go of the engine's threads.
    func end() async { await controller.engine.shutdown() }
}

final class SilentHost: CommandHost {
    private(set) var logged: [String] = []

    func print(_ text: [UInt8]) {}
    func log(_ message: String) { logged.append(message) }
    func execute(_ request: ProgramRequest) throws(CommandFault) -> ProgramResult { ProgramResult(waitStatus: 0) }
}

/// A loop whose later turns never come.
final class IdleLoop: ControlLoop {
    func later(_ body: @escaping @Sendable (Controller) -> Void) {}
    func openSocket(_ socket: SocketRequest) throws(CommandFault) { throw .input("no sockets here") }
    func requestShutdown(quick: Bool) {}
}
