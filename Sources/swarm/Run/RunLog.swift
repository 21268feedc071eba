import Glibc

/// The plain log of a daemon: a line on standard error for each thing to tell, with the time in front unless the journal adds it.
struct RunLog: Sendable {
    private let isTimed: Bool

    /// - Parameter environment: `JOURNAL_STREAM` is set where standard error goes to systemd's journal.
    init(environment: (String) -> String?) {
        isTimed = environment("JOURNAL_STREAM") == nil
    }

    /// Any thread. Text from trackers and torrents is made harmless.
    func write(_ message: String) {
        let text = TerminalText.visible(message)
        Terminal.note(isTimed ? "\(Self.time()) \(text)" : text)
    }

    /// `2011-10-01 12:00:00`, local time.
    private static func time() -> String {
        var now = Glibc.time(nil)
        var parts = tm()
        var buffer = [CChar](repeating: 0, count: 32)
        guard localtime_r(&now, &parts) != nil else { return "" }
        let length = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
