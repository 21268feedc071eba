/// What happens when a line of a config faults.
package enum ConfigMode: Sendable {
    /// Reading ends with rTorrent's fault: `import` over RPC.
    case stop
    /// The fault becomes a diagnostic and reading goes on: start-up and `swarm check`, which list all errors.
    case collect
}

/// A file that is being read.
struct ConfigImport {
    let path: String
    let mode: ConfigMode
}

extension Interpreter {
    /// Reads a config file and runs its lines.
    ///
    /// - Parameter path: `~` is expanded; relative to the working directory.
    /// - Throws: `Could not open option file: …` if it cannot be read; in mode `.stop` also the first fault, with file and line as rTorrent
    ///   words it; always if files import each other in a circle or too deeply.
    package func load(_ path: [UInt8], mode: ConfigMode, _ context: CommandContext) throws(CommandFault) {
        let name = String(decoding: path, as: UTF8.self)
        let bytes: [UInt8]
        do {
            bytes = try host.readFile(expandingTilde(name), limit: CommandLimits.fileLength)
        } catch {
            throw .input(
                "Could not open option file: \(name)", explanation: "cannot read \(name): \(error.reason)",
                subject: path)
        }
        try load(ConfigFile(bytes, name: name), mode: mode, context)
    }

    /// Runs the lines of a config that was read already.
    package func load(_ file: ConfigFile, mode: ConfigMode, _ context: CommandContext) throws(CommandFault) {
        let path = host.canonicalPath(expandingTilde(file.name))
        if imports.contains(where: { $0.path == path }) {
            throw CommandFault(.limit, "Import loop: \(file.name)", explanation: "\(file.name) imports itself")
        }
        guard imports.count < CommandLimits.importDepth else {
            throw CommandFault(.limit, "Max import depth reached.", explanation: "files import each other too deeply")
        }
        // An import over RPC answers with its fault; what else there is to say goes to the log and is forgotten.
        let kept = imports.isEmpty && mode == .stop ? diagnostics : nil
        imports.append(ConfigImport(path: path, mode: mode))
        defer {
            imports.removeLast()
            if let kept {
                // Notes are for `swarm check`.
                for diagnostic in diagnostics.all.dropFirst(kept.all.count) where diagnostic.severity > .note {
                    host.log(diagnostic.description)
                }
                diagnostics = kept
            }
        }
        file.warnings.forEach { diagnostics.add($0) }
        for line in file.lines {
            do throws(CommandFault) {
                try run(line, of: file, context)
            } catch {
                if mode == .stop {
                    throw CommandFault(
                        .input, "Error in option file: \(file.name):\(line.lastNumber): \(error.message)")
                }
            }
        }
        if imports.count == 1 { diagnostics.resolvePendingNames(in: map) }
    }

    /// The path with a leading `~` replaced by the home directory. `~name` is left alone: rTorrent makes `/home/userNAME` of it.
    package func expandingTilde(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home = host.environment("HOME") else { return path }
        return String(decoding: home, as: UTF8.self) + path.dropFirst()
    }

    /// Runs all commands of a line; rTorrent runs the first and drops the rest unread.
    private func run(_ line: ConfigFile.Line, of file: ConfigFile, _ context: CommandContext) throws(CommandFault) {
        var start = 0
        while start < line.text.count {
            let text = Array(line.text[start...])
            let source = ConfigSource(file: file.name, line: line, start: start)
            var command: ParsedCommand?
            do throws(CommandFault) {
                guard let parsed = try parse(text) else { return }
                command = parsed.command
                if start > 0 {
                    diagnostics.addOnce(
                        "\(file.name):semicolon",
                        source.diagnostic(
                            .warning, at: parsed.command.offset,
                            "a second command on a line; rTorrent drops what follows the ;"))
                }
                ConfigChecker(interpreter: self, source: source).check(parsed.command)
                let call = try runTelling(parsed.command, context)
                if diagnostics.recordsSettings {
                    diagnostics.settings.append(
                        .init(
                            location: source.location(parsed.command.offset), command: map[parsed.command.name],
                            name: parsed.command.name, arguments: call.arguments, result: call.result))
                }
                start += parsed.end
            } catch {
                var diagnostic = source.diagnostic(for: error, in: command, suggestions: suggestions(for: error))
                // rTorrent takes such a file without a word, so it must not stop ours.
                if start > 0 { diagnostic.severity = .warning }
                diagnostics.add(diagnostic)
                if start == 0 { throw error }
                return
            }
        }
    }

    /// nil unless the fault is an unknown name.
    private func suggestions(for fault: CommandFault) -> [String]? {
        guard fault.isUnknownName, let subject = fault.subject else { return nil }
        return diagnostics.suggestions(for: String(decoding: subject, as: UTF8.self), in: map)
    }
}

/// The text around a command, to turn offsets and faults into diagnostics.
struct ConfigSource {
    let file: String
    let line: ConfigFile.Line
    /// Where the command's text starts in the line.
    let start: Int

    func location(_ offset: Int) -> SourceLocation {
        let position = line.position(of: start + offset)
        return SourceLocation(file: file, line: position.line, column: position.column)
    }

    func diagnostic(
        _ severity: Diagnostic.Severity, at offset: Int, command: String = "", _ message: String, length: Int = 1
    ) -> Diagnostic {
        Diagnostic(
            severity, location(offset), command: command, message,
            source: String(decoding: line.physicalText(at: start + offset), as: UTF8.self), markLength: length)
    }

    /// A fault, marked where its subject stands in the line, else at the command's first argument.
    func diagnostic(for fault: CommandFault, in command: ParsedCommand?, suggestions: [String]?) -> Diagnostic {
        let from = command?.argumentOffsets.first ?? 0
        var offset = fault.offset ?? from
        var length = 1
        if let subject = fault.subject, !subject.isEmpty {
            if let found = find(subject, from: command?.name.utf8.elementsEqual(subject) == true ? 0 : from) {
                offset = found
                length = subject.count
            }
        }
        var diagnostic = diagnostic(
            .error, at: offset, command: command?.name ?? "", fault.explanation ?? fault.message, length: length)
        if let suggestions {
            diagnostic.command = ""
            diagnostic.suggestions = suggestions
        }
        return diagnostic
    }

    /// The first place of `word` in the command's text, from `offset` on.
    func find(_ word: [UInt8], from offset: Int) -> Int? {
        let text = line.text[min(start + offset, line.text.count)...]
        guard !word.isEmpty, text.count >= word.count else { return nil }
        for index in text.startIndex...(text.endIndex - word.count) where text[index...].starts(with: word) {
            return index - start
        }
        return nil
    }
}
