import Commands

/// Something to say about a config, for a person: where and what, the line with the place marked, what may have been meant.
enum DiagnosticText {
    /// Longest part of a line that is shown.
    private static let width = 100

    static func lines(_ diagnostic: Diagnostic) -> [String] {
        let command = diagnostic.command.isEmpty ? "" : "\(diagnostic.command): "
        var lines = [
            TerminalText.visible(
                "\(diagnostic.location): \(diagnostic.severity.rawValue): \(command)\(diagnostic.message)")
        ]
        if !diagnostic.source.isEmpty { lines += marked(diagnostic) }
        if !diagnostic.suggestions.isEmpty {
            lines.append("    did you mean \(TerminalText.visible(diagnostic.suggestions.joined(separator: " or ")))?")
        }
        return lines
    }

    /// The line and, below it, a mark under the part that is meant. Of a long line what surrounds the mark.
    private static func marked(_ diagnostic: Diagnostic) -> [String] {
        let bytes = Array(diagnostic.source.utf8)
        let start = min(max(0, diagnostic.location.column - 1), bytes.count)
        let end = min(bytes.count, start + max(1, diagnostic.markLength))
        var before = shown(bytes[..<start])
        var after = shown(bytes[end...])
        var marked = shown(bytes[start..<end])
        if TerminalText.width(marked) > width / 2 { marked = TerminalText.clip(marked, to: width / 2) }
        let room = width - TerminalText.width(marked)
        if TerminalText.width(before) > room / 2, TerminalText.width(before + after) > room {
            before = "~" + String(before.suffix(room / 2))
        }
        after = TerminalText.clip(after, to: max(1, room - TerminalText.width(before)))
        let tail = String(repeating: "~", count: max(0, TerminalText.width(marked) - 1))
        return [
            "    \(before)\(marked)\(after)",
            "    " + String(repeating: " ", count: TerminalText.width(before)) + "^" + tail,
        ]
    }

    /// A tab takes one column here, so that the mark stands where it should.
    private static func shown(_ bytes: some Sequence<UInt8>) -> String {
        let text = String(decoding: bytes.map { $0 == 0x09 ? 0x20 : $0 }, as: UTF8.self)
        return TerminalText.visible(text)
    }

    /// "1 error", "3 errors, 2 warnings".
    static func summary(_ diagnostics: [Diagnostic]) -> String {
        func count(_ severity: Diagnostic.Severity, _ noun: String) -> String? {
            let number = diagnostics.count { $0.severity == severity }
            return number == 0 ? nil : number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
        }
        let counts = [count(.error, "error"), count(.warning, "warning"), count(.note, "note")].compactMap(\.self)
        return counts.isEmpty ? "nothing to complain about" : counts.joined(separator: ", ")
    }
}
