import RPC

/// An answer for people and shell scripts: text as it is, a list a line for each element, a list of lists as a table.
struct CallOutput: Sendable {
    /// Text from strangers is made harmless for a terminal; into a pipe it goes as it came.
    let isForTerminal: Bool
    /// The line above a table; empty if the columns have no names.
    var titles: [String] = []

    /// The lines to print; none for a call that answers nothing worth a line.
    func lines(_ answer: RPCParameter) -> [String] {
        switch answer {
        case .array(let rows) where !rows.isEmpty && rows.allSatisfy(\.isArray): table(rows)
        case .array(let elements): elements.map(text)
        case .structure(let members): members.map { "\(shown($0.name)): \(text($0.value))" }
        default: [text(answer)]
        }
    }

    /// In a terminal the columns stand below each other; into a pipe tabs are between them and no titles above.
    private func table(_ rows: [RPCParameter]) -> [String] {
        var cells = rows.map { row in row.elements.map(text) }
        guard isForTerminal else { return cells.map { $0.joined(separator: "\t") } }
        if !titles.isEmpty, titles.count == cells.first?.count { cells.insert(titles, at: 0) }
        var widths: [Int] = []
        for row in cells {
            for (index, cell) in row.enumerated() {
                if index == widths.count { widths.append(0) }
                widths[index] = max(widths[index], TerminalText.width(cell))
            }
        }
        let isNumber = widths.indices.map { index in
            rows.allSatisfy { row in row.elements.indices.contains(index) && row.elements[index].isInteger }
        }
        return cells.map { row in
            var line = ""
            for (index, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[index] - TerminalText.width(cell))
                line += index == 0 ? "" : "  "
                line += isNumber[index] ? space + cell : cell + space
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private func text(_ value: RPCParameter) -> String {
        switch value {
        case .integer(let number): String(number)
        case .string(let bytes): shown(bytes)
        case .boolean(let isTrue): isTrue ? "1" : "0"
        case .array(let elements): "[" + elements.map(text).joined(separator: ", ") + "]"
        case .structure(let members):
            "{" + members.map { "\(shown($0.name)): \(text($0.value))" }.joined(separator: ", ") + "}"
        case .double, .null, .date: ""
        }
    }

    private func shown(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return isForTerminal ? TerminalText.visible(text) : text
    }

    /// The answer as JSON.
    static func json(_ answer: RPCParameter) -> JSONValue {
        switch answer {
        case .integer(let number): .number(number)
        case .string(let bytes): .string(String(decoding: bytes, as: UTF8.self))
        case .boolean(let isTrue): .bool(isTrue)
        case .array(let elements): .array(elements.map(json))
        case .structure(let members):
            .object(members.map { (key: String(decoding: $0.name, as: UTF8.self), value: json($0.value)) })
        case .double, .null, .date: .null
        }
    }
}

extension RPCParameter {
    fileprivate var isArray: Bool { if case .array = self { true } else { false } }
    fileprivate var isInteger: Bool { if case .integer = self { true } else { false } }
    fileprivate var elements: [RPCParameter] { if case .array(let elements) = self { elements } else { [] } }
}
