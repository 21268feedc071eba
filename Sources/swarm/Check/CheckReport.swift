import Commands

/// What `swarm check` prints.
struct CheckReport {
    let path: String
    let sink: DiagnosticSink

    /// By file as they were read, then by line.
    private var diagnostics: [Diagnostic] {
        var order: [String: Int] = [:]
        for diagnostic in sink.all where order[diagnostic.location.file] == nil {
            order[diagnostic.location.file] = order.count
        }
        return sink.all.enumerated().sorted { left, right in
            func key(_ item: EnumeratedSequence<[Diagnostic]>.Element) -> (Int, Int, Int, Int) {
                let place = item.element.location
                return (order[place.file] ?? 0, place.line, place.column, item.offset)
            }
            return key(left) < key(right)
        }.map(\.element)
    }

    // MARK: Text

    func lines(withSettings: Bool) -> [String] {
        var lines: [String] = []
        for diagnostic in diagnostics where withSettings || diagnostic.severity > .note {
            lines += DiagnosticText.lines(diagnostic)
        }
        if withSettings {
            if !lines.isEmpty { lines.append("") }
            lines += settingLines
            if !sink.settings.isEmpty { lines.append("") }
        }
        return lines + ["\(TerminalText.visible(path)): \(DiagnosticText.summary(sink.all))"]
    }

    /// Setting, value with its unit, and where it is set; of several lines for one setting each, since order matters in a config.
    private var settingLines: [String] {
        let rows = sink.settings.map { setting in
            (TerminalText.visible(setting.title), TerminalText.visible(setting.value), place(setting.location))
        }
        let first = rows.map { TerminalText.width($0.0) }.max() ?? 0
        let second = min(60, rows.map { TerminalText.width($0.1) }.max() ?? 0)
        return rows.map { row in
            "\(TerminalText.pad(row.0, to: first))  "
                + "\(TerminalText.pad(TerminalText.clip(row.1, to: second), to: second))  \(row.2)"
        }
    }

    private func place(_ location: SourceLocation) -> String {
        location.file == path ? "line \(location.line)" : TerminalText.visible("\(location.file):\(location.line)")
    }

    // MARK: JSON

    var json: JSONValue {
        let diagnostics = self.diagnostics
        func count(_ severity: Diagnostic.Severity) -> JSONValue {
            JSONValue(diagnostics.count { $0.severity == severity })
        }
        return .object([
            (key: "file", value: .string(path)), (key: "ok", value: .bool(sink.errors.isEmpty)),
            (key: "errors", value: count(.error)), (key: "warnings", value: count(.warning)),
            (key: "notes", value: count(.note)), (key: "diagnostics", value: .array(diagnostics.map(Self.json))),
            (key: "settings", value: .array(sink.settings.map(\.json))),
        ])
    }

    private static func json(_ diagnostic: Diagnostic) -> JSONValue {
        .object([
            (key: "severity", value: .string(diagnostic.severity.rawValue)),
            (key: "file", value: .string(diagnostic.location.file)),
            (key: "line", value: JSONValue(diagnostic.location.line)),
            (key: "column", value: JSONValue(diagnostic.location.column)),
            (key: "length", value: JSONValue(diagnostic.markLength)),
            (key: "command", value: diagnostic.command.isEmpty ? .null : .string(diagnostic.command)),
            (key: "message", value: .string(diagnostic.message)),
            (key: "suggestions", value: JSONValue(diagnostic.suggestions)),
            (key: "source", value: .string(diagnostic.source)),
        ])
    }
}

extension DiagnosticSink.Setting {
    /// `throttle.global_up.max_rate` for the line that sets it.
    fileprivate var title: String { isSetter ? String(command.dropLast(setterEnding.count)) : command }

    private var setterEnding: String { command.hasSuffix(".set_kb") ? ".set_kb" : ".set" }

    private var isSetter: Bool {
        (command.hasSuffix(".set") || command.hasSuffix(".set_kb")) && command != "method.set"
    }

    /// What a setting became, with its unit; for other commands what they were called with.
    fileprivate var value: String {
        if isSetter, kind == .bool, let number = settled.integer { return number == 0 ? "no" : "yes" }
        if isSetter, let number = settled.integer { return Self.amount(number, unit) }
        if isSetter, let text = settled.text { return text.isEmpty ? "(empty)" : text }
        guard let list = arguments.list else { return arguments.text ?? arguments.description }
        return list.map { $0.text ?? $0.description }.joined(separator: ", ")
    }

    /// Setters that answer nothing: what they were given, a number being read as they read it.
    private var settled: Value {
        guard case .none = result else { return result }
        switch (arguments, kind) {
        case (.string(let bytes), .value), (.string(let bytes), .bool):
            return IntegerText.parse(bytes, unit: unit.factor).map { .integer($0) } ?? arguments
        default: return arguments
        }
    }

    /// Numbers are kept in the base unit: bytes and bytes a second.
    private static func amount(_ number: Int64, _ unit: CommandUnit) -> String {
        switch unit {
        case .bytes, .kibibytes: ByteFormat.size(number)
        case .bytesPerSecond, .kibibytesPerSecond: number == 0 ? "no limit" : ByteFormat.rate(Double(number))
        case .none: String(number)
        default: "\(number) \(unit.rawValue)"
        }
    }

    fileprivate var json: JSONValue {
        .object([
            (key: "setting", value: .string(title)), (key: "command", value: .string(command)),
            (key: "written", value: .string(name)), (key: "value", value: JSONValue(settled)),
            (key: "text", value: .string(value)), (key: "unit", value: .string(unit.rawValue)),
            (key: "file", value: .string(location.file)), (key: "line", value: JSONValue(location.line)),
        ])
    }
}

extension JSONValue {
    fileprivate init(_ value: Value) {
        switch value {
        case .none: self = .null
        case .integer(let number): self = .number(number)
        case .string(let bytes): self = .string(String(decoding: bytes, as: UTF8.self))
        case .list(let values): self = .array(values.map { JSONValue($0) })
        case .map(let map):
            self = .object(
                map.entries.map { (key: String(decoding: $0.key, as: UTF8.self), value: JSONValue($0.value)) })
        case .command: self = .string(value.description)
        }
    }
}
