import TestKit

/// Our own `swarm seed` and `swarm get`.
enum Swarm {
    static func start(_ job: ClientJob) async throws -> RunningClient {
        let place = ["--bind", job.address, "--port", "\(job.port)"]
        switch job.role {
        case .seed:
            let process = try await SwarmExecutable.start(
                ["seed"] + place + [job.torrent, "\(job.dataFolder)/\(job.payloadName)"], in: job.home)
            return RunningClient(process: process) { process.standardOutput.contains("seeding") }
        case .leech:
            let process = try await SwarmExecutable.start(
                ["get"] + place + ["--directory", job.dataFolder, job.torrent], in: job.home)
            return RunningClient(process: process) { process.exitStatus == 0 }
        }
    }
}
