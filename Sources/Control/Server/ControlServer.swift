package import Commands

/// `swarm run` without its command line: the control loop with everything on it. Any thread may call.
package final class ControlServer: Sendable {
    /// Starts in rTorrent's order: options, config, port and session lock, sockets, session torrents, argument torrents,
    /// `event.system.startup_done`.
    ///
    /// - Returns: when all that is done.
    package static func start(_ options: StartOptions) async throws(StartError) -> ControlServer {
        preconditionFailure("skeleton")
    }

    /// Reads options and config with the whole vocabulary and changes nothing: no socket, no session, no program run.
    package static func check(_ options: StartOptions) async -> DiagnosticSink { preconditionFailure("skeleton") }

    /// Returns when the process may end: everything is saved and closed.
    package func waitUntilShutDown() async { preconditionFailure("skeleton") }

    /// As `system.shutdown.normal` and `.quick`; a second request is quick.
    package func requestShutdown(quick: Bool) { preconditionFailure("skeleton") }
}
