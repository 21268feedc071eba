package import Commands
import Glibc
package import RPC

/// What clients of one control socket may do, and on what ground.
///
/// A unix socket is guarded by its mode, so whoever can open it is trusted like the owner. TCP can be reached by every user of the machine,
/// and by any web page that its browser shows: without a word in the config such clients may control but not run programs or name paths. And
/// from other machines `admin` takes a word that cannot be written by mistake.
package struct SocketTrust: Hashable, Sendable {
    package let scope: CommandScope
    /// The config line, to be named in refusals.
    package let setting: String

    /// The word for `admin` on an address that other machines can reach.
    package static let exposedAdmin = "admin_from_network"

    /// - Parameters:
    ///   - word: the second argument of `network.scgi.open_local` or `open_port`; nil if it was left out.
    ///   - command: its name.
    package init(word: String?, address: SCGIAddress, command: String) throws(CommandFault) {
        let line = "\(command) = \(address)" + (word.map { ", \($0)" } ?? "")
        setting = line
        guard let word else {
            scope = address.isTCP ? .control : .admin
            return
        }
        if word == Self.exposedAdmin {
            scope = .admin
            return
        }
        guard let wanted = CommandScope.allCases.first(where: { "\($0)" == word }) else {
            throw .input(
                "Invalid scope.", explanation: "\"\(word)\" is no scope; wanted is read, control or admin",
                subject: Array(word.utf8))
        }
        guard wanted < .admin || address.isGuarded else {
            throw .input(
                "Admin scope refused.",
                explanation: "\(address) can be reached from other machines, which could then run programs here; "
                    + "if that is wanted, write \"\(Self.exposedAdmin)\" in place of \"admin\"",
                subject: Array(word.utf8))
        }
        scope = wanted
    }

    /// What asks the loop to open it.
    package func request(for address: SCGIAddress, by carrier: SocketRequest.Carrier = .scgi) -> SocketRequest {
        SocketRequest(address: address, caller: Caller(scope: scope, setting: setting), carrier: carrier)
    }

    /// What the log says of a TCP socket; nil if its users were told what they need to know by the config itself.
    package func warning(for address: SCGIAddress) -> String? {
        if !address.isGuarded {
            return
                "\(setting): anybody who can reach this port has scope \(scope); bind it to 127.0.0.1 or use a unix socket"
        }
        guard address.isTCP, scope < .admin, !setting.contains(",") else { return nil }
        return
            "\(setting): clients may control, but not run programs or name paths; \", admin\" behind the address allows that"
    }

    /// The mode of a unix socket where none was asked for: what the umask leaves, less the rights of strangers, since who may connect may run
    /// programs.
    static func usualMode() -> UInt32 {
        let mask = umask(0o077)
        umask(mask)
        return 0o770 & ~UInt32(mask)
    }
}

extension SCGIAddress {
    package var isTCP: Bool { if case .port = self { true } else { false } }

    /// Whether other machines cannot reach it.
    package var isGuarded: Bool {
        switch self {
        case .local: true
        case .port(let host, _): host == "localhost" || host == "::1" || Self.isLoopback4(host)
        }
    }

    /// All four numbers must be there: `127.evil.example` is a name.
    private static func isLoopback4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// `host:port`, `[v6]:port`, `:port` or `port`, as rTorrent takes it; no host is every address of this machine.
    package static func parsingPort(_ text: String) throws(CommandFault) -> SCGIAddress {
        var host = ""
        var rest = Substring(text)
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]"), rest[end...].dropFirst().first == ":" else {
                throw .input("Could not parse address.", subject: Array(text.utf8))
            }
            host = String(rest[..<end].dropFirst())
            rest = rest[end...].dropFirst(2)
        } else if let colon = rest.lastIndex(of: ":") {
            host = String(rest[..<colon])
            rest = rest[colon...].dropFirst()
        }
        guard !rest.isEmpty, let port = Int(rest) else {
            throw .input(
                "Could not parse address.", explanation: "\"\(text)\" is no address; wanted is host:port",
                subject: Array(text.utf8))
        }
        guard (0...65_535).contains(port) else { throw .input("Invalid port number.", subject: Array(text.utf8)) }
        return .port(host: host == "*" ? "" : host, port)
    }
}
