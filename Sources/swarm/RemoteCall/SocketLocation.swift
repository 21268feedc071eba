import Commands
import Glibc
import RPC

/// Where the socket of a running `swarm run` (or rTorrent) may be.
enum SocketLocation {
    /// `HOST:PORT`, `:PORT`, or the path of a unix socket; what has a slash is a path.
    static func parse(_ text: String) -> SCGIAddress {
        guard !text.contains("/"), let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port)
        else { return .local(path: text, mode: nil) }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return .port(host: host.isEmpty ? "127.0.0.1" : host, port)
    }

    /// The places to try when none is named: `$SWARM_SOCKET`, what the config opens, then the usual run-time folders.
    ///
    /// - Parameter config: the path of the config, if there is one.
    static func candidates(environment: (String) -> String?, config: String?) -> [SCGIAddress] {
        if let named = environment("SWARM_SOCKET"), !named.isEmpty { return [parse(named)] }
        var places = config.map(SocketReader.sockets) ?? []
        if let folder = environment("XDG_RUNTIME_DIR"), folder.hasPrefix("/") {
            places.append(.local(path: "\(folder)/swarm/rpc.socket", mode: nil))
        }
        places.append(.local(path: "/run/swarm/rpc.socket", mode: nil))
        return places
    }
}

/// Reads a config for the sockets that it opens, and does nothing else with it: no other setting has an effect, no program is run.
private final class SocketReader: CommandHost {
    private var found: [SCGIAddress] = []

    static func sockets(config: String) -> [SCGIAddress] {
        let reader = SocketReader()
        let interpreter = Interpreter(host: reader)
        let map = interpreter.map
        // What the path of a socket is put together from.
        for name in ["session.path", "directory.default"] { map.variable(name, .string(""), help: "a folder") }
        map.define("session.name", .string, help: "not known here") { (_, _) throws(CommandFault) in .emptyString }
        for name in ["network.scgi.open_local", "network.scgi.open_port"] {
            map.define(name, [.string("socket")], .void, help: "opens a socket") {
                [unowned reader] (context, arguments) throws(CommandFault) in
                let text = String(decoding: try arguments.onlyString(), as: UTF8.self)
                let isLocal = name.hasSuffix("local")
                reader.found.append(
                    isLocal
                        ? .local(path: context.interpreter.expandingTilde(text), mode: nil)
                        : SocketLocation.parse(text))
                return .none
            }
        }
        map.installAliases()
        try? interpreter.load(Array(config.utf8), mode: .collect, CommandContext(interpreter))
        return reader.found
    }

    func print(_ text: [UInt8]) {}
    func log(_ message: String) {}
    func execute(_ request: ProgramRequest) throws(CommandFault) -> ProgramResult {
        throw .input("programs are not run while a socket is looked for")
    }
}
