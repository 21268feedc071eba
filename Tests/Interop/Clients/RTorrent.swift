import Foundation
import TestKit

/// Debian's rtorrent 0.9.8 without its screen, asked over SCGI on a unix socket.
enum RTorrent {
    /// - Parameter program: what takes rtorrent's options and config, and answers as it does.
    static func start(_ job: ClientJob, program: [String] = ["rtorrent"]) async throws -> RunningClient {
        let socket = "\(job.home)/rpc.socket"
        let session = "\(job.home)/session"
        try FileManager.default.createDirectory(atPath: session, withIntermediateDirectories: true)
        let config = "\(job.home)/rtorrent.rc"
        let lines = """
            directory.default.set = "\(job.dataFolder)"
            session.path.set = \(session)
            network.port_range.set = \(job.port)-\(job.port)
            network.port_random.set = no
            network.bind_address.set = \(job.address)
            network.local_address.set = \(job.address)
            dht.mode.set = off
            protocol.pex.set = no
            trackers.use_udp.set = yes
            network.scgi.open_local = \(socket)
            load.start = "\(job.torrent)"

            """
        try lines.write(toFile: config, atomically: true, encoding: .utf8)
        let process = try await ChildProcess.start(
            program + ["-n", "-o", "system.daemon.set=true,import=\(config)"], in: job.home)
        return RunningClient(process: process) {
            guard FileManager.default.fileExists(atPath: socket) else { return false }
            // One row of one column for each torrent.
            let reply = try? call("d.multicall2", ["", "main", "d.complete="], at: socket)
            return reply?.contains("<i8>1</i8>") ?? false
        }
    }

    /// One XML-RPC call.
    ///
    /// - Returns: the reply as rtorrent wrote it.
    private static func call(_ method: String, _ parameters: [String], at socket: String) throws -> String {
        let values = parameters.map { "<param><value><string>\($0)</string></value></param>" }.joined()
        let body =
            "<?xml version=\"1.0\"?><methodCall><methodName>\(method)</methodName>"
            + "<params>\(values)</params></methodCall>"
        let headers = "CONTENT_LENGTH\0\(body.utf8.count)\0SCGI\u{0}1\0REQUEST_METHOD\0POST\0REQUEST_URI\0/RPC2\0"
        let request = "\(headers.utf8.count):\(headers),\(body)"
        return String(decoding: try Loopback.exchange(request.utf8, with: .unix(path: socket)), as: UTF8.self)
    }
}
