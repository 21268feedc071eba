import ArgumentParser
import Glibc

/// How every subcommand ends; the numbers of BSD's sysexits, so that scripts can tell causes apart.
enum ExitStatus {
    /// Done, and all is well.
    static let ok: Int32 = 0
    /// It worked, but the answer is no: damaged pieces, a tracker that refuses.
    static let failure: Int32 = 1
    /// The command line makes no sense. ArgumentParser ends with the same number.
    static let usage: Int32 = 64
    /// A torrent or another input is not what it should be.
    static let badData: Int32 = 65
    /// An input cannot be opened or read.
    static let noInput: Int32 = 66
    /// Something needed is not there or not free: a port, a tracker.
    static let unavailable: Int32 = 69
    /// A fault of ours.
    static let software: Int32 = 70
    /// An output cannot be made.
    static let cannotCreate: Int32 = 73
    /// Reading or writing failed on the way.
    static let inputOutput: Int32 = 74
    /// Ended by SIGINT, as shells count it.
    static let interrupted: Int32 = 130

    /// Writes one line to standard error, and gives what to throw from `run()` to end with `status`.
    ///
    /// - Parameter message: one sentence; names from strangers in it must be made visible before.
    static func end(_ status: Int32, _ message: String) -> ExitCode {
        warn(message)
        return ExitCode(status)
    }

    /// Writes one line to standard error, and things go on.
    static func warn(_ message: String) {
        var line = Array("swarm: \(message)\n".utf8)
        line.withUnsafeMutableBytes { buffer in
            var rest = UnsafeRawBufferPointer(buffer)
            while !rest.isEmpty {
                let written = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }
}
