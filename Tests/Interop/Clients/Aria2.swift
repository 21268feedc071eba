import TestKit

/// Debian's aria2c.
enum Aria2 {
    static func start(_ job: ClientJob) async throws -> RunningClient {
        let roleOptions =
            switch job.role {
            case .seed: ["--seed-ratio=0.0", "--check-integrity=true"]
            case .leech: ["--seed-time=0"]
            }
        let options = [
            "--dir=\(job.dataFolder)", "--listen-port=\(job.port)", "--interface=\(job.address)", "--enable-dht=false",
            "--bt-enable-lpd=false", "--enable-peer-exchange=false", "--file-allocation=none", "--summary-interval=0",
            "--bt-request-peer-speed-limit=0", "--console-log-level=notice", "--no-conf=true",
        ]
        let process = try await ChildProcess.start(["aria2c"] + options + roleOptions + [job.torrent], in: job.home)
        return RunningClient(process: process) {
            switch job.role {
            case .seed: true  // It says nothing; the tracker tells when it serves.
            case .leech: process.exitStatus == 0
            }
        }
    }
}
