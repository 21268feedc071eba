extension Builtins {
    static func defineLogic(in map: CommandMap) {
        map.define(
            "branch", [.command("condition"), .command("then").variadic], .any, flags: .isUntrustedSafe, scope: .read,
            help: "runs the command behind the first condition that is true, else the last one"
        ) { (context, arguments) throws(CommandFault) in
            try choose(arguments, context, runsThem: true)
        }
        map.define(
            "if", [.any("condition"), .any("then").variadic], .any, flags: .isUntrustedSafe, scope: .read,
            help: "the value behind the first true one, else the last; runs nothing"
        ) { (context, arguments) throws(CommandFault) in
            try choose(arguments, context, runsThem: false)
        }
        map.define(
            "not", [.any("value")], .value, flags: .isUntrustedSafe, scope: .read,
            help: "1 if the value, or the ((call)), is false"
        ) { (context, arguments) throws(CommandFault) in
            guard case .command = arguments.value else { return .bool(!arguments.value.isTrue) }
            return .bool(!(try context.runOperand(arguments.value)?.isTrue ?? false))
        }
        map.define(
            "and", [.command("condition").variadic], .value, flags: .isUntrustedSafe, scope: .read,
            help: "1 if all are true; stops at the first that is not"
        ) { (context, arguments) throws(CommandFault) in
            guard case .list(let values) = arguments.value else { return .bool(arguments.value.isTrue) }
            for value in values { if try !isTrue(value, context) { return 0 } }
            return 1
        }
        map.define(
            "or", [.command("condition").variadic], .value, flags: .isUntrustedSafe, scope: .read,
            help: "1 if any is true; stops at the first that is"
        ) { (context, arguments) throws(CommandFault) in
            guard case .list(let values) = arguments.value else { return .bool(arguments.value.isTrue) }
            for value in values { if try isTrue(value, context) { return 1 } }
            return 0
        }
        map.define("false", .value, help: "always 0") { (_, _) throws(CommandFault) in 0 }
        map.define(
            "try", [.command("command").variadic], .any, scope: .read,
            help: "runs a command; a fault counts as no value"
        ) { (context, arguments) throws(CommandFault) in
            try attempt(arguments, context) { _ in }
        }
        map.define(
            "catch", [.command("command").variadic], .any, flags: .isUntrustedSafe, scope: .read,
            help: "runs a command; a fault is logged and counts as no value"
        ) { (context, arguments) throws(CommandFault) in
            try attempt(arguments, context) { context.interpreter.host.log("Caught exception: '\($0.message)'.") }
        }
    }

    /// `branch` and `if`: condition, consequence, condition, consequence, …, and perhaps one more for "else".
    private static func choose(
        _ arguments: Arguments, _ context: CommandContext, runsThem: Bool
    ) throws(CommandFault) -> Value {
        guard case .list(let values) = arguments.value else { throw .wrongObjectType }
        var index = 0
        while index + 1 < values.count {
            var condition = values[index]
            if runsThem, let result = try context.runOperand(condition) { condition = result }
            let isMet: Bool
            switch condition {
            case .none: isMet = false
            case .integer, .string: isMet = condition.isTrue
            default: throw .input("Type not supported by 'if'.")
            }
            if isMet { return try consequence(values[index + 1], context, runsIt: runsThem) }
            index += 2
        }
        return index < values.count ? try consequence(values[index], context, runsIt: runsThem) : .none
    }

    private static func consequence(
        _ value: Value, _ context: CommandContext, runsIt: Bool
    ) throws(CommandFault) -> Value {
        guard runsIt else { return value }
        if case .list(let commands) = value {
            for case .string(let command) in commands { _ = try context.interpreter.runFirst(command, context) }
            return .none
        }
        return try context.runOperand(value) ?? value
    }

    private static func isTrue(_ value: Value, _ context: CommandContext) throws(CommandFault) -> Bool {
        if case .integer(let number) = value { return number != 0 }
        guard let result = try context.runOperand(value) else { throw .wrongObjectType }
        return result.isTrue
    }

    private static func attempt(
        _ arguments: Arguments, _ context: CommandContext, report: (CommandFault) -> Void
    ) throws(CommandFault) -> Value {
        do throws(CommandFault) {
            return try context.interpreter.runObject(arguments.value, context)
        } catch {
            if error.isUncatchable { throw error }
            report(error)
            return .none
        }
    }
}
