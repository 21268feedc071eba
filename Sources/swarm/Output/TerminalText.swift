/// Text as it lies in the columns of a terminal; foreign names made harmless for it.
enum TerminalText {
    /// The text with everything that moves a cursor, starts an escape sequence or turns the writing direction replaced.
    ///
    /// Names of torrents and words of trackers come from strangers.
    static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isDangerous) else { return text }
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            clean.append(isDangerous(scalar) ? "?" : scalar)
        }
        return String(clean)
    }

    /// Columns that the text takes.
    static func width(_ text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + width($1) }
    }

    /// The text, cut to at most so many columns, with a sign where something is missing.
    static func clip(_ text: String, to limit: Int) -> String {
        guard width(text) > limit else { return text }
        guard limit > 0 else { return "" }
        var kept = ""
        var used = 0
        for character in text {
            let next = used + width(character)
            guard next <= limit - 1 else { break }
            kept.append(character)
            used = next
        }
        return kept + "~"
    }

    /// The text with spaces behind it up to so many columns.
    static func pad(_ text: String, to limit: Int) -> String {
        text + String(repeating: " ", count: max(0, limit - width(text)))
    }

    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func width(_ character: Character) -> Int {
        character.unicodeScalars.map(width).max() ?? 0
    }

    /// East Asian wide and full-width ranges and emoji take two columns, marks that sit on a letter none.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<0x300: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            return 2
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: return 0
            default: return 1
            }
        }
    }
}
