import Metainfo
import TestKit

/// A tracker at work, at a loopback address of its own. It is killed when the last reference goes.
struct RunningTracker: Sendable {
    let process: ChildProcess
    let address: String
    let port: UInt16

    /// How many peers have all of the torrent, by a scrape over HTTP (BEP 48).
    func seeds(of infoHash: InfoHash) throws -> Int? {
        let hash = infoHash.bytes.map { byte in "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        let request = "GET /scrape?info_hash=\(hash) HTTP/1.0\r\nHost: \(address):\(port)\r\n\r\n"
        let reply = try Loopback.exchange(request.utf8, with: .tcp(address: address, port: port))
        let text = String(decoding: reply, as: UTF8.self)
        return text.firstMatch(of: #/8:completei(\d+)e/#).flatMap { Int($0.output.1) }
    }

    /// Waits until it takes connections.
    func waitUntilListening() async throws {
        try await eventually("the tracker listens", context: { process.report }) {
            try process.requireRunning()
            return (try? Loopback.exchange("GET / HTTP/1.0\r\n\r\n".utf8, with: .tcp(address: address, port: port)))
                != nil
        }
    }
}
