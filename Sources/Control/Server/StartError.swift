package import Commands

/// What keeps `swarm run` from starting.
package enum StartError: Error, Sendable, CustomStringConvertible {
    /// An option of the command line; rTorrent's text.
    case option(String)
    /// The config has these errors, and perhaps warnings among them.
    case config([Diagnostic])
    /// The session folder: locked, missing, unreadable.
    case session(String)
    /// No port to listen on for peers.
    case port(String)
    /// A socket for front ends that cannot be opened.
    case socket(String)

    package var description: String {
        switch self {
        case .option(let text): "Failed to parse command line option: \(text)"
        case .config(let diagnostics):
            diagnostics.filter { $0.severity == .error }.map(\.description).joined(separator: "\n")
        case .session(let text), .port(let text), .socket(let text): text
        }
    }
}
