import Commands
import NIOCore
import Synchronization

/// The way to the control loop from anywhere.
final class LoopLink: ControlLoop {
    let eventLoop: any EventLoop
    /// Empty before the core is made and after it is gone.
    private let core: NIOLoopBoundBox<ServerCore?>

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        core = .makeEmptyBox(valueType: ServerCore.self, eventLoop: eventLoop)
    }

    /// On the loop.
    func attach(_ core: ServerCore?) { self.core.value = core }

    /// Runs `body` on the loop and waits for it.
    func run<Result: Sendable>(_ body: @escaping @Sendable (ServerCore) throws -> Result) async throws -> Result {
        try await eventLoop.submit { [self] in
            guard let core = core.value else { throw ChannelError.ioOnClosedChannel }
            defer { core.armTimer() }
            return try body(core)
        }.get()
    }

    func later(_ body: @escaping @Sendable (Controller) -> Void) {
        eventLoop.execute { [self] in
            guard let core = core.value else { return }
            body(core.controller)
            core.armTimer()
        }
    }

    /// A turn of the core itself.
    func turn(_ body: @escaping @Sendable (ServerCore) -> Void) {
        eventLoop.execute { [self] in
            guard let core = core.value else { return }
            body(core)
            core.armTimer()
        }
    }

    /// On the loop: commands call it.
    func openSocket(_ socket: SocketRequest) throws(CommandFault) {
        guard let core = core.value else { return }
        try core.openSocket(socket)
    }

    func requestShutdown(quick: Bool) { turn { $0.requestShutdown(isQuick: quick) } }
}
