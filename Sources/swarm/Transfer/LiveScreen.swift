/// Lines of text that are redrawn in place, at the end of what the terminal shows.
///
/// The cursor is hidden while the screen is open; `close()` brings it back, on the line below.
struct LiveScreen {
    /// How lines are stressed; plain where the user wants no colours (no-color.org).
    var hasColors = true
    /// Columns that each line of the last frame took.
    private var drawn: [Int] = []

    init(hasColors: Bool = true) {
        self.hasColors = hasColors
    }

    static let showCursor = "\u{1B}[?25h"

    /// What to write to bring the terminal from the last frame to this one.
    ///
    /// - Parameters:
    ///   - columns: of the terminal now; if it has become narrower, it has broken the old lines.
    ///   - rows: of the terminal; what does not fit above the last one is left out.
    mutating func frame(_ lines: [ScreenLine], columns: Int, rows: Int) -> String {
        let lines = lines.prefix(max(1, rows - 1))
        var text = drawn.isEmpty ? "\u{1B}[?25l" : "\r"
        let up = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / max(1, columns)) }
        if up > 0 { text += "\u{1B}[\(min(up, max(1, rows - 1)))A" }
        for line in lines {
            text += stressed(line) + "\u{1B}[K\r\n"
        }
        // What the last frame had below.
        text += "\u{1B}[J"
        drawn = lines.map { TerminalText.width($0.text) }
        return text
    }

    /// What to write at the end: the last frame stays.
    mutating func close() -> String {
        defer { drawn = [] }
        return drawn.isEmpty ? "" : Self.showCursor
    }

    private func stressed(_ line: ScreenLine) -> String {
        let style: String? =
            switch line.tone {
            case .title: "1"
            case .faint: "2"
            case .problem: "31"
            case .plain: nil
            }
        guard hasColors, let style else { return line.text }
        return "\u{1B}[\(style)m\(line.text)\u{1B}[0m"
    }
}
