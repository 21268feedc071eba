import Foundation
import TestKit

/// Debian's python3-libtorrent (rasterbar), the engine of qBittorrent and Deluge.
enum Libtorrent {
    static func start(_ job: ClientJob) async throws -> RunningClient {
        let done = "\(job.home)/done"
        // The system's interpreter: the package is built for it, whatever comes first in PATH.
        let process = try await ChildProcess.start(
            ["/usr/bin/python3", script, job.torrent, job.dataFolder, "\(job.address):\(job.port)", done],
            in: job.home)
        return RunningClient(process: process) { FileManager.default.fileExists(atPath: done) }
    }

    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("libtorrent_client.py").path
}
