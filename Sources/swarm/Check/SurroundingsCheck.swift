import Commands
import Control
import Glibc
import RPC

/// Looks at what a config needs of the machine: folders, ports, sockets, programs. Changes none of it.
struct SurroundingsCheck {
    private(set) var findings: [Diagnostic] = []
    private let sink: DiagnosticSink
    /// A daemon runs on this session: its ports and sockets are its own.
    private var isRunning = false

    init(_ sink: DiagnosticSink) {
        self.sink = sink
        checkSession()
        checkDefaultFolder()
        checkSockets()
        checkPeerPorts()
        checkMentions()
    }

    // MARK: Folders

    private mutating func checkSession() {
        guard let (path, place) = last("session.path.set"), !path.isEmpty else { return }
        switch Folder.state(path) {
        case .missing: addMissing(.error, place, "session.path", path)
        case .notAFolder: add(.error, place, "session.path", "\(path) is no folder")
        case .unwritable: add(.error, place, "session.path", "\(path): cannot write there")
        case .fine:
            guard let holder = Folder.lockHolder(session: path) else { return }
            isRunning = true
            add(
                .note, place, "session.path",
                "process \(holder) runs on this session now; ports and sockets are not looked at")
        }
    }

    private mutating func checkDefaultFolder() {
        guard let (path, place) = last("directory.default.set"), !path.isEmpty else { return }
        checkFolder(path, place, "directory.default", missing: .warning)
    }

    private mutating func checkFolder(
        _ path: String, _ place: SourceLocation, _ command: String, missing: Diagnostic.Severity
    ) {
        switch Folder.state(path) {
        case .missing: addMissing(missing, place, command, path)
        case .notAFolder: add(.error, place, command, "\(path) is no folder")
        case .unwritable: add(.warning, place, command, "cannot write in \(path)")
        case .fine: break
        }
    }

    // MARK: Sockets and ports

    private mutating func checkSockets() {
        for setting in sink.settings {
            guard let text = setting.firstText else { continue }
            switch setting.command {
            case "network.scgi.open_local": checkLocalSocket(Folder.expanded(text), setting.location)
            case "network.scgi.open_port", "network.http_rpc.open":
                checkPort(text, setting.location, setting.command)
            default: break
            }
        }
    }

    private mutating func checkLocalSocket(_ path: String, _ place: SourceLocation) {
        let command = "network.scgi.open_local"
        switch Folder.state(Folder.parent(of: path)) {
        case .missing: addMissing(.error, place, command, Folder.parent(of: path))
        case .notAFolder, .unwritable: add(.error, place, command, "cannot make a socket at \(path)")
        case .fine: break
        }
        guard access(path, F_OK) == 0, !isRunning else { return }
        if SCGIClient(address: .local(path: path, mode: nil)).isAnswering {
            add(.error, place, command, "another program answers at \(path)")
        } else if !Folder.isSocket(path) {
            add(.error, place, command, "\(path) is there already and no socket")
        }
    }

    private mutating func checkPort(_ text: String, _ place: SourceLocation, _ command: String) {
        guard let address = try? SCGIAddress.parsingPort(text), case .port(let host, let port) = address else { return }
        if !address.isGuarded {
            let reach = host.isEmpty ? "every address of this machine" : host
            let isAsked =
                command == "network.http_rpc.open"
                && sink.settings.contains { $0.command.hasPrefix("network.http_rpc.password") }
            add(
                .warning, place, command,
                "other machines can reach it at \(reach), "
                    + (isAsked ? "and passwords go over the wire as they are" : "and nobody asks for a password"))
        }
        if !isRunning, let reason = PortProbe.reasonNotToBind(host: host, port: UInt16(port)) {
            add(.error, place, command, "\(address): \(reason)")
        }
    }

    private mutating func checkPeerPorts() {
        guard !isRunning else { return }
        let bind = last("network.bind_address.set")
        let host = bind?.text ?? ""
        let place = last("network.port_range.set")
        var network = NetworkSettings()
        if let place { network.portRange = place.text }
        guard let range = try? network.ports() else {
            if let place {
                add(
                    .error, place.place, "network.port_range",
                    "\"\(place.text)\" is no range of ports; wanted is first-last, such as 6890-6999")
            }
            return
        }
        guard let location = place?.place ?? bind?.place, range.upperBound > 0 else { return }
        var reason = ""
        for port in range {
            guard let failure = PortProbe.reasonNotToBind(host: host, port: port) else { return }
            reason = failure
        }
        let ports = range.count == 1 ? "port \(range.lowerBound)" : "ports \(range.lowerBound)-\(range.upperBound)"
        add(
            .error, location, "network.port_range", "\(host.isEmpty ? "" : "\(host): ")no \(ports) to be had: \(reason)"
        )
    }

    // MARK: What only comes up later

    private mutating func checkMentions() {
        var seen: Set<String> = []
        for mention in sink.mentions {
            let texts = mention.texts.compactMap(\.self)
            // A path that is only put together when it is needed cannot be looked at.
            guard let first = mention.texts.first ?? nil, seen.insert("\(mention.command) \(texts)").inserted else {
                continue
            }
            switch mention.command {
            case "load.normal", "load.start", "load.verbose", "load.start_verbose":
                checkWatch(first, mention)
            case "directory.watch.added", "system.cwd.set":
                checkFolder(first, mention.location, mention.command, missing: .error)
            case _ where mention.command.hasPrefix("log.open") && texts.count > 1:
                checkFolder(Folder.parent(of: texts[1]), mention.location, mention.command, missing: .warning)
            case _ where mention.command.hasPrefix("execute"):
                add(.note, mention.location, mention.command, "\(first) is run by the daemon; not run here")
            default: break
            }
        }
    }

    /// The folder in front of the first wildcard.
    private mutating func checkWatch(_ pattern: String, _ mention: DiagnosticSink.Mention) {
        guard !pattern.contains("://"), !pattern.hasPrefix("magnet:") else { return }
        let components = Folder.expanded(pattern).split(separator: "/", omittingEmptySubsequences: false)
        let fixed = components.prefix { !$0.contains(where: { "*?[".contains($0) }) }
        guard fixed.count < components.count else {
            if access(Folder.expanded(pattern), R_OK) != 0 {
                add(.warning, mention.location, mention.command, "cannot read \(pattern)")
            }
            return
        }
        let folder = fixed.isEmpty ? "." : fixed.joined(separator: "/")
        guard access(folder.isEmpty ? "/" : folder, R_OK | X_OK) != 0 else { return }
        add(
            .warning, mention.location, mention.command,
            "cannot look into the folder \(folder): \(String(cString: strerror(errno)))")
    }

    // MARK: Helping hands

    /// A folder that is not there. A config may run `mkdir`, which a check does not.
    private mutating func addMissing(
        _ severity: Diagnostic.Severity, _ place: SourceLocation, _ command: String, _ path: String
    ) {
        let runsPrograms = sink.settings.contains { $0.command.hasPrefix("execute") }
        add(
            runsPrograms ? .warning : severity, place, command,
            "the folder \(path) does not exist" + (runsPrograms ? "; does a program that the config runs make it?" : "")
        )
    }

    /// The last value of a setting that takes one text.
    private func last(_ command: String) -> (text: String, place: SourceLocation)? {
        guard let setting = sink.settings.last(where: { $0.command == command }), let text = setting.firstText else {
            return nil
        }
        return (text, setting.location)
    }

    private mutating func add(
        _ severity: Diagnostic.Severity, _ place: SourceLocation, _ command: String, _ message: String
    ) {
        findings.append(Diagnostic(severity, place, command: command, message))
    }
}

extension DiagnosticSink.Setting {
    fileprivate var firstText: String? { arguments.text ?? arguments.list?.first?.text }
}
