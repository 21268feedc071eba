import ArgumentParser
import Glibc
import Synchronization

/// How far a long piece of work has come: one line redrawn in place on a terminal, a plain line now and then elsewhere.
///
/// `advance` may be called from any thread and as often as one likes; it draws at most ten times a second on a terminal, and
/// writes a line at most every five seconds elsewhere.
final class ProgressLine: Sendable {
    enum Style: String, Sendable, CaseIterable, ExpressibleByArgument {
        /// One line, redrawn.
        case bar
        /// One line after the other.
        case plain
        case none

        /// Redrawn where a person looks on, plain where not.
        static func automatic(_ descriptor: Int32) -> Style {
            Terminal.isTerminal(descriptor) ? .bar : .plain
        }
    }

    private let style: Style
    private let label: String
    private let total: Int64
    private let descriptor: Int32
    private let start: UInt64
    private let done = Atomic<Int64>(0)
    private let nextDraw: Atomic<UInt64>
    /// Whether a line stands unfinished; held while drawing, so that two threads do not draw over each other.
    private let isDrawn = Mutex(false)

    /// - Parameters:
    ///   - label: what is being done: "hashing".
    ///   - total: in bytes.
    init(_ label: String, total: Int64, style: Style, descriptor: Int32 = STDERR_FILENO) {
        self.label = label
        self.total = total
        self.style = style
        self.descriptor = descriptor
        start = Self.now()
        nextDraw = Atomic(start + Self.interval(style))
    }

    /// Bytes done so far; smaller numbers than before are ignored, as threads may report out of order.
    func advance(to bytes: Int64) {
        done.max(bytes, ordering: .relaxed)
        guard style != .none else { return }
        let now = Self.now()
        let due = nextDraw.load(ordering: .relaxed)
        guard now >= due else { return }
        let next = now + Self.interval(style)
        guard nextDraw.compareExchange(expected: due, desired: next, ordering: .relaxed).exchanged else { return }
        draw(now)
    }

    /// Takes the line away; the caller says what came of it.
    func finish() {
        guard style == .bar else { return }
        isDrawn.withLock { isDrawn in
            if isDrawn { Terminal.write("\r\u{1B}[K".utf8, to: descriptor) }
            isDrawn = false
        }
    }

    /// Since the beginning.
    var seconds: Double { Double(Self.now() - start) / 1e9 }

    private func draw(_ now: UInt64) {
        let line = Self.text(
            label: label, done: done.load(ordering: .relaxed), total: total, seconds: Double(now - start) / 1e9)
        isDrawn.withLock { isDrawn in
            guard style == .bar else {
                Terminal.write((line + "\n").utf8, to: descriptor)
                return
            }
            // One column less: some terminals wrap as soon as the last one is written.
            let shown = TerminalText.clip(line, to: Terminal.columns(descriptor) - 1)
            Terminal.write("\r\(shown)\u{1B}[K".utf8, to: descriptor)
            isDrawn = true
        }
    }

    /// "hashing 12.5 %, 512.0 MiB of 4.0 GiB, 1.2 GiB/s, 3 s left".
    static func text(label: String, done: Int64, total: Int64, seconds: Double) -> String {
        let fraction = total > 0 ? Double(done) / Double(total) : 1
        let rate = seconds > 0 ? Double(done) / seconds : 0
        var line = "\(label) \(ByteFormat.fixed(fraction * 100, places: 1)) %"
        line += ", \(ByteFormat.size(done)) of \(ByteFormat.size(total)), \(ByteFormat.rate(rate))"
        if rate > 0 { line += ", \(ByteFormat.duration(seconds: Double(total - done) / rate)) left" }
        return line
    }

    private static func interval(_ style: Style) -> UInt64 {
        style == .bar ? 100_000_000 : 5_000_000_000
    }

    /// Nanoseconds of a clock that nobody sets.
    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
