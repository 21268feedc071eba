import Commands
import Glibc

/// One program that was started: its standard output if that is wanted, and word of its end.
///
/// A thread of its own waits for each program, so none becomes a zombie, whether anybody still cares or not.
final class ProgramRun {
    struct StartFailure: Error {
        let errno: Int32
    }

    /// What `waitpid` gives for the status 255: the program could not be started.
    static let notStarted: Int64 = 255 << 8
    /// Longest output that is collected.
    static let longestOutput = 16 << 20

    /// Becomes readable when the program has ended: four bytes of wait status.
    private let ending: Int32
    /// -1: not collected.
    private let output: Int32

    /// Starts a program.
    ///
    /// - Parameter output: where its output goes that is not collected; nil discards it.
    init(_ request: ProgramRequest, output log: Int32?) throws(StartFailure) {
        DescriptorTable.closeAllOnExec()
        let ending = try Self.makePipe()
        var captured: (read: Int32, write: Int32) = (-1, -1)
        do throws(StartFailure) {
            if request.capturesOutput { captured = try Self.makePipe() }
            let process = try Self.spawn(request, output: captured.write >= 0 ? captured.write : log, errors: log)
            try ProgramReaper.watch(process, reportingTo: ending.write)
        } catch {
            for descriptor in [ending.read, ending.write, captured.read, captured.write] where descriptor >= 0 {
                close(descriptor)
            }
            throw error
        }
        if captured.write >= 0 { close(captured.write) }
        self.ending = ending.read
        self.output = captured.read
    }

    deinit {
        close(ending)
        if output >= 0 { close(output) }
    }

    /// Waits for the end and collects the output.
    ///
    /// Output ends with the program, though a child that it left behind may hold the pipe open.
    /// - Parameter seconds: 0 is for ever.
    func wait(seconds: Int64, program: String) throws(CommandFault) -> ProgramResult {
        let deadline = seconds > 0 ? SystemServices.uptime() + .seconds(seconds) : nil
        var bytes: [UInt8] = []
        var isOpen = output >= 0
        while true {
            var waits = [
                pollfd(fd: ending, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isOpen ? output : -1, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&waits, 2, Self.milliseconds(until: deadline))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw .input(
                    "Program timed out.",
                    explanation:
                        "\"\(program)\" still runs after \(seconds) seconds (execute.patience) and was left to itself"
                )
            }
            if isOpen, waits[1].revents != 0 { isOpen = try read(into: &bytes, program) }
            if waits[0].revents != 0, !isOpen || waits[1].revents == 0 { break }
        }
        return ProgramResult(waitStatus: readStatus(), output: bytes)
    }

    private static func milliseconds(until deadline: Duration?) -> Int32 {
        guard let deadline else { return -1 }
        let left = (deadline - SystemServices.uptime()) / .milliseconds(1)
        return Int32(max(0, min(left.rounded(.up), 3_600_000)))
    }

    /// - Returns: false at the end of the output.
    private func read(into bytes: inout [UInt8], _ program: String) throws(CommandFault) -> Bool {
        var part = [UInt8](repeating: 0, count: 64 << 10)
        let count = Glibc.read(output, &part, part.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return true }
        guard count > 0 else { return false }
        guard bytes.count + count <= Self.longestOutput else {
            throw CommandFault(.limit, "\"\(program)\" wrote more than \(Self.longestOutput) bytes.")
        }
        bytes += part[..<count]
        return true
    }

    private func readStatus() -> Int64 {
        var status: Int32 = 0
        let count = withUnsafeMutableBytes(of: &status) { Glibc.read(ending, $0.baseAddress, $0.count) }
        return count == 4 ? Int64(status) : Self.notStarted
    }

    private static func makePipe() throws(StartFailure) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw StartFailure(errno: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ request: ProgramRequest, output: Int32?, errors: Int32?
    ) throws(StartFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (number, target) in [(Int32(1), output), (2, errors)] {
            if let target {
                posix_spawn_file_actions_adddup2(&actions, target, number)
            } else {
                posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_WRONLY, 0)
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        setSignals(&attributes, isDetached: request.isDetached)
        var arguments: [UnsafeMutablePointer<CChar>?] = request.arguments.map { bytes in
            (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
                $0.baseAddress.flatMap { strdup($0) }
            }
        }
        arguments.append(nil)
        defer { arguments.forEach { free($0) } }
        guard let program = arguments[0] else { throw StartFailure(errno: EINVAL) }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, program, &actions, &attributes, arguments, environ)
        guard failure == 0 else { throw StartFailure(errno: failure) }
        return process
    }

    /// No signal is blocked or ignored in the program; one in the background does not share our terminal's interrupts.
    private static func setSignals(_ attributes: inout posix_spawnattr_t, isDetached: Bool) {
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        sigdelset(&signals, SIGKILL)
        sigdelset(&signals, SIGSTOP)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var flags = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        if isDetached {
            posix_spawnattr_setpgroup(&attributes, 0)
            flags |= Int16(POSIX_SPAWN_SETPGROUP)
        }
        posix_spawnattr_setflags(&attributes, flags)
    }
}
