extension CommandMap {
    /// Defines a command.
    ///
    /// - Parameters:
    ///   - target: the kind of target it needs.
    ///   - scope: the least scope of a caller; left out it is `.read` for what only answers (no parameters, a result), else `.control`.
    package func define(
        _ name: String, on target: TargetKind = .any, _ parameters: [CommandParameter], _ result: CommandResult,
        flags: CommandFlags = [], scope: CommandScope? = nil, help: String, body: @escaping CommandBody
    ) {
        let isGetter = parameters.isEmpty && result != .void
        insert(
            Command(
                name: name, target: target, parameters: parameters, result: result, flags: flags.union(.isStatic),
                scope: scope ?? (isGetter ? .read : .control), help: help, body: body))
    }

    /// Defines a command without arguments.
    package func define(
        _ name: String, on target: TargetKind = .any, _ result: CommandResult, flags: CommandFlags = [],
        scope: CommandScope? = nil, help: String, body: @escaping CommandBody
    ) {
        define(name, on: target, [], result, flags: flags, scope: scope, help: help, body: body)
    }

    /// Makes `name` another name of `existing`; later changes of `existing` show through both.
    ///
    /// - Throws: rTorrent's texts, if `existing` does not exist or `name` does.
    package func redirect(
        _ name: String, to existing: String, flags: CommandFlags = [], generation: AliasGeneration = .user
    ) throws(CommandFault) {
        guard let command = self[existing] else {
            throw .input("Tried to redirect to a key that doesn't exist: '\(existing)'.")
        }
        guard self[name] == nil else {
            throw .input("Tried to create a redirect key that already exists: '\(name)'.")
        }
        insertAlias(name, of: command, flags: flags, generation: generation)
    }

    func insertAlias(_ name: String, of command: Command, flags: CommandFlags, generation: AliasGeneration) {
        let destination = command.destination ?? command
        if generation == .user { destination.redirects += 1 }
        let kept = command.flags.intersection([.isUntrustedSafe, .isNeutral, .isNotYet, .isIntrospection])
        let modernName = AliasTable.successor(of: destination.name) ?? destination.name
        insert(
            Command(
                name: name, target: command.target, parameters: command.parameters, result: command.result,
                flags: flags.union(kept), scope: command.scope, help: "same as \(destination.name)",
                alias: CommandAlias(modernName: modernName, generation: generation), destination: destination,
                body: destination.body))
    }

    /// Names near `name`, best first: what the writer may have meant.
    package func suggestions(for name: String, limit: Int = 3) -> [String] {
        Spelling.nearest(
            to: name, among: commands.lazy.filter { !$0.flags.contains(.isPrivate) }.map(\.name), limit: limit)
    }
}
