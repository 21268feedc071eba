import Glibc

/// Shows a transfer on standard output: on a terminal as one live screen, elsewhere as status blocks now and then.
struct TransferDisplay {
    private enum Style {
        case screen(LiveScreen)
        case log(StatusPace)
    }

    private var style: Style
    private let hasUnicode: Bool
    /// Seconds between looks at the transfer.
    let period: Double

    /// - Parameter interval: what the user asked for, in seconds.
    init(interval: Double?, environment: (String) -> String?) {
        if Terminal.isTerminal(STDOUT_FILENO), environment("TERM") != "dumb" {
            style = .screen(LiveScreen(hasColors: (environment("NO_COLOR") ?? "").isEmpty))
            period = interval ?? 0.5
        } else {
            style = .log(StatusPace(interval: interval))
            period = min(0.5, interval ?? 0.5)
        }
        hasUnicode = Self.hasUnicode(environment)
    }

    /// Whether a person looks on.
    var isScreen: Bool {
        if case .screen = style { true } else { false }
    }

    /// Shows the status if it is time to; problems that were shown in a block leave the status.
    mutating func show(_ status: inout TransferStatus, now: Double) {
        switch style {
        case .screen(var screen):
            guard Self.isForeground else { return }
            let size = Self.terminalSize()
            // The last column stays free: some terminals wrap as soon as it is written.
            let lines = StatusScreen(width: max(20, size.columns - 1), hasUnicode: hasUnicode).render(status)
            Terminal.write(screen.frame(lines, columns: size.columns, rows: size.rows).utf8, to: STDOUT_FILENO)
            style = .screen(screen)
        case .log(var pace):
            if pace.isDue(status, now: now) {
                let lines = HeadlessStatus.lines(status)
                Terminal.write((lines.joined(separator: "\n") + "\n").utf8, to: STDOUT_FILENO)
                status.problems = []
            }
            style = .log(pace)
        }
    }

    /// A line for those who read logs; a screen says the same in its own way.
    func say(_ line: String) {
        if !isScreen { Terminal.say(line) }
    }

    /// Leaves the terminal as it was.
    mutating func close() {
        guard case .screen(var screen) = style else { return }
        Terminal.write(screen.close().utf8, to: STDOUT_FILENO)
        style = .screen(screen)
    }

    /// Who was sent to the background leaves the terminal to others.
    private static var isForeground: Bool {
        let group = tcgetpgrp(STDOUT_FILENO)
        return group < 0 || group == getpgrp()
    }

    private static func terminalSize() -> (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// As the C library chooses the language of characters.
    private static func hasUnicode(_ environment: (String) -> String?) -> Bool {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"]
        let locale = names.compactMap(environment).first { !$0.isEmpty } ?? ""
        let lower = locale.lowercased()
        return lower.contains("utf-8") || lower.contains("utf8")
    }
}
