extension Builtins {
    private static let longestMatchedText = 1 << 20

    static func defineComparisons(in map: CommandMap) {
        let operands: [CommandParameter] = [.command("first"), .command("second").optional]
        map.define(
            "equal", operands, .value, scope: .read,
            help: "1 if two commands, or one on both sides of a sort, give the same"
        ) { (context, arguments) throws(CommandFault) in
            try compared(arguments, context).map { .bool($0 == 0) } ?? 0
        }
        map.define("less", operands, .value, scope: .read, help: "1 if the first command gives less than the second") {
            (context, arguments) throws(CommandFault) in
            try compared(arguments, context).map { .bool($0 < 0) } ?? 0
        }
        map.define("greater", operands, .value, scope: .read, help: "1 if the first command gives more than the second")
        {
            (context, arguments) throws(CommandFault) in
            try compared(arguments, context).map { .bool($0 > 0) } ?? 0
        }
        map.define(
            "compare", [.string("order"), .command("field").variadic], .value, flags: .isUntrustedSafe, scope: .read,
            help: "for sorting: compares field after field, each ascending (a, +) or descending (d, -)"
        ) { (context, arguments) throws(CommandFault) in
            try compareFields(arguments, context)
        }
        map.define(
            "match", [.command("command"), .string("pattern")], .value, scope: .read,
            help: "1 if the whole result fits the regular expression, in either case"
        ) { (context, arguments) throws(CommandFault) in
            guard case .list(let values) = arguments.value, values.count == 2 else {
                throw .input("Wrong argument count for 'match': 2 arguments needed.")
            }
            guard let result = try context.runOperand(values[0]) else { throw .wrongObjectType }
            guard case .string(let pattern) = values[1] else { throw .wrongObjectType }
            guard case .string(let text) = result else { throw .input("Type mismatch for 'match' arguments.") }
            guard text.count <= longestMatchedText else { throw .tooLong }
            return .bool(context.interpreter.pattern(pattern)?.matches(text) ?? false)
        }
        let elapsed: [CommandParameter] = [.value("time", unit: .unixTime), .value("length", unit: .seconds)]
        map.define(
            "elapsed.less", elapsed, .value, flags: .isUntrustedSafe, scope: .read,
            help: "1 if the time is set and less than that many seconds ago"
        ) { (context, arguments) throws(CommandFault) in
            .bool(try age(arguments, context).map { $0 < $1 } ?? false)
        }
        map.define(
            "elapsed.greater", elapsed, .value, flags: .isUntrustedSafe, scope: .read,
            help: "1 if the time is set and more than that many seconds ago"
        ) { (context, arguments) throws(CommandFault) in
            .bool(try age(arguments, context).map { $0 > $1 } ?? false)
        }
    }

    /// -1, 0 or 1; nil where the two cannot be ordered (lists, nothing).
    private static func order(_ left: Value, _ right: Value) throws(CommandFault) -> Int? {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): return left < right ? -1 : left == right ? 0 : 1
        case (.string(let left), .string(let right)):
            return left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
        default:
            guard left.hasSameKind(as: right) else { throw .input("Type mismatch.") }
            return nil
        }
    }

    /// The first and the last argument, or the only one on both sides of a pair, in order.
    private static func compared(_ arguments: Arguments, _ context: CommandContext) throws(CommandFault) -> Int? {
        let all = arguments.all
        let (left, right) = context.target.halves
        guard let first = all.first, let last = all.last else { return nil }
        guard let a = try context.on(left).runOperand(first), let b = try context.on(right).runOperand(last) else {
            throw .wrongObjectType
        }
        return try order(a, b)
    }

    private static func compareFields(_ arguments: Arguments, _ context: CommandContext) throws(CommandFault) -> Value {
        guard context.target.kind == .pair else { throw .input("Can only compare a target pair.") }
        let (left, right) = context.target.halves
        let orders = try arguments.string(0)
        for (index, field) in arguments.dropping(1).enumerated() {
            guard let a = try context.on(left).runOperand(field), let b = try context.on(right).runOperand(field) else {
                throw .wrongObjectType
            }
            guard let order = try order(a, b), order != 0 else { continue }
            let sign = orders.isEmpty ? UInt8(ascii: "a") : orders[min(index, orders.count - 1)]
            switch sign {
            case UInt8(ascii: "a"), UInt8(ascii: "A"), UInt8(ascii: "+"): return .bool(order < 0)
            case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: "-"): return .bool(order > 0)
            default: throw .input("Bad order character, wanted are a, d, + and -.")
            }
        }
        return 0
    }

    /// Seconds since a time, and what to compare them with; nil if the time is 0, which means never.
    private static func age(
        _ arguments: Arguments, _ context: CommandContext
    ) throws(CommandFault) -> (Int64, Int64)? {
        guard case .list(let values) = arguments.value, values.count == 2 else { throw .input("Wrong argument count.") }
        let start = try values[0].flexibleInteger()
        let length = try values[1].flexibleInteger()
        guard start != 0 else { return nil }
        let (age, overflow) = (context.interpreter.host.unixMicroseconds() / 1_000_000).subtractingReportingOverflow(
            start)
        return (overflow ? Int64.max : age, length)
    }
}
