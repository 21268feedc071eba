import Commands
import Metainfo

/// Which files `f.multicall` is about: all, or those that one of the patterns fits.
///
/// `*` stands for any bytes, `/` included, `?` for any one byte, `[…]` for one of a set. rTorrent 0.9.8 knows only `*`, 0.16 all three.
struct FilePattern {
    private let patterns: [[UInt8]]

    /// - Parameter value: a text or a list of texts; an empty text and anything else means all files.
    init(_ value: Value) throws(CommandFault) {
        switch value {
        case .string(let text): patterns = text.isEmpty ? [] : [text]
        case .list(let values):
            var patterns: [[UInt8]] = []
            for value in values {
                guard case .string(let text) = value else { throw .wrongObjectType }
                patterns.append(text)
            }
            self.patterns = patterns
        default: patterns = []
        }
    }

    func accepts(_ file: FileEntry) -> Bool {
        if patterns.isEmpty { return true }
        let path = [UInt8(ascii: "/")] + file.pathBytes
        return patterns.contains { Self.matches($0, path) }
    }

    /// Whether the whole text fits. Only the last `*` is ever reconsidered, so the time is at most the product of the lengths.
    static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        var place = 0
        var index = 0
        var retry: (place: Int, index: Int)?
        while index < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                retry = (place + 1, index)
                place += 1
            } else if let next = step(pattern, place, text[index]) {
                place = next
                index += 1
            } else if let last = retry {
                retry = (last.place, last.index + 1)
                (place, index) = (last.place, last.index + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// The place behind what fits `byte`; nil if it does not.
    private static func step(_ pattern: [UInt8], _ place: Int, _ byte: UInt8) -> Int? {
        guard place < pattern.count else { return nil }
        switch pattern[place] {
        case UInt8(ascii: "?"): return place + 1
        case UInt8(ascii: "["): return set(pattern, place, byte)
        case UInt8(ascii: "\\") where place + 1 < pattern.count: return pattern[place + 1] == byte ? place + 2 : nil
        default: return pattern[place] == byte ? place + 1 : nil
        }
    }

    /// A set such as `[a-z_]` or `[!0-9]`; one that does not end is a plain bracket.
    private static func set(_ pattern: [UInt8], _ place: Int, _ byte: UInt8) -> Int? {
        var index = place + 1
        let isNegated =
            index < pattern.count && (pattern[index] == UInt8(ascii: "!") || pattern[index] == UInt8(ascii: "^"))
        if isNegated { index += 1 }
        let first = index
        var isMember = false
        while index < pattern.count, index == first || pattern[index] != UInt8(ascii: "]") {
            let low = pattern[index]
            if index + 2 < pattern.count, pattern[index + 1] == UInt8(ascii: "-"),
                pattern[index + 2] != UInt8(ascii: "]")
            {
                if low <= byte && byte <= pattern[index + 2] { isMember = true }
                index += 3
            } else {
                if low == byte { isMember = true }
                index += 1
            }
        }
        guard index < pattern.count else { return byte == UInt8(ascii: "[") ? place + 1 : nil }
        return isMember != isNegated ? index + 1 : nil
    }
}
