import Glibc
import Metainfo
import Synchronization
import TestKit
import Testing
import TrackerServer
import TrackerWire

/// Asks a running tracker in plain words.
struct TrackerProbe {
    let endpoints: [Tracker.Endpoint]
    private let running: Tracker?

    init(_ tracker: Tracker) {
        endpoints = tracker.endpoints
        running = tracker
    }

    /// Asks a program of its own.
    init(endpoints: [Tracker.Endpoint]) {
        self.endpoints = endpoints
        running = nil
    }

    /// The tracker in this process.
    var tracker: Tracker {
        get throws { try #require(running) }
    }

    static let peerID = "-SW0100-abcdefghijkl"
    static let hash = String(repeating: "a", count: 20)

    var hasIPv6: Bool { endpoints.contains { $0.host == "::1" } }

    func port(_ kind: SocketKind, _ host: String) throws -> UInt16 {
        let family = host.contains(":") ? "::1" : "127.0.0.1"
        return try #require(endpoints.first { $0.kind == kind && $0.host == family }).port
    }

    func stream(_ host: String = "127.0.0.1") throws -> RawSocket {
        try RawSocket(SOCK_STREAM, to: host, port: try port(.stream, host))
    }

    /// One HTTP/1.0 exchange; head and body apart.
    func get(_ target: String, _ host: String = "127.0.0.1") throws -> (head: String, body: [UInt8]) {
        let socket = try stream(host)
        try socket.send("GET \(target) HTTP/1.0\r\n\r\n")
        return try Self.split(try socket.receiveAll())
    }

    static func split(_ reply: [UInt8]) throws -> (head: String, body: [UInt8]) {
        let end = try #require(reply.firstRange(of: Array("\r\n\r\n".utf8)))
        return (String(decoding: reply[..<end.lowerBound], as: UTF8.self), Array(reply[end.upperBound...]))
    }

    static func target(hash: String = hash, port: Int, left: Int = 1, more: String = "") -> String {
        "/announce?info_hash=\(hash)&peer_id=\(peerID)&port=\(port)&left=\(left)\(more)"
    }

    func announce(
        hash: String = hash, port: Int, left: Int = 1, more: String = "", host: String = "127.0.0.1"
    ) throws -> AnnounceResponse {
        try HTTPTrackerCoding.decodeAnnounce(
            try get(Self.target(hash: hash, port: port, left: left, more: more), host).body)
    }

    func scrape(_ hashes: [String]) throws -> ScrapeResponse {
        let query = hashes.map { "info_hash=\($0)" }.joined(separator: "&")
        return try HTTPTrackerCoding.decodeScrape(try get("/scrape?\(query)").body)
    }
}

/// Starts a tracker for the time of one test.
func withTracker(
    _ configuration: TrackerConfiguration = .loopback, _ body: (TrackerProbe) async throws -> Void
) async throws {
    let tracker = try await Tracker.start(configuration)
    do {
        try await body(TrackerProbe(tracker))
    } catch {
        await tracker.shutdown()
        throw error
    }
    await tracker.shutdown()
}

/// A clock that stands until the test moves it.
final class ManualClock: Sendable {
    private let seconds = Atomic<UInt32>(100_000)

    var clock: TrackerClock { TrackerClock { [self] in seconds.load(ordering: .relaxed) } }

    func advance(_ count: UInt32) { seconds.add(count, ordering: .relaxed) }
}
