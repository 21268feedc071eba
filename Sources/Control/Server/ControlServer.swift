package import Commands
import Engine
import NIOCore
import NIOPosix
import RPC
import Synchronization

/// `swarm run` without its command line: the control loop with everything on it. Any thread may call.
package final class ControlServer: Sendable {
    private struct End {
        var isOver = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    let link: LoopLink
    let engine: TorrentEngine
    let logs: LogRouter
    private let group: MultiThreadedEventLoopGroup
    private let shutdown = ShutdownRequest()
    private let end = Mutex(End())

    private init(link: LoopLink, engine: TorrentEngine, logs: LogRouter, group: MultiThreadedEventLoopGroup) {
        self.link = link
        self.engine = engine
        self.logs = logs
        self.group = group
    }

    /// Starts in rTorrent's order: options, config, port and session lock, session torrents, argument torrents,
    /// `event.system.startup_done`; then front ends are answered.
    ///
    /// - Returns: when all that is done; what is loaded from files and addresses may still be on its way.
    package static func start(_ options: StartOptions) async throws(StartError) -> ControlServer {
        let server = await make(options, isRehearsal: false)
        do {
            try await server.startUp(options)
        } catch {
            await server.dismantle(timeout: .milliseconds(100))
            throw error
        }
        if server.shutdown.release() { server.beginShutdown() }
        return server
    }

    /// Reads options and config with the whole vocabulary and changes nothing: no socket, no session, no program run.
    package static func check(_ options: StartOptions) async -> DiagnosticSink {
        let server = await make(options, isRehearsal: true)
        let sink = await server.rehearse(options)
        await server.dismantle(timeout: .zero)
        return sink
    }

    /// Returns when the process may end: everything is saved and closed.
    package func waitUntilShutDown() async {
        await withCheckedContinuation { continuation in
            let isOver = end.withLock { end in
                if !end.isOver { end.waiters.append(continuation) }
                return end.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    /// As `system.shutdown.normal` and `.quick`; a second request is quick.
    package func requestShutdown(quick: Bool) { link.requestShutdown(quick: quick) }

    /// Runs `body` on the control loop.
    package func run<Result: Sendable>(_ body: @escaping @Sendable (Controller) throws -> Result) async throws -> Result
    {
        try await link.run { try body($0.controller) }
    }

    // MARK: Making and ending

    private static func make(_ options: StartOptions, isRehearsal: Bool) async -> ControlServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let link = LoopLink(eventLoop: group.next())
        let logs = LogRouter()
        logs.open("swarm.console", groups: [LogGroup(.notice)]) { [log = options.log] _, text in log(text) }
        let engine = TorrentEngine(configuration: options.engine, logger: logs.logger("swarm.engine")) {
            [weak link] torrent, event in link?.later { $0.handle(event, of: torrent) }
        }
        let server = ControlServer(link: link, engine: engine, logs: logs, group: group)
        let shutdown = server.shutdown
        try? await link.eventLoop.submit {
            let global = GlobalState(logs: logs, isRehearsal: isRehearsal)
            let host = ProgramHost(logs: logs, isRehearsal: isRehearsal)
            let core = ServerCore(
                controller: Controller(engine: engine, host: host, loop: link, global: global), link: link)
            core.shutdownAsked = { [weak server] isQuick in
                if shutdown.note(isQuick: isQuick) { server?.beginShutdown() }
            }
            link.attach(core)
            for failure in core.controller.setUp() { logs.log(.error, failure) }
        }.get()
        return server
    }

    private func beginShutdown() {
        Task {
            await close()
            await dismantle(timeout: shutdown.isQuick ? .seconds(1) : .seconds(10))
        }
    }

    /// Stops what runs on the loop; everything that is to be remembered is on its way to the disk afterwards.
    private func close() async {
        try? await link.run { core in
            core.controller.interpreter.fire("event.system.shutdown", CommandContext(core.controller.interpreter))
            core.stopTimer()
            core.controller.pauseAll()
        }
        // Workers bring what was written to the disk before they tell what is there: that may take a while, not for ever.
        for _ in 0..<600 {
            guard let pending = try? await link.run({ $0.controller.pendingResumeData }), pending > 0 else { break }
            try? await Task.sleep(for: .milliseconds(50))
        }
        try? await link.run { $0.controller.saveAll() }
        await closeSession()
        await endSearches()
    }

    private func endSearches() async {
        guard let searches = try? await link.run({ $0.controller.takeEndedSearches() }) else { return }
        await withTaskGroup(of: Void.self) { tasks in
            for search in searches { tasks.addTask { await search.end(timeout: .seconds(1)) } }
        }
    }

    private func dismantle(timeout: TimeAmount) async {
        try? await link.run { $0.closeWaiting() }
        if let (scgi, http) = try? await link.run({ $0.takeServers() }) {
            await scgi?.close()
            await http?.close()
        }
        await engine.shutdown(timeout: timeout)
        try? await link.eventLoop.submit { [link] in link.attach(nil) }.get()
        logs.closeFiles()
        try? await group.shutdownGracefully()
        let waiters = end.withLock { end in
            end.isOver = true
            defer { end.waiters = [] }
            return end.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

/// How the process is to end, once somebody has said so.
///
/// Invariant: nobody is told to begin before `release`. A config may ask for the end (`system.shutdown.normal=`) while it
/// is still read; taking the loop apart under a start, or under `check`, would leave these waiting for ever.
private final class ShutdownRequest: Sendable {
    private struct State {
        var isHeld = true
        var isAsked = false
        var isQuick = false
    }

    private let state = Mutex(State())

    /// - Returns: whether the end is to begin now.
    func note(isQuick: Bool) -> Bool {
        state.withLock { state in
            defer { state.isAsked = true }
            if isQuick { state.isQuick = true }
            return !state.isHeld && !state.isAsked
        }
    }

    /// Start-up is done.
    ///
    /// - Returns: whether the end was asked for meanwhile and is to begin now.
    func release() -> Bool {
        state.withLock { state in
            state.isHeld = false
            return state.isAsked
        }
    }

    var isQuick: Bool { state.withLock { $0.isQuick } }
}
