/// A place in a config file, counted from 1; columns count bytes.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    package var file: String
    package var line: Int
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}

/// Something to say about a config: where, what, and what may have been meant.
package struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Sendable, Comparable {
        case note, warning, error

        package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
        private var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }
    }

    package var severity: Severity
    package var location: SourceLocation
    /// The command concerned; empty if none.
    package var command: String
    package var message: String
    /// The line as written, and the length of the part to mark in it, from `location.column` on.
    package var source: String
    package var markLength: Int
    package var suggestions: [String]
    /// An unknown name in a text that is only run later (a schedule, a handler): rTorrent would not notice at start-up.
    package var isLatent: Bool

    package init(
        _ severity: Severity, _ location: SourceLocation, command: String = "", _ message: String, source: String = "",
        markLength: Int = 1, suggestions: [String] = [], isLatent: Bool = false
    ) {
        self.severity = severity
        self.location = location
        self.command = command
        self.message = message
        self.source = source
        self.markLength = markLength
        self.suggestions = suggestions
        self.isLatent = isLatent
    }

    /// `swarmrc:12:40: throttle.up: "5oo" is not a number`.
    package var description: String {
        var text = "\(location): " + (command.isEmpty ? "" : "\(command): ") + message
        if !suggestions.isEmpty { text += "; did you mean \(suggestions.joined(separator: " or "))?" }
        return text
    }
}

/// Collects diagnostics, and what became of the settings, while configs are read.
package struct DiagnosticSink {
    /// A command of a config that ran without a fault.
    package struct Setting: Sendable {
        package var location: SourceLocation
        /// Its name as it was written.
        package var name: String
        /// The name of the command that this is today: `throttle.global_up.max_rate.set_kb` for `upload_rate`.
        package var command: String
        /// What it takes last, and what a bare number of that counts.
        package var kind: CommandParameter.Kind?
        package var unit: CommandUnit
        package var scope: CommandScope
        package var arguments: Value
        /// What the command answered: for settings, the new value.
        package var result: Value

        package init(
            location: SourceLocation, command: Command?, name: String, arguments: Value, result: Value
        ) {
            self.location = location
            self.name = name
            self.command = (command?.destination ?? command)?.name ?? name
            kind = command?.parameters.last?.kind
            unit = command?.parameters.last?.unit ?? .none
            scope = command?.scope ?? .admin
            self.arguments = arguments
            self.result = result
        }
    }

    /// A command that stands somewhere in a config, be it run at once or only later: in a schedule, a handler, a method.
    package struct Mention: Sendable {
        package var location: SourceLocation
        /// The command that the name stands for today.
        package var command: String
        /// Its arguments as far as they are plain text.
        package var texts: [String?]
    }

    package var all: [Diagnostic] = []
    /// If `recordsSettings`.
    package var mentions: [Mention] = []
    /// What each command of the config was called with and answered, if `recordsSettings`.
    package var settings: [Setting] = []
    package var recordsSettings = false
    var pendingNames: [Diagnostic] = []
    private var warned: Set<String> = []
    private var suggestionsGiven = 0

    package init() {}

    package var errors: [Diagnostic] { all.filter { $0.severity == .error } }

    package mutating func add(_ diagnostic: Diagnostic) { all.append(diagnostic) }

    /// Adds a diagnostic unless one of that key was added before.
    package mutating func addOnce(_ key: String, _ diagnostic: @autoclosure () -> Diagnostic) {
        if warned.insert(key).inserted { all.append(diagnostic()) }
    }

    /// What a name may have meant. Looking that up is slow, so a file full of errors gets it for the first hundred only.
    mutating func suggestions(for name: String, in map: CommandMap) -> [String] {
        suggestionsGiven += 1
        return suggestionsGiven <= 100 ? map.suggestions(for: name) : []
    }

    /// Reports the names in texts for later that are still unknown now that everything is defined.
    mutating func resolvePendingNames(in map: CommandMap) {
        for var diagnostic in pendingNames where map[diagnostic.command] == nil {
            let isKnown = all.contains {
                $0.location.line == diagnostic.location.line && $0.location.file == diagnostic.location.file
                    && $0.severity == .error
            }
            if isKnown { continue }
            diagnostic.suggestions = suggestions(for: diagnostic.command, in: map)
            all.append(diagnostic)
        }
        pendingNames = []
    }
}
