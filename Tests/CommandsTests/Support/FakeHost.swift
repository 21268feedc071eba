import Commands
import Glibc

/// A host whose clock stands still, whose files are a table, and which really runs programs.
class FakeHost: CommandHost {
    var now: Int64 = 1_700_000_000
    var up: Duration = .seconds(1_000)
    var offset: Int64 = 0
    var files: [String: [UInt8]] = [:]
    var printed: [String] = []
    var logged: [String] = []
    var requests: [ProgramRequest] = []
    var variables: [String: String] = [
        "HOME": "/home/user", "SWARM_TEST": "from the environment",
    ]

    func unixMicroseconds() -> Int64 { now * 1_000_000 }
    func uptime() -> Duration { up }
    func secondsFromGMT(at unixSeconds: Int64) -> Int64 { offset }
    func environment(_ name: String) -> [UInt8]? { variables[name].map { [UInt8]($0.utf8) } }
    func canonicalPath(_ path: String) -> String { path }
    func print(_ text: [UInt8]) { printed.append(String(decoding: text, as: UTF8.self)) }
    func log(_ message: String) { logged.append(message) }

    func readFile(_ path: String, limit: Int) throws(FileReadFault) -> [UInt8] {
        guard let bytes = files[path] else { throw FileReadFault(reason: "No such file or directory") }
        guard bytes.count <= limit else { throw FileReadFault(reason: "too large") }
        return bytes
    }

    func execute(_ request: ProgramRequest) throws(CommandFault) -> ProgramResult {
        requests.append(request)
        if request.isDetached { return ProgramResult(waitStatus: 0) }
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = request.arguments.map {
            strdup(String(decoding: $0, as: UTF8.self))
        }
        arguments.append(nil)
        defer { arguments.forEach { free($0) } }
        let environment: [UnsafeMutablePointer<CChar>?] = [
            strdup("HOME=/home/user"), strdup("PATH=/usr/bin:/bin"), nil,
        ]
        defer { environment.forEach { free($0) } }
        var process: pid_t = 0
        let failure = posix_spawnp(
            &process, String(decoding: request.arguments[0], as: UTF8.self), &actions, nil, arguments, environment)
        close(ends[1])
        defer { close(ends[0]) }
        guard failure == 0 else { return ProgramResult(waitStatus: 65_280) }
        var output: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(ends[0], &part, part.count)
            if count <= 0 { break }
            output += part[..<count]
        }
        var status: Int32 = 0
        waitpid(process, &status, 0)
        return ProgramResult(waitStatus: Int64(status), output: output)
    }
}
