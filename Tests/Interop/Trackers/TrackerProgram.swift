import Foundation
import Glibc
import Metainfo
import TestKit
import Testing

/// The trackers that tests run on.
enum TrackerProgram: String, CustomTestStringConvertible {
    /// Our own `swarm track`.
    case swarm
    /// Debian's build, which serves listed torrents only.
    case opentracker

    var testDescription: String { rawValue }

    /// - Parameter infoHash: the torrent that it is to serve.
    func start(for infoHash: InfoHash, address: String, port: UInt16, home: String) async throws -> RunningTracker {
        let whitelist = "\(home)/whitelist"
        try "\(infoHash.hex)\n".write(toFile: whitelist, atomically: true, encoding: .utf8)
        let command =
            switch self {
            case .swarm: [SwarmExecutable.path, "track", "-i", address, "-p", "\(port)", "-w", whitelist]
            // Given -p alone it opens no UDP socket. It refuses to stay root; if it changed the user by itself, it would
            // survive a killed test.
            case .opentracker:
                (geteuid() == 0 ? ["setpriv", "--reuid=nobody", "--clear-groups", "--pdeathsig=KILL", "--"] : [])
                    + ["opentracker", "-i", address, "-p", "\(port)", "-P", "\(port)", "-w", whitelist]
            }
        let process = try await ChildProcess.start(command, in: home)
        let tracker = RunningTracker(process: process, address: address, port: port)
        try await tracker.waitUntilListening()
        return tracker
    }
}
