extension CommandMap {
    /// Adds the names of every generation for the commands defined so far. To be called when the vocabulary is complete.
    ///
    /// - Returns: rows whose target does not exist; for a complete vocabulary there are none.
    @discardableResult
    package func installAliases() -> [AliasTable.Row] {
        var dangling: [AliasTable.Row] = []
        for row in AliasTable.rows where self[row.name] == nil {
            guard let target = self[row.target] else {
                dangling.append(row)
                continue
            }
            let flags: CommandFlags = row.takesNoTarget ? [.isStatic, .takesNoTarget] : .isStatic
            insertAlias(row.name, of: target, flags: flags, generation: row.generation)
        }
        for name in AliasTable.retired where self[name] == nil {
            define(
                name, [CommandParameter.any("value").variadic], .value, flags: [.isNeutral, .takesNoTarget],
                help: "retired; accepted, and without effect"
            ) { (_, _) throws(CommandFault) in 0 }
        }
        for (name, event) in AliasTable.oldEvents where self[name] == nil && self[event] != nil {
            define(
                name, [.string("key"), .command("command").variadic], .void, flags: .takesNoTarget, scope: .admin,
                help: "same as method.set_key = \(event), …"
            ) { (context, arguments) throws(CommandFault) in
                try context.interpreter.call("method.set_key", .list([.text(event)] + arguments.all), context)
            }
        }
        return dangling
    }
}
