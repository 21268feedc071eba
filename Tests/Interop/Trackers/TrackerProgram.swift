import Foundation
import TestKit
import Testing

/// The trackers that tests run on.
enum TrackerProgram: String, CustomTestStringConvertible {
    /// Debian's build, which serves listed torrents only.
    case opentracker

    var testDescription: String { rawValue }

    /// - Parameter infoHash: the torrent that it is to serve.
    func start(for infoHash: [UInt8], address: String, port: UInt16, home: String) async throws -> RunningTracker {
        let hex = infoHash.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        let whitelist = "\(home)/whitelist"
        try "\(hex)\n".write(toFile: whitelist, atomically: true, encoding: .utf8)
        let command =
            switch self {
            // Given -p alone it opens no UDP socket.
            case .opentracker: ["opentracker", "-i", address, "-p", "\(port)", "-P", "\(port)", "-w", whitelist]
            }
        let process = try await ChildProcess.start(command, in: home)
        let tracker = RunningTracker(process: process, address: address, port: port)
        try await tracker.waitUntilListening()
        return tracker
    }
}
