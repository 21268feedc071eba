/// Looks over a command before it is run: names in texts that are run only later, old names, traps.
///
/// Such a text may use a method that is defined further down, so an unknown name is judged when everything has been read.
struct ConfigChecker {
    let interpreter: Interpreter
    let source: ConfigSource

    private static let deepestText = 20

    func check(_ command: ParsedCommand) { check(command, depth: 0, isLatent: false, at: command.offset) }

    private func check(_ parsed: ParsedCommand, depth: Int, isLatent: Bool, at offset: Int) {
        guard depth < Self.deepestText else { return }
        let place = source.find([UInt8](parsed.name.utf8), from: offset) ?? offset
        let known = interpreter.map[parsed.name]
        if let known {
            warn(about: known, parsed, at: place)
        } else if isLatent {
            var diagnostic = source.diagnostic(
                .warning, at: place, command: parsed.name, "no such command; it will fail when it is run",
                length: parsed.name.utf8.count)
            diagnostic.isLatent = true
            interpreter.diagnostics.pendingNames.append(diagnostic)
        }
        let nodes = parsed.arguments.nodes
        if interpreter.diagnostics.recordsSettings {
            interpreter.diagnostics.mentions.append(
                .init(
                    location: source.location(place), command: (known?.destination ?? known)?.name ?? parsed.name,
                    texts: nodes.map { if case .constant(let value) = $0 { value.text } else { nil } }))
        }
        for (index, node) in nodes.enumerated() {
            let start = parsed.argumentOffsets.indices.contains(index) ? parsed.argumentOffsets[index] : offset
            let isCommand = Self.isCommand(index, of: known, nodes)
            check(node, isCommand: isCommand, depth: depth + 1, isLatent: isLatent, at: depth == 0 ? start : offset)
        }
    }

    private func check(_ node: ArgumentNode, isCommand: Bool, depth: Int, isLatent: Bool, at offset: Int) {
        switch node {
        case .constant(let value): check(value, isCommand: isCommand, depth: depth, at: offset)
        case .call(let command, _): check(command, depth: depth, isLatent: isLatent, at: offset)
        case .deferred(let deferred): check(deferred.command, depth: depth, isLatent: true, at: offset)
        case .fault(let fault, _):
            if isLatent { interpreter.diagnostics.add(source.diagnostic(.warning, at: offset, fault.description)) }
        }
    }

    private func check(_ value: Value, isCommand: Bool, depth: Int, at offset: Int) {
        guard depth < Self.deepestText else { return }
        switch value {
        case .command(let deferred): check(deferred.command, depth: depth, isLatent: true, at: offset)
        case .list(let values):
            for value in values { check(value, isCommand: isCommand, depth: depth + 1, at: offset) }
        case .string(let text) where isCommand && text.contains(where: { !isBlank($0) }):
            for step in interpreter.script(text).steps {
                switch step {
                case .success(let command): check(command, depth: depth + 1, isLatent: true, at: offset)
                case .failure(let fault):
                    interpreter.diagnostics.add(
                        source.diagnostic(
                            .warning, at: offset, "in the text that is to be run: \(fault.description)"))
                }
            }
        default: break
        }
    }

    /// Whether that argument of the command will be run.
    private static func isCommand(_ index: Int, of command: Command?, _ nodes: [ArgumentNode]) -> Bool {
        guard let command, let last = command.parameters.last else { return false }
        if command.name == "method.insert" {
            guard index >= 2, nodes.count > 1, case .constant(.string(let kind)) = nodes[1] else { return false }
            return String(decoding: kind, as: UTF8.self).contains("simple")
        }
        if index < command.parameters.count { return command.parameters[index].kind == .command }
        return last.isVariadic && last.kind == .command
    }

    private func warn(about command: Command, _ parsed: ParsedCommand, at offset: Int) {
        let length = parsed.name.utf8.count
        if let alias = command.alias, alias.generation.isOld {
            interpreter.diagnostics.addOnce(
                "old:\(command.name)",
                source.diagnostic(
                    .warning, at: offset, command: command.name,
                    "old name (\(alias.generation.rawValue)) of \(alias.modernName)", length: length))
        }
        if command.alias == nil, let successor = AliasTable.successor(of: command.name) {
            interpreter.diagnostics.addOnce(
                "renamed:\(command.name)",
                source.diagnostic(
                    .note, at: offset, command: command.name, "rTorrent 0.16 calls it \(successor)", length: length))
        }
        if command.flags.contains(.isNotYet) {
            interpreter.diagnostics.addOnce(
                "not yet:\(command.name)",
                source.diagnostic(
                    .note, at: offset, command: command.name, "accepted and kept, but not yet in effect", length: length
                ))
        }
        if parsed.name.hasPrefix("schedule"),
            case .constant(.string(let interval))? = parsed.arguments.nodes.dropFirst(2).first,
            ScheduleTime.isMiscomputedByRTorrent(interval)
        {
            interpreter.diagnostics.addOnce(
                "interval",
                source.diagnostic(
                    .warning, at: source.find(interval, from: offset) ?? offset, command: command.name,
                    "read as days:hours:minutes:seconds; rTorrent computes another time", length: interval.count))
        }
    }
}
