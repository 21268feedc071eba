/// The commands that need no engine: logic, text, numbers, methods, schedules, files, programs.
enum Builtins {
    static func define(in map: CommandMap) {
        defineLogic(in: map)
        defineComparisons(in: map)
        defineText(in: map)
        defineStrings(in: map)
        defineMath(in: map)
        defineConversions(in: map)
        defineMethodInsertion(in: map)
        defineMethods(in: map)
        defineMultiMethods(in: map)
        defineSchedule(in: map)
        defineExecution(in: map)
        defineFiles(in: map)
        defineEnvironment(in: map)
    }
}

extension Value {
    /// A number, its text, or a list of one of those: what `math`, `elapsed` and `method.insert` take for a number.
    func flexibleInteger() throws(CommandFault) -> Int64 {
        switch self {
        case .integer(let number): return number
        case .string(let bytes):
            guard let number = IntegerText.parse(bytes) else { throw .noConversion(bytes) }
            return number
        case .list(let values):
            guard values.count == 1 else { throw .wrongObjectType }
            if case .list = values[0] { throw .wrongObjectType }
            return try values[0].flexibleInteger()
        default: throw .wrongObjectType
        }
    }
}

extension CommandContext {
    /// A condition or operand: a text is run (its first command), a `((call))` is called; nil for other values.
    func runOperand(_ value: Value) throws(CommandFault) -> Value? {
        switch value {
        case .string(let text): return try interpreter.runFirst(text, self)
        case .command(let deferred): return try interpreter.run(deferred.command, self)
        default: return nil
        }
    }
}
