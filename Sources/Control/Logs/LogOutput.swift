import Commands
import Glibc

/// Where lines of the log go. Used on the router's queue only.
protocol LogOutput: AnyObject {
    /// - Parameter time: unix time.
    func write(_ group: LogGroup, _ text: String, time: Int64)
    /// Opens its file anew, if it has one: after it was moved away.
    func reopen()
    func flush()
}

/// Lines on a descriptor that is not ours: the terminal, or the journal of systemd.
final class ConsoleOutput: LogOutput {
    private let descriptor: Int32
    /// The journal has a clock of its own, and wants the level as `<4>`.
    private let isJournal: Bool

    init(descriptor: Int32, isJournal: Bool) {
        self.descriptor = descriptor
        self.isJournal = isJournal
    }

    func write(_ group: LogGroup, _ text: String, time: Int64) {
        let level = group.level ?? .info
        let clean = text.replacing("\n", with: " ")
        let line = isJournal ? "<\(level.rawValue + 2)>\(clean)\n" : "\(Self.clock(time)) \(level.name): \(clean)\n"
        writeAll(Array(line.utf8), to: descriptor)
    }

    func reopen() {}
    func flush() {}

    /// `2026-01-31 23:59:59`, local time.
    private static func clock(_ time: Int64) -> String {
        var seconds = time_t(time)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "\(time)" }
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}

/// Lines in a file, in rTorrent's form: `1700000000 I text`.
final class FileOutput: LogOutput {
    private let path: String
    private var descriptor: Int32
    private var pending: [UInt8] = []
    /// Each line at once; otherwise a few kilobytes may wait for the next `flush`, which comes with a pause in the log.
    private let flushesLines: Bool

    /// - Throws: errno.
    init(path: String, appends: Bool, flushesLines: Bool) throws(LogFileFailure) {
        self.path = path
        self.flushesLines = flushesLines
        descriptor = Self.open(path, appends ? O_APPEND : O_TRUNC)
        guard descriptor >= 0 else { throw LogFileFailure(path: path, errno: errno) }
    }

    deinit {
        flush()
        if descriptor >= 0 { close(descriptor) }
    }

    func write(_ group: LogGroup, _ text: String, time: Int64) {
        pending += "\(time) \(group.level?.letter ?? "D") ".utf8
        pending += text.utf8
        pending.append(0x0A)
        if flushesLines || pending.count >= 16 << 10 { flush() }
    }

    /// Bytes without time and level.
    func writeRaw(_ bytes: [UInt8]) {
        pending += bytes
        flush()
    }

    func flush() {
        if !pending.isEmpty, descriptor >= 0 { writeAll(pending, to: descriptor) }
        pending.removeAll(keepingCapacity: true)
    }

    func reopen() {
        flush()
        let fresh = Self.open(path, O_APPEND)
        guard fresh >= 0 else { return }
        close(descriptor)
        descriptor = fresh
    }

    private static func open(_ path: String, _ flag: Int32) -> Int32 {
        Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flag, 0o666)
    }
}

/// Lines handed to a closure: tests, and whoever shows the log elsewhere.
final class ClosureOutput: LogOutput {
    private let body: @Sendable (LogGroup, String) -> Void

    init(_ body: @escaping @Sendable (LogGroup, String) -> Void) { self.body = body }

    func write(_ group: LogGroup, _ text: String, time: Int64) { body(group, text) }
    func reopen() {}
    func flush() {}
}

/// Why a log file could not be opened.
package struct LogFileFailure: Error, CustomStringConvertible {
    let path: String
    let errno: Int32

    package var description: String { "\(path): \(String(cString: strerror(errno)))" }
}

/// Writes as much as the descriptor takes; a full disk or a closed pipe loses lines, not the program.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    bytes.withUnsafeBytes { buffer in
        var start = 0
        while start < buffer.count {
            let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: start), buffer.count - start)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            start += count
        }
    }
}
