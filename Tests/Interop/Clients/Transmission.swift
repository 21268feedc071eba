import Foundation
import TestKit
import Testing

/// Debian's transmission-daemon, on the other host of a virtual network.
enum Transmission {
    static func start(_ job: ClientJob) async throws -> RunningClient {
        let network = try #require(job.network, "transmission refuses peers at loopback addresses")
        let done = "\(job.home)/done"
        let doneScript = "\(job.home)/when-done"
        let watched = "\(job.home)/watched"
        try FileManager.default.createDirectory(atPath: watched, withIntermediateDirectories: true)
        try "#!/bin/sh\ntouch '\(done)'\n".write(toFile: doneScript, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: doneScript)
        let settings: [String: any Sendable] = [
            "bind-address-ipv4": network.guestAddress, "peer-port": Int(job.port), "rpc-enabled": false,
            "download-dir": job.dataFolder, "watch-dir": watched, "watch-dir-enabled": true,
            "script-torrent-done-enabled": true, "script-torrent-done-filename": doneScript,
            "dht-enabled": false, "pex-enabled": false, "lpd-enabled": false, "utp-enabled": false,
            "port-forwarding-enabled": false,
        ]
        try JSONSerialization.data(withJSONObject: settings)
            .write(to: URL(fileURLWithPath: "\(job.home)/settings.json"))
        try FileManager.default.copyItem(atPath: job.torrent, toPath: "\(watched)/payload.torrent")
        let process = try await ChildProcess.start(
            network.onGuest(["transmission-daemon", "--foreground", "--config-dir", job.home]), in: job.home)
        return RunningClient(process: process, leavesOutEmptyFiles: true) {
            switch job.role {
            case .seed: true  // The tracker tells when it serves.
            case .leech: FileManager.default.fileExists(atPath: done)
            }
        }
    }
}
