/// A config file as logical lines: comments and blank lines gone, continued lines joined, each knowing where it came from.
///
/// rTorrent's rules, without its traps. Where the outcome differs from rTorrent's there is one warning for each kind of trap:
/// - a line over 4095 bytes silently ends the file there;
/// - CRLF line ends and a byte order mark are errors there;
/// - a comment that ends in a backslash swallows the next line there;
/// - a last line that ends in a backslash is dropped there.
package struct ConfigFile: Sendable {
    /// One logical line.
    package struct Line: Sendable {
        package var text: [UInt8]
        /// Where each physical line begins in `text`.
        fileprivate(set) var pieces: [(offset: Int, number: Int)]

        /// The physical line that rTorrent would name in an error: the last one.
        package var lastNumber: Int { pieces.last?.number ?? 1 }

        /// Line and column of a byte of `text`.
        package func position(of offset: Int) -> (line: Int, column: Int) {
            let piece = pieces.last { $0.offset <= offset } ?? (0, 1)
            return (piece.number, offset - piece.offset + 1)
        }

        /// The physical line that a byte of `text` comes from, without the backslash that continues it.
        package func physicalText(at offset: Int) -> ArraySlice<UInt8> {
            let index = pieces.lastIndex { $0.offset <= offset } ?? 0
            guard pieces.indices.contains(index) else { return text[...] }
            let end = index + 1 < pieces.count ? pieces[index + 1].offset : text.count
            return text[pieces[index].offset..<end]
        }
    }

    package let name: String
    package private(set) var lines: [Line] = []
    package private(set) var warnings: [Diagnostic] = []

    /// Longest line that rTorrent reads.
    private static let longestLine = 4_095

    package init(_ bytes: [UInt8], name: String) {
        self.name = name
        var reader = Reader(file: name)
        reader.read(bytes)
        lines = reader.lines
        warnings = reader.warnings
    }

    private struct Reader {
        let file: String
        var lines: [Line] = []
        var warnings: [Diagnostic] = []
        private var open: Line?
        private var warned: Set<String> = []

        init(file: String) { self.file = file }

        mutating func read(_ bytes: [UInt8]) {
            var rest = bytes[...]
            if rest.starts(with: [0xEF, 0xBB, 0xBF]) {
                rest = rest.dropFirst(3)
                warn("mark", 1, "the file starts with a byte order mark, which rTorrent refuses")
            }
            var number = 0
            while let byteEnd = rest.isEmpty ? nil : rest.firstIndex(of: 0x0A) ?? rest.endIndex {
                number += 1
                add(rest[..<byteEnd], number)
                rest = byteEnd < rest.endIndex ? rest[(byteEnd + 1)...] : []
            }
            if let line = open {
                warn("last", line.lastNumber, "the last line ends in a backslash; rTorrent would drop it")
                finish(line)
            }
        }

        private mutating func add(_ physical: ArraySlice<UInt8>, _ number: Int) {
            var text = physical
            if text.last == 0x0D {
                text = text.dropLast()
                warn("crlf", number, "the line ends in CR LF, which rTorrent refuses")
            }
            let backslashes = text.reversed().prefix { $0 == UInt8(ascii: "\\") }.count
            let isContinued = backslashes % 2 == 1
            if open == nil, text.first(where: { !isBlank($0) }) == UInt8(ascii: "#") {
                if isContinued {
                    warn(
                        "comment", number,
                        "a comment ends in a backslash; rTorrent would take the next line for a part of it")
                }
                return
            }
            if isContinued { text = text.dropLast(backslashes) }
            var line = open ?? Line(text: [], pieces: [])
            open = nil
            line.pieces.append((line.text.count, number))
            line.text += text
            if isContinued { open = line } else { finish(line) }
        }

        private mutating func finish(_ line: Line) {
            open = nil
            if line.text.count > ConfigFile.longestLine {
                warn(
                    "long", line.lastNumber,
                    "the line is longer than \(ConfigFile.longestLine) bytes; rTorrent would silently stop reading here"
                )
            }
            if line.text.contains(where: { !isBlank($0) }) { lines.append(line) }
        }

        private mutating func warn(_ kind: String, _ line: Int, _ message: String) {
            guard warned.insert(kind).inserted else { return }
            warnings.append(Diagnostic(.warning, SourceLocation(file: file, line: line, column: 1), message))
        }
    }
}
