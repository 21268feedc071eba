import Commands
import Control
import Metainfo
import TestKit

/// A running server in a folder of its own, asked as a front end asks.
final class Stage: Sendable {
    let folder: TemporaryFolder
    let server: ControlServer

    /// - Parameter config: lines after those that every test needs: loopback, a port of the system's choice, folders.
    init(_ config: [String] = [], in folder: TemporaryFolder? = nil) async throws {
        let folder = try folder ?? TemporaryFolder("control")
        self.folder = folder
        for name in ["session", "data", "watch"] { _ = try folder.makeFolder(name) }
        server = try await Self.start(folder, config)
    }

    private static func start(_ folder: TemporaryFolder, _ config: [String]) async throws -> ControlServer {
        let lines =
            [
                "network.bind_address.set=127.0.0.1", "network.port_range.set=0-0", "dht.mode.set=disable",
                "session.path.set=\(folder.path("session"))", "directory.default.set=\(folder.path("data"))",
            ] + config
        let path = try folder.write((lines.joined(separator: "\n") + "\n").utf8, to: "rc")
        var options = StartOptions { _ in }
        options.config = path
        return try await ControlServer.start(options)
    }

    /// Ends the server and waits for that.
    func end() async {
        server.requestShutdown(quick: true)
        await server.waitUntilShutDown()
    }

    /// A call of a front end, and its answer as JSON; `!code text` for faults.
    func call(_ method: String, _ parameters: [Value]) async throws -> String {
        try await server.run { controller in controller.answer(method, parameters) }
    }

    func call(_ method: String, _ parameters: String...) async throws -> String {
        try await call(method, parameters.map { .text($0) })
    }
}

extension Controller {
    fileprivate func answer(_ method: String, _ parameters: [Value]) -> String {
        do throws(CommandFault) {
            return try callRemotely(method, parameters, caller: .owner).json
        } catch {
            return Value.text("!\(error.code.rawValue) \(error.message)").json
        }
    }
}

extension Value {
    /// As Python's `json.dumps` writes it; nothing is 0, as on the wire.
    var json: String {
        switch self {
        case .none: "0"
        case .integer(let number): "\(number)"
        case .string(let bytes):
            "\"" + String(decoding: bytes, as: UTF8.self).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                + "\""
        case .list(let values): "[" + values.map(\.json).joined(separator: ", ") + "]"
        case .map(let map):
            "{"
                + map.entries.map { "\(Value.string($0.key).json): \($0.value.json)" }.joined(separator: ", ") + "}"
        case .command(let call): Value.list(call.listed).json
        }
    }
}

/// A torrent whose one file has 81,000 bytes that depend on its name; a little less than five pieces.
struct NamedTorrent: Sendable {
    let sample: SampleTorrent
    let hash: String

    init(_ name: String) throws {
        let seed = name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }
        var generator = SeededGenerator(seed: seed)
        sample = SampleTorrent(
            name: name, files: [.init(name, content: generator.bytes(81_000))],
            trackers: [["http://127.0.0.1:9/announce"]])
        hash = try MetainfoFile.decode(sample.metainfo).networkHash.hex.uppercased()
    }
}
