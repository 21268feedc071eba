import Glibc

/// This package's own `swarm` program, as built together with the tests.
package enum SwarmExecutable {
    /// It lies beside the test bundle.
    package static let path: String = {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        let bundle = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return bundle.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/swarm"
    }()

    /// Starts `swarm` with these arguments; see `ChildProcess.start`.
    package static func start(
        _ arguments: [String], in folder: String, environment: [String: String] = [:]
    ) async throws -> ChildProcess {
        try await ChildProcess.start([path] + arguments, in: folder, environment: environment)
    }

    /// Runs `swarm` to its end; see `ChildProcess.run`.
    package static func run(
        _ arguments: [String], in folder: String, environment: [String: String] = [:],
        within limit: Duration = .seconds(60)
    ) async throws -> ChildProcess {
        try await ChildProcess.run([path] + arguments, in: folder, environment: environment, within: limit)
    }
}
