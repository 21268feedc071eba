extension CommandMap {
    /// Defines an event: a multi command that users hang handlers on with `method.set_key`.
    package func event(_ name: String, on target: TargetKind = .any, help: String) {
        insertMulti(name, on: target, flags: .isStatic, hasReverseLookup: true, help: help)
    }

    /// Sets, or with nil removes, a handler of an event, as `method.set_key` does.
    package func setHandler(_ event: String, key: String, _ command: Value?) {
        guard case .multi(let multi)? = self[event]?.object else { preconditionFailure("\(event) is no multi command") }
        multi.commands[key] = command
    }

    func insertMulti(
        _ name: String, on target: TargetKind = .any, flags: CommandFlags, hasReverseLookup: Bool, help: String
    ) {
        let multi = MultiCommand(name: name, hasReverseLookup: hasReverseLookup)
        insert(
            Command(
                name: name, target: target, parameters: [], result: .void, flags: flags, scope: .control, help: help,
                object: .multi(multi)
            ) { (context, arguments) throws(CommandFault) in
                try context.interpreter.runHandlers(of: multi, arguments, context)
                return .none
            })
    }
}

extension Interpreter {
    /// Runs an event's handlers in order. A fault ends them, is logged as rTorrent does, and goes no further.
    package func fire(_ event: String, _ context: CommandContext) {
        do throws(CommandFault) {
            _ = try call(event, .none, context)
        } catch {
            host.log("Event '\(event)' failed: \(error.message)")
        }
    }

    /// Handlers may change the event that they hang on: what is added or removed meanwhile counts from then on.
    func runHandlers(
        of multi: MultiCommand, _ arguments: Arguments, _ context: CommandContext
    ) throws(CommandFault) {
        let saved = push(arguments)
        defer { frame = saved }
        var last: [UInt8]?
        while let entry = multi.commands.first(after: last) {
            last = entry.key
            _ = try runObject(entry.value, context)
        }
    }

    /// Calls a user's method: its arguments become `argument.0`…, those not given stay the caller's.
    package func callFunction(
        _ body: Value, _ arguments: Arguments, _ context: CommandContext
    ) throws(CommandFault) -> Value {
        let saved = push(arguments)
        defer { frame = saved }
        return try runObject(body, context)
    }

    private func push(_ arguments: Arguments) -> [Value] {
        let saved = frame
        switch arguments.value {
        case .none: break
        case .list(let values): for (index, value) in values.prefix(frame.count).enumerated() { frame[index] = value }
        default: frame[0] = arguments.value
        }
        return saved
    }
}

extension ValueMap {
    /// The entry with the least key greater than `key`; the first for nil.
    func first(after key: [UInt8]?) -> Entry? {
        guard let key else { return entries.first }
        return entries.first { key.lexicographicallyPrecedes($0.key) }
    }
}
