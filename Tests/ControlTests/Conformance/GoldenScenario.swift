import Bencode
import Commands
import Engine
import Foundation
import RPC
import Synchronization
import TestKit

@testable import Control

/// `swarm run` as rtorrent 0.9.8 was when the golden answers were recorded: two torrents with their data in place, a tracker, a socket.
final class GoldenScenario: Sendable {
    static let single = "D56D8A4A5C5A318337A64270FD3D7A7F76A462A4"
    static let multi = "9E416837C7222271D878F82746FD33BA692F7F1E"

    let folder: TemporaryFolder
    let tracker: ScriptedTracker
    let server: ControlServer
    let client: SCGIClient
    private let lines: LogLines

    private final class LogLines: Sendable {
        let all = Mutex<[String]>([])
    }

    /// - Parameter more: lines at the end of the config.
    static func start(more: [String] = []) async throws -> GoldenScenario {
        let folder = try TemporaryFolder("golden")
        let tracker = try await ScriptedTracker.start()
        try layTorrents(in: folder, announce: tracker.url)
        _ = try folder.makeFolder("session")
        let config = [
            "network.scgi.open_local = \(folder.path("socket"))", "session.path.set = \(folder.path("session"))",
            "directory.default.set = \(folder.path("seed"))", "network.bind_address.set = 127.0.0.1",
            "network.port_range.set = 1024-65000", "network.port_random.set = yes", "dht.mode.set = disable",
            "protocol.pex.set = no", "network.xmlrpc.size_limit.set = 16M",
        ]
        let path = try folder.write((config + more).map { $0 + "\n" }.joined().utf8, to: "swarmrc")
        let lines = LogLines()
        var options = StartOptions { line in lines.all.withLock { $0.append(line) } }
        options.config = path
        let server = try await ControlServer.start(options)
        // It would come half a minute after a load, so on a slow machine in the middle of a comparison.
        server.engine.limits.scrapesAfterLoad = false
        return GoldenScenario(folder, tracker, server, lines)
    }

    private init(_ folder: TemporaryFolder, _ tracker: ScriptedTracker, _ server: ControlServer, _ lines: LogLines) {
        self.folder = folder
        self.tracker = tracker
        self.server = server
        self.lines = lines
        client = SCGIClient(address: .local(path: folder.path("socket"), mode: nil))
    }

    var log: [String] { lines.all.withLock { $0 } }

    func end() async {
        server.requestShutdown(quick: true)
        await server.waitUntilShutDown()
        await tracker.stop()
    }

    // MARK: Content

    private static func layTorrents(in folder: TemporaryFolder, announce: String) throws {
        for (name, sample) in samples(announce: announce) {
            for file in sample.files {
                let place = (sample.isSingleFile ? ["seed"] : ["seed", sample.name]) + file.path
                try folder.write(file.content, to: place.joined(separator: "/"))
            }
            try folder.write(sample.metainfo, to: "torrents/\(name).torrent")
        }
    }

    private static func samples(announce: String) -> [(String, SampleTorrent)] {
        var single = SampleTorrent(
            name: "single.bin", files: [.init("single.bin", content: chainedContent("single", count: 300_000))],
            pieceLength: 65_536, trackers: [[announce]])
        single.value["creation date"] = 1_700_000_000
        var multi = SampleTorrent(
            name: "multi",
            files: [
                .init("a.txt", content: chainedContent("a", count: 100_000)),
                .init("sub", "b.bin", content: chainedContent("b", count: 150_000)),
                .init("sub", "empty.dat", content: []),
            ],
            pieceLength: 32_768,
            trackers: [[announce, "http://127.0.0.1:36970/announce"], ["udp://127.0.0.1:36971/announce"]])
        multi.value["creation date"] = 1_700_000_001
        multi.value["info"]?["private"] = 1
        return [("single", single), ("multi", multi)]
    }

    // MARK: Calls

    /// Makes a call and expects no fault.
    @discardableResult
    func call(_ method: String, _ parameters: Value...) async throws -> RPCParameter {
        try await call(method, parameters)
    }

    /// On a thread that may wait.
    func call(_ method: String, _ parameters: [Value]) async throws -> RPCParameter {
        let client = client
        return try await Self.blocking { try client.call(method, parameters) }
    }

    /// The body of the answer, faults included.
    func exchange(_ method: String, _ parameters: [Value]) async throws -> String {
        let client = client
        return try await Self.blocking {
            let document = try XMLRPCEncoder().call(method, parameters)
            return String(decoding: try client.send(document, contentType: "text/xml"), as: UTF8.self)
        }
    }

    /// Sends a call as a front end wrote it. - Returns: the body of the answer.
    func send(_ document: [UInt8]) async throws -> String {
        let client = client
        return try await Self.blocking {
            String(decoding: try client.send(document, contentType: "text/xml"), as: UTF8.self)
        }
    }

    private static func blocking<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
        }
    }

    // MARK: States

    /// Both torrents loaded, stopped and closed.
    func load() async throws {
        try await call("load.normal", "", .text(folder.path("torrents/single.torrent")))
        try await call(
            "load.normal", "", .text(folder.path("torrents/multi.torrent")), "d.custom1.set=lbl",
            "d.custom.set=addtime,1700000123")
        try await eventually("both are loaded", context: { self.log.joined(separator: "\n") }) {
            try await self.call("view.size", "", "main") == .integer(2)
        }
    }

    func forBoth(_ method: String) async throws {
        for hash in [Self.single, Self.multi] { try await call(method, .text(hash)) }
    }

    func waitUntil(_ method: String, is value: Int64) async throws {
        for hash in [Self.single, Self.multi] {
            try await eventually("\(method) is \(value)", context: { self.log.joined(separator: "\n") }) {
                try await self.call(method, .text(hash)) == .integer(value)
            }
        }
    }
}
