extension Builtins {
    /// Arithmetic. A result that does not fit 64 bits is a fault (0.9.8 wraps round, and dies on the least number divided by -1).
    static func defineMath(in map: CommandMap) {
        let numbers: [CommandParameter] = [.value("number").variadic]
        func define(_ name: String, _ help: String, _ body: @escaping (Arguments) throws(CommandFault) -> Int64) {
            map.define(name, numbers, .value, scope: .read, help: help) { (_, arguments) throws(CommandFault) in
                .integer(try body(arguments))
            }
        }
        func fold(
            _ name: String, _ help: String, wrongType: String? = nil,
            _ step: @escaping (Int64, Int64) throws(CommandFault) -> Int64
        ) {
            let wrongType = wrongType ?? "\(name): Wrong argument type"
            define(name, help) { (arguments) throws(CommandFault) in
                try folded(arguments.value, of: name, wrongType: wrongType, step)
            }
        }
        fold("math.add", "sum") { (a, b) throws(CommandFault) in try checked(a.addingReportingOverflow(b), "math.add") }
        fold("math.sub", "the first less the others") { (a, b) throws(CommandFault) in
            try checked(a.subtractingReportingOverflow(b), "math.sub")
        }
        fold("math.mul", "product") { (a, b) throws(CommandFault) in
            try checked(a.multipliedReportingOverflow(by: b), "math.mul")
        }
        fold("math.div", "the first divided by the others, towards zero") { (a, b) throws(CommandFault) in
            guard b != 0 else { throw .input("math.div: Division by zero!") }
            return try checked(a.dividedReportingOverflow(by: b), "math.div")
        }
        fold("math.mod", "remainder, with the sign of the first") { (a, b) throws(CommandFault) in
            guard b != 0 else { throw .input("math.mod: Division by zero!") }
            return b == -1 ? 0 : a % b
        }
        let inList = "Wrong type supplied to apply_arith_basic."
        fold("math.min", "least", wrongType: inList) { (a, b) throws(CommandFault) in min(a, b) }
        fold("math.max", "greatest", wrongType: inList) { (a, b) throws(CommandFault) in max(a, b) }
        define("math.cnt", "how many values") { (arguments) throws(CommandFault) in
            Int64(try count(arguments.value, of: "math.cnt"))
        }
        define("math.avg", "average, towards zero") { (arguments) throws(CommandFault) in
            let numbers = try flattened(arguments.value, of: "math.avg")
            let sum = numbers.reduce(Int128(0)) { $0 + Int128($1) }
            return Int64(truncatingIfNeeded: sum / Int128(numbers.count))
        }
        define("math.med", "median, the middle two averaged") { (arguments) throws(CommandFault) in
            let numbers = try flattened(arguments.value, of: "math.med").sorted()
            let middle = numbers.count / 2
            if numbers.count % 2 == 1 { return numbers[middle] }
            return Int64(truncatingIfNeeded: (Int128(numbers[middle - 1]) + Int128(numbers[middle])) / 2)
        }
    }

    private static func checked(
        _ result: (partialValue: Int64, overflow: Bool), _ name: String
    ) throws(CommandFault) -> Int64 {
        guard !result.overflow else { throw .input("\(name): Overflow!") }
        return result.partialValue
    }

    /// From the left; a list among the values is worked out by itself first.
    private static func folded(
        _ value: Value, of name: String, wrongType: String,
        _ step: (Int64, Int64) throws(CommandFault) -> Int64, depth: Int = 0
    ) throws(CommandFault) -> Int64 {
        switch value {
        case .integer, .string: return try value.flexibleInteger()
        case .list(let values):
            guard depth < CommandLimits.valueDepth else { throw .tooDeep }
            var result: Int64?
            for value in values {
                switch value {
                case .integer, .string, .list: break
                default: throw .input(wrongType)
                }
                let number = try folded(value, of: name, wrongType: wrongType, step, depth: depth + 1)
                if let so = result { result = try step(so, number) } else { result = number }
            }
            guard let result else { throw .input("\(name): No arguments provided!") }
            return result
        case .none: throw .input("\(name): No arguments provided!")
        default: throw .input("\(name): Wrong argument type")
        }
    }

    private static func flattened(_ value: Value, of name: String) throws(CommandFault) -> [Int64] {
        var numbers: [Int64] = []
        try forEachLeaf(value, of: name) { (leaf) throws(CommandFault) in numbers.append(try leaf.flexibleInteger()) }
        guard !numbers.isEmpty else { throw .input("\(name): No arguments provided!") }
        return numbers
    }

    private static func count(_ value: Value, of name: String) throws(CommandFault) -> Int {
        var count = 0
        try forEachLeaf(value, of: name) { (_) throws(CommandFault) in count += 1 }
        return count
    }

    private static func forEachLeaf(
        _ value: Value, of name: String, depth: Int = 0, _ body: (Value) throws(CommandFault) -> Void
    ) throws(CommandFault) {
        switch value {
        case .integer, .string: try body(value)
        case .list(let values):
            guard depth < CommandLimits.valueDepth else { throw .tooDeep }
            for value in values { try forEachLeaf(value, of: name, depth: depth + 1, body) }
        case .none where depth == 0: throw .input("\(name): No arguments provided!")
        default:
            throw .input(depth == 0 ? "\(name): Wrong argument type" : "Wrong type supplied to apply_arith_count.")
        }
    }
}
