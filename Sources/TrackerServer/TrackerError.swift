import Glibc

/// Why a tracker could not start or reload.
package enum TrackerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Not an IP address in text; names are not looked up.
    case invalidAddress(String)
    case portInUse(SocketKind, address: String, port: UInt16)
    case cannotBind(SocketKind, address: String, port: UInt16, code: Int32)
    /// A list of torrents that cannot be read at all.
    case unreadableList(path: String, code: Int32)
    /// A line of a list that is no info-hash.
    case badListLine(path: String, line: Int, found: String)

    package var description: String {
        switch self {
        case .invalidAddress(let text):
            "\"\(text)\" is not an IP address"
        case .portInUse(let kind, let address, let port):
            "\(kind) port \(port) of \(address) is in use by another program: stop it, or choose another port with "
                + (kind == .stream ? "-p" : "-P")
        case .cannotBind(let kind, let address, let port, let code):
            "cannot open \(kind) port \(port) of \(address): \(Self.text(code))"
                + (code == EACCES ? " (ports below 1024 need privileges)" : "")
        case .unreadableList(let path, let code):
            "\(path): \(Self.text(code))"
        case .badListLine(let path, let line, let found):
            "\(path):\(line): found \"\(found)\", wants an info-hash of 40 hexadecimal digits"
        }
    }

    private static func text(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}

/// TCP or UDP.
package enum SocketKind: String, Sendable, CustomStringConvertible {
    case stream = "TCP"
    case datagram = "UDP"

    package var description: String { rawValue }
}
