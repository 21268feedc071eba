import Foundation
import Glibc
import NIOPosix
import Synchronization

/// A program started by a test, in a process group of its own.
///
/// Its group is killed by `stop()` or when the last reference goes; the kernel kills it when the test process dies.
/// Standard input is empty; what it prints goes to two files and stays readable after its end.
package final class ChildProcess: Sendable {
    package let command: [String]
    package let processID: Int32
    private let outputPath: String
    private let errorPath: String
    /// Nil while it runs. Guards against a signal to a process id that has been reaped.
    private let status = Mutex<Int32?>(nil)

    private init(command: [String], processID: Int32, outputPath: String, errorPath: String) {
        self.command = command
        self.processID = processID
        self.outputPath = outputPath
        self.errorPath = errorPath
    }

    deinit {
        stop()
    }

    /// Starts a program; one that does not exist shows as exit status 127.
    ///
    /// - Parameters:
    ///   - command: program (looked up in PATH unless it has a slash) and arguments.
    ///   - folder: its working folder, home and the place of its output files; must exist.
    ///   - environment: added to this process's own.
    package static func start(
        _ command: [String], in folder: String, environment: [String: String] = [:]
    ) async throws -> ChildProcess {
        // PR_SET_PDEATHSIG means the end of the parent *thread*, so one thread that never ends starts all children.
        try await spawningThread.runIfActive {
            let name =
                "\(folder)/.\((command.first ?? "").split(separator: "/").last ?? "")-\(UUID().uuidString.prefix(8))"
            var settings = ProcessInfo.processInfo.environment
            settings.merge(["HOME": folder, "TERM": "dumb", "LC_ALL": "C.UTF-8"]) { $1 }
            settings.merge(environment) { $1 }
            // Both replace themselves by what they start, so the process id is the program's own.
            let wrapper = ["/usr/bin/env", "--chdir=\(folder)", "setpriv", "--pdeathsig", "KILL", "--"]
            let processID = try spawn(
                wrapper + command, environment: settings, outputPath: name + ".out", errorPath: name + ".err")
            return ChildProcess(
                command: command, processID: processID, outputPath: name + ".out", errorPath: name + ".err")
        }
    }

    /// Runs a program to its end.
    ///
    /// - Throws: `DeadlinePassed`; the program is killed then.
    package static func run(
        _ command: [String], in folder: String, environment: [String: String] = [:],
        within limit: Duration = .seconds(60)
    ) async throws -> ChildProcess {
        let child = try await start(command, in: folder, environment: environment)
        defer { child.stop() }
        _ = try await child.waitForExit(within: limit)
        return child
    }

    /// Nil while it runs; then the exit code, or 128 + the number of the signal that ended it.
    package var exitStatus: Int32? {
        status.withLock { status in
            if status == nil { status = reap(options: WNOHANG) }
            return status
        }
    }

    /// What it has written to standard output so far.
    package var standardOutput: String { text(of: outputPath) }

    /// What it has written to standard error so far.
    package var standardError: String { text(of: errorPath) }

    /// The command, its state and the last of what it printed, for failure messages.
    package var report: String {
        let state = exitStatus.map { "ended with \($0)" } ?? "runs"
        return "\(command.joined(separator: " ")): \(state)\n\((standardOutput + standardError).suffix(4000))"
    }

    /// - Throws: `DeadlinePassed`, with its output.
    package func waitForExit(within limit: Duration = .seconds(30)) async throws -> Int32 {
        try await eventually("\(command[0]) ends", within: limit, context: { report }) { exitStatus != nil }
        return exitStatus ?? -1
    }

    /// - Throws: if it has ended, with its report: for what waits for something that a program must live to do.
    package func requireRunning() throws {
        if exitStatus != nil { throw Failure(description: report) }
    }

    /// - Throws: unless it has ended with exit code 0, with its report.
    package func requireSuccess() throws {
        if exitStatus != 0 { throw Failure(description: report) }
    }

    /// A program did not do what it had to.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Sends a signal to the program alone; nothing if it has ended.
    package func signal(_ number: Int32) {
        status.withLock { status in
            if status == nil { _ = kill(processID, number) }
        }
    }

    /// Kills the program and its group, and waits for its end.
    package func stop() {
        status.withLock { status in
            guard status == nil else { return }
            _ = kill(-processID, SIGKILL)
            status = reap(options: 0)
        }
    }

    private func reap(options: Int32) -> Int32? {
        var raw: Int32 = 0
        var reaped = waitpid(processID, &raw, options)
        while reaped == -1 && errno == EINTR { reaped = waitpid(processID, &raw, options) }
        guard reaped != 0 else { return nil }
        return raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f)
    }

    private func text(of path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    private static let spawningThread: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        return pool
    }()

    private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32

    /// SwiftNIO's sockets survive exec: without this a child keeps this process's ports and connections open.
    ///
    /// `posix_spawn_file_actions_addclosefrom_np` of glibc 2.34, which Swift's Glibc module leaves out.
    private static let closeFrom: CloseFrom? =
        dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map { unsafeBitCast($0, to: CloseFrom.self) }

    private static func spawn(
        _ command: [String], environment: [String: String], outputPath: String, errorPath: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        _ = closeFrom?(&actions, 3)
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var processID: pid_t = 0
        let failure = posix_spawn(&processID, command[0], &actions, &attributes, &arguments, &variables)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
        return processID
    }
}
