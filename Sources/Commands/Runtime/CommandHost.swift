/// What commands need from the world around them; ``SystemServices`` has the parts that every host shares, as defaults.
///
/// Implementers: called on the loop that owns the interpreter. `execute` may block that loop, as rTorrent does, or refuse.
package protocol CommandHost: AnyObject {
    /// Unix time in microseconds.
    func unixMicroseconds() -> Int64
    /// Time since any fixed moment that never jumps: the scheduler's clock.
    func uptime() -> Duration
    /// Seconds east of Greenwich at that unix time.
    func secondsFromGMT(at unixSeconds: Int64) -> Int64
    /// An environment variable; nil if unset.
    func environment(_ name: String) -> [UInt8]?
    /// The content of a file, no more than `limit` bytes. - Throws: with a text like `No such file or directory`.
    func readFile(_ path: String, limit: Int) throws(FileReadFault) -> [UInt8]
    /// The path without links and dots, to find out whether two files are one; the path itself where that fails.
    func canonicalPath(_ path: String) -> String
    /// `print`: a line for the person at the screen, or the log.
    func print(_ text: [UInt8])
    /// What rTorrent writes to its log: failing handlers, failing schedules, unreadable files.
    func log(_ message: String)
    /// Runs a program.
    func execute(_ request: ProgramRequest) throws(CommandFault) -> ProgramResult
}

/// Why a file could not be read.
package struct FileReadFault: Error {
    package let reason: String

    package init(reason: String) { self.reason = reason }
}

/// What an `execute.*` command asks for.
package struct ProgramRequest: Hashable, Sendable {
    /// The program, looked up in `PATH`, and its arguments, `~` expanded already.
    package var arguments: [[UInt8]]
    /// Return at once; the status is then that of the start.
    package var isDetached: Bool
    /// Collect standard output.
    package var capturesOutput: Bool

    package init(arguments: [[UInt8]], isDetached: Bool, capturesOutput: Bool) {
        self.arguments = arguments
        self.isDetached = isDetached
        self.capturesOutput = capturesOutput
    }
}

package struct ProgramResult: Hashable, Sendable {
    /// As `waitpid` gives it: 256 is exit status 1; 65280 (255) where the program could not be started.
    package var waitStatus: Int64
    package var output: [UInt8]

    package init(waitStatus: Int64, output: [UInt8] = []) {
        self.waitStatus = waitStatus
        self.output = output
    }
}
