import Glibc
import TestKit
import TrackerServer

/// Debian's opentracker with a list of torrents, which its build demands.
enum Opentracker {
    /// Why comparisons are left out, if they are.
    static let isInstalled = access("/usr/bin/opentracker", X_OK) == 0

    static func start(listed hashes: [String], in folder: TemporaryFolder) async throws -> (ChildProcess, TrackerProbe)
    {
        let list = try folder.write(Array(hashes.map { $0 + "\n" }.joined().utf8), to: "whitelist")
        let port = try await freePort()
        let command = ["opentracker", "-i", "127.0.0.1", "-p", "\(port)", "-P", "\(port)", "-w", list]
        // It refuses to stay root, and could not read the list after a change of user of its own.
        let process = try await ChildProcess.start(
            (geteuid() == 0 ? ["setpriv", "--reuid=nobody", "--clear-groups", "--pdeathsig=KILL", "--"] : []) + command,
            in: folder.path)
        let probe = TrackerProbe(endpoints: [
            Tracker.Endpoint(kind: .stream, host: "127.0.0.1", port: port),
            Tracker.Endpoint(kind: .datagram, host: "127.0.0.1", port: port),
        ])
        try await eventually("opentracker listens", context: { process.report }) {
            try process.requireRunning()
            return (try? probe.get("/")) != nil
        }
        return (process, probe)
    }

    /// A port that was free for both protocols a moment ago.
    private static func freePort() async throws -> UInt16 {
        let tracker = try await Tracker.start(TrackerConfiguration(addresses: [.init("127.0.0.1")], port: 0))
        await tracker.shutdown()
        return tracker.endpoints[0].port
    }
}
