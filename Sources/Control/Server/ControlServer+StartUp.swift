import Commands
import Engine
import NIOCore
import RPC

// The steps of a start, in rTorrent's order.
extension ControlServer {
    func startUp(_ options: StartOptions) async throws(StartError) {
        let read = await readSettings(options)
        try read.get()
        try await listen()
        try await openSession()
        await loadEverything(options)
    }

    /// Options and config as `swarm check` sees them: errors of both become diagnostics.
    func rehearse(_ options: StartOptions) async -> DiagnosticSink {
        let sink = try? await link.run { core in
            core.controller.interpreter.diagnostics.recordsSettings = true
            if case .failure(.option(let text)) = core.controller.runSettings(options) {
                core.controller.interpreter.diagnostics.add(
                    Diagnostic(.error, SourceLocation(file: "command line", line: 1, column: 1), text))
            }
            _ = core.controller.readConfig(options)
            return core.controller.interpreter.diagnostics
        }
        return sink ?? DiagnosticSink()
    }

    private func readSettings(_ options: StartOptions) async -> Result<Void, StartError> {
        let result = try? await link.run { core -> Result<Void, StartError> in
            let result = core.controller.runSettings(options)
            if case .failure = result { return result }
            return core.controller.readConfig(options)
        }
        return result ?? .failure(.option("the control loop has ended"))
    }

    private func listen() async throws(StartError) {
        guard let network = try? await link.run({ $0.controller.global.network }), network.isPortOpen else { return }
        do throws(CommandFault) {
            let ports = try network.ports()
            try await listen(network, ports)
        } catch {
            throw .port(error.explanation ?? error.message)
        }
    }

    private func listen(_ network: NetworkSettings, _ ports: ClosedRange<UInt16>) async throws(CommandFault) {
        do throws(EngineError) {
            try await engine.listen(
                addresses: network.bindAddresses, range: ports, isRandom: network.isPortRandom)
        } catch {
            throw .input("Could not open/bind port for listening: \(error)")
        }
        engine.setAnnounced(
            address: network.announcedAddress.isEmpty ? nil : network.announcedAddress,
            port: network.announcedPort == 0 ? nil : network.announcedPort)
    }

    private func openSession() async throws(StartError) {
        let result = try? await link.run { $0.controller.openSession() }
        if case .failure(let error) = result { throw error }
    }

    private func loadEverything(_ options: StartOptions) async {
        await loadSession()
        try? await link.run { core in
            core.controller.global.hasStarted = true
            core.controller.global.networkChanged = { [weak self] in self?.follow($0) }
            for argument in options.arguments {
                var load = LoadOptions()
                load.isStarted = true
                load.isVerbose = true
                load.isTied = false
                core.controller.load(.path(Array(argument.utf8)), load)
            }
            let interpreter = core.controller.interpreter
            interpreter.fire("event.system.startup_done", CommandContext(interpreter))
            // Not before: a front end would take what is not loaded yet for gone, and load it anew.
            core.acceptWaiting()
        }
    }

    /// The network settings changed while running.
    private func follow(_ network: NetworkSettings) {
        Task {
            do {
                guard network.isPortOpen else { return }
                try await listen(network, try network.ports())
            } catch {
                logs.log(.error, "\(error)")
            }
        }
    }
}

extension Controller {
    /// Runs the options of the command line, in their order.
    func runSettings(_ options: StartOptions) -> Result<Void, StartError> {
        for setting in options.settings {
            do throws(CommandFault) {
                let context = CommandContext(interpreter)
                switch setting {
                case .command(let text):
                    guard let (command, _) = try interpreter.parse(Array(text.utf8)) else { continue }
                    _ = try interpreter.run(command, context)
                case .raw(let command, let argument):
                    _ = try interpreter.call(command, .text(argument), context)
                }
            } catch {
                return .failure(.option(error.message))
            }
        }
        return .success(())
    }

    /// Reads the config; errors are collected, warnings go to the log.
    func readConfig(_ options: StartOptions) -> Result<Void, StartError> {
        guard let config = options.config else { return .success(()) }
        do throws(CommandFault) {
            try interpreter.load(Array(config.utf8), mode: .collect, CommandContext(interpreter))
        } catch {
            if options.isConfigOptional, interpreter.diagnostics.errors.isEmpty {
                host.log("Could not read resource file: \(config)")
                return .success(())
            }
            let place = SourceLocation(file: config, line: 1, column: 1)
            interpreter.diagnostics.add(Diagnostic(.error, place, error.explanation ?? error.message))
        }
        let found = interpreter.diagnostics.all
        guard interpreter.diagnostics.errors.isEmpty else { return .failure(.config(found)) }
        // Notes are what `swarm check` tells those who ask.
        if !global.isRehearsal {
            for diagnostic in found where diagnostic.severity > .note { host.log(diagnostic.description) }
        }
        return .success(())
    }
}
