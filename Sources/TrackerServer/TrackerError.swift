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
    /// A line of a list of addresses that is no address or network.
    case badAddressLine(path: String, line: Int, found: String)
    /// A certificate or key that cannot be used.
    case badCertificate(path: String, reason: String)
    /// A state file that is none, or damaged.
    case badState(path: String, reason: String)
    case cannotWrite(path: String, code: Int32)
    /// Other trackers cannot be reached in the way that was asked for.
    case badCluster(String)

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
        case .badAddressLine(let path, let line, let found):
            "\(path):\(line): found \"\(found)\", wants an IP address, address/bits or first-last"
        case .badCertificate(let path, let reason):
            "\(path): \(reason); wants a certificate chain and its key in PEM form"
        case .badState(let path, let reason):
            "\(path): \(reason); it is left as it is: move it away to start without it"
        case .cannotWrite(let path, let code):
            "\(path): cannot be written: \(Self.text(code))"
        case .badCluster(let reason):
            reason
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
