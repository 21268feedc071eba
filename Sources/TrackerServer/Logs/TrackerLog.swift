import Glibc
import Metainfo
import NIOPosix
import Synchronization
import TrackerWire

/// What was asked and answered, a line for each request, in a file that can be moved away while it is written.
///
/// Lines pile up in memory and leave about once a second, on a thread that may wait for the disk; beyond a bound lines
/// are dropped and their number is told.
final class TrackerLog: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var dropped = 0
        var descriptor: Int32
        var second: Int = 0
        /// The present second in text.
        var time: [UInt8] = []
    }

    private static let mostBytes = 16 << 20

    private let path: String
    private let format: TrackerConfiguration.LogFormat
    private let state: Mutex<State>
    private let threads = NIOThreadPool(numberOfThreads: 1)
    private let isEnding = Atomic<Bool>(false)

    /// - Parameter path: `-` is standard output.
    init(_ path: String, format: TrackerConfiguration.LogFormat) throws(TrackerError) {
        self.path = path
        self.format = format
        state = Mutex(State(descriptor: try Self.open(path)))
        threads.start()
        threads.submit { [self] _ in
            while !isEnding.load(ordering: .relaxed) {
                usleep(500_000)
                flush()
            }
        }
    }

    private static func open(_ path: String) throws(TrackerError) -> Int32 {
        if path == "-" { return STDOUT_FILENO }
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, code: errno) }
        return descriptor
    }

    /// Goes on in a new file of the same name: log rotation.
    func reopen() throws(TrackerError) {
        guard path != "-" else { return }
        flush()
        let fresh = try Self.open(path)
        let old = state.withLock { state in
            defer { state.descriptor = fresh }
            return state.descriptor
        }
        close(old)
    }

    func stop() async {
        isEnding.store(true, ordering: .relaxed)
        try? await threads.shutdownGracefully()
        flush()
    }

    /// One request and what became of it.
    ///
    /// - Parameters:
    ///   - target: what was asked for, as it came; control characters are made visible.
    ///   - refusal: why nothing was given; nil if it was answered.
    func note(
        _ sender: PeerHost, _ method: String, target: UnsafeRawBufferPointer, status: Int, length: Int,
        refusal: String?
    ) {
        let target = Self.visible(target)
        append { time in
            switch format {
            case .common:
                let end = refusal.map { " refused: \($0)" } ?? ""
                return "\(sender.text) - - [\(time)] \"\(method) \(target)\" \(status) \(length) \"-\" \"-\"\(end)\n"
            case .json:
                let reason = refusal.map { ",\"refused\":\"\(Self.escaped($0))\"" } ?? ""
                return "{\"time\":\"\(time)\",\"client\":\"\(sender.text)\",\"method\":\"\(method)\","
                    + "\"target\":\"\(Self.escaped(target))\",\"status\":\(status),\"bytes\":\(length)\(reason)}\n"
            }
        }
    }

    /// A UDP announce in the words of an HTTP one.
    func note(_ sender: PeerHost, _ announce: AnnounceRequest, length: Int, refusal: String?) {
        let event = announce.event.queryValue.map { "&event=\($0)" } ?? ""
        let text =
            "/announce?info_hash=\(announce.infoHash.hex)&port=\(announce.port)&left=\(announce.left)"
            + "&uploaded=\(announce.uploaded)&downloaded=\(announce.downloaded)\(event)"
        Array(text.utf8).withUnsafeBytes {
            note(sender, "UDP", target: $0, status: refusal == nil ? 200 : 400, length: length, refusal: refusal)
        }
    }

    private func append(_ line: (String) -> String) {
        let now = Glibc.time(nil)
        state.withLock { state in
            if state.second != now {
                state.second = now
                state.time = Array((format == .common ? LogTime.common(now) : LogTime.iso8601(now)).utf8)
            }
            guard state.buffer.count < Self.mostBytes else {
                state.dropped += 1
                return
            }
            state.buffer += Array(line(String(decoding: state.time, as: UTF8.self)).utf8)
        }
    }

    private func flush() {
        let (bytes, descriptor) = state.withLock { state in
            defer { state.buffer = [] }
            if state.dropped > 0 {
                state.buffer += Array("# \(state.dropped) lines were dropped, the disk was too slow\n".utf8)
                state.dropped = 0
            }
            return (state.buffer, state.descriptor)
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Printable ASCII stays, everything else and the quote become `%XX`.
    private static func visible(_ bytes: UnsafeRawBufferPointer) -> String {
        var text = ""
        for byte in bytes.prefix(2048) {
            if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "\"") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}

/// Times as logs have them.
enum LogTime {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `25/Nov/2026:13:14:50 +0100`
    static func common(_ seconds: Int) -> String {
        let parts = local(seconds)
        let offset = parts.tm_gmtoff / 60
        let zone = (offset < 0 ? "-" : "+") + two(abs(offset) / 60) + two(abs(offset) % 60)
        let month = months[min(11, max(0, Int(parts.tm_mon)))]
        return "\(two(Int(parts.tm_mday)))/\(month)/\(1900 + Int(parts.tm_year)):\(clock(parts)) \(zone)"
    }

    /// `2026-11-25T12:14:50Z`
    static func iso8601(_ seconds: Int) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        return "\(1900 + Int(parts.tm_year))-\(two(Int(parts.tm_mon) + 1))-\(two(Int(parts.tm_mday)))T\(clock(parts))Z"
    }

    private static func local(_ seconds: Int) -> tm {
        var time = time_t(seconds)
        var parts = tm()
        localtime_r(&time, &parts)
        return parts
    }

    private static func clock(_ parts: tm) -> String {
        "\(two(Int(parts.tm_hour))):\(two(Int(parts.tm_min))):\(two(Int(parts.tm_sec)))"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
