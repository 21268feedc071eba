import Commands
import NIOPosix
import RPC
import TestKit

/// `swarm run` in a folder of its own, and a client at its socket.
struct RunningSwarm {
    let folder: TemporaryFolder
    let process: ChildProcess

    /// Loopback, a port of the system's choice, folders below the test's, and a socket.
    static let basics = """
        directory.default.set = ~/data
        session.path.set = ~/session
        network.bind_address.set = 127.0.0.1
        network.port_range.set = 0-0
        network.scgi.open_local = ~/rpc.socket

        """

    /// Starts and waits until it answers.
    ///
    /// - Parameter config: after ``basics``.
    static func start(
        in folder: TemporaryFolder, config: String = "", arguments: [String] = [], environment: [String: String] = [:]
    ) async throws -> RunningSwarm {
        try folder.write(Array((basics + config).utf8), to: "swarm.rc")
        return try await start(
            in: folder, words: ["--config", "swarm.rc"] + arguments, environment: environment)
    }

    /// Starts with exactly these words after `run` and waits until it answers.
    static func start(
        in folder: TemporaryFolder, words: [String], environment: [String: String] = [:]
    ) async throws -> RunningSwarm {
        for name in ["data", "session", "watch"] { _ = try folder.makeFolder(name) }
        let process = try await SwarmExecutable.start(["run"] + words, in: folder.path, environment: environment)
        let swarm = RunningSwarm(folder: folder, process: process)
        try await eventually("it answers", within: .seconds(60), context: { process.report }) {
            try process.requireRunning()
            return await (try? swarm.call("system.pid")) == .integer(Int64(process.processID))
        }
        return swarm
    }

    /// A call over its socket.
    @discardableResult
    func call(_ method: String, _ parameters: Value...) async throws -> RPCParameter {
        let client = SCGIClient(address: .local(path: folder.path("rpc.socket"), mode: nil))
        return try await NIOThreadPool.singleton.runIfActive { try client.call(method, parameters) }
    }

    /// A column of its table of downloads.
    func column(_ command: String) async throws -> [RPCParameter] {
        guard case .array(let rows) = try await call("d.multicall2", "", "main", .text(command)) else { return [] }
        return rows.compactMap { if case .array(let cells) = $0 { cells.first } else { nil } }
    }

    /// Waits until a column reads so.
    func awaits(_ command: String, _ values: [RPCParameter], within limit: Duration = .seconds(30)) async throws {
        try await eventually("\(command) is \(values)", within: limit, context: { process.report }) {
            try process.requireRunning()
            return try await column(command) == values
        }
    }

    /// Sends a signal and waits for the end.
    func end(_ signal: Int32) async throws -> Int32 {
        process.signal(signal)
        return try await process.waitForExit()
    }
}

extension RPCParameter {
    static func text(_ text: String) -> RPCParameter { .string(Array(text.utf8)) }
}
