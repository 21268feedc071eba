import ArgumentParser
import Commands
import Control
import Engine
import Glibc

/// `swarm run`: a daemon that a config in rTorrent's language drives.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run torrents as a config file in rTorrent's language says.",
        usage: "swarm run [OPTIONS] [FILE | URL | MAGNET] ...",
        discussion: """
            The options are rTorrent's:

              -n            read no config file
              -b ADDRESS    listen for peers at this address
              -i ADDRESS    the address that trackers are told
              -p A-B        the range of ports to listen on
              -d FOLDER     where torrents go
              -s FOLDER     the session: what is remembered over restarts
              -O COMMAND    a line as in the config file
              -o KEY=VALUE,KEY=VALUE,...
              -D -I -K      accepted; every generation of names works anyway
              -h            this help
              --config FILE read this config file

            Without -n or --config the first of these is read: ~/.swarmrc, $XDG_CONFIG_HOME/swarm/swarm.rc, \
            ~/.config/swarm/swarm.rc, then rTorrent's $XDG_CONFIG_HOME/rtorrent/rtorrent.rc, \
            ~/.config/rtorrent/rtorrent.rc, ~/.rtorrent.rc. Options come first, so the file has the last word. \
            swarm check tells what a file does.

            It stays in the foreground and logs to standard error, with or without system.daemon.set. SIGINT and SIGHUP \
            end it: trackers are told, the session is saved. SIGTERM, or a second signal, ends it quickly.

            Ends with 0; 64 for a wrong option, 65 for errors in the config, 66 when the config cannot be read, 69 when \
            the session is in use or a port or socket cannot be had.
            """)

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var words: [String] = []

    func run() async throws {
        let options: RunOptions
        do throws(RunOptionError) {
            options = try RunOptions(words)
        } catch {
            throw ExitStatus.end(ExitStatus.usage, TerminalText.visible(error.description))
        }
        if options.wantsHelp { throw CleanExit.helpRequest(self) }
        let log = RunLog(environment: Environment.value)
        let notifier = ServiceNotifier(environment: Environment.value)
        signal(SIGPIPE, SIG_IGN)
        DescriptorLimit.raise()
        let signals = SignalStream([SIGINT, SIGHUP, SIGTERM])
        let server = try await start(startOptions(options, log))
        await Self.tellStart(of: server, log)
        notifier.send("READY=1")
        await serve(server, signals, notifier, log)
    }

    // MARK: Starting

    private func startOptions(_ options: RunOptions, _ log: RunLog) throws -> StartOptions {
        var start = StartOptions { log.write($0) }
        start.settings = options.settings.map { setting in
            switch setting.command {
            case .line(let text): .command(text)
            case .call(let name, let argument): .raw(command: name, argument: argument)
            }
        }
        start.arguments = options.sources
        switch options.config {
        case .none: log.write("no config file (-n)")
        case .file(let path): start.config = try Self.readable(path, log)
        case .search:
            if let found = ConfigLocation.found {
                start.config = try Self.readable(found, log)
            } else {
                log.write("no config file found; swarm run -h says where one may lie")
            }
        }
        return start
    }

    private static func readable(_ path: String, _ log: RunLog) throws -> String {
        guard access(Folder.expanded(path), R_OK) == 0 else {
            throw ExitStatus.end(
                ExitStatus.noInput, "\(TerminalText.visible(path)): cannot read: \(String(cString: strerror(errno)))")
        }
        log.write("config file \(path)")
        return path
    }

    private func start(_ options: StartOptions) async throws -> ControlServer {
        do throws(StartError) {
            return try await ControlServer.start(options)
        } catch {
            throw Self.end(error)
        }
    }

    private static func end(_ error: StartError) -> ExitCode {
        switch error {
        case .option: return ExitStatus.end(ExitStatus.usage, TerminalText.visible(error.description))
        case .config(let diagnostics):
            let shown = diagnostics.filter { $0.severity > .note }
            for diagnostic in shown { DiagnosticText.lines(diagnostic).forEach(Terminal.note) }
            return ExitStatus.end(ExitStatus.badData, "not started: \(DiagnosticText.summary(shown))")
        case .session, .port, .socket:
            return ExitStatus.end(ExitStatus.unavailable, TerminalText.visible(error.description))
        }
    }

    private static func tellStart(of server: ControlServer, _ log: RunLog) async {
        guard let (port, count) = try? await server.run({ ($0.engine.listenPort, $0.downloads.all.count) }) else {
            return
        }
        let torrents = count == 1 ? "1 torrent" : "\(count) torrents"
        log.write(
            "swarm \(SwarmCommand.configuration.version) runs: port \(port) for peers, \(torrents) in the session")
    }

    // MARK: Until the end

    private func serve(
        _ server: ControlServer, _ signals: SignalStream, _ notifier: ServiceNotifier, _ log: RunLog
    ) async {
        let ending = Task {
            for await signal in signals {
                log.write("ending: \(Self.name(of: signal))")
                notifier.send("STOPPING=1")
                server.requestShutdown(quick: signal == SIGTERM)
            }
        }
        let watchdog = Task {
            guard let interval = notifier.watchdogInterval else { return }
            while !Task.isCancelled {
                // A control loop that hangs gives no sign of life.
                guard (try? await server.run { _ in }) != nil else { return }
                notifier.send("WATCHDOG=1")
                try? await Task.sleep(for: interval)
            }
        }
        await server.waitUntilShutDown()
        ending.cancel()
        watchdog.cancel()
        log.write("ended")
    }

    private static func name(of signal: Int32) -> String {
        switch signal {
        case SIGINT: "SIGINT"
        case SIGHUP: "SIGHUP"
        default: "SIGTERM"
        }
    }
}
