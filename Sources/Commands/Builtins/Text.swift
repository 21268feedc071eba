extension Builtins {
    static func defineText(in map: CommandMap) {
        map.define(
            "cat", [.any("part").variadic], .string, flags: .isUntrustedSafe, scope: .read,
            help: "joins its arguments; lists flattened, numbers in decimal"
        ) { (_, arguments) throws(CommandFault) in
            if case .string = arguments.value { return arguments.value }
            return .string(try joined(arguments.value))
        }
        map.define(
            "print", [.any("part").variadic], .void, scope: .control,
            help: "writes its arguments to the log of the console"
        ) { (context, arguments) throws(CommandFault) in
            context.interpreter.host.print(try joined(arguments.value))
            return .none
        }
        map.define(
            "value", [.string("text"), .value("base").optional], .value, flags: .isUntrustedSafe, scope: .read,
            help: "a number from text, in base 10 unless another is given"
        ) { (_, arguments) throws(CommandFault) in
            guard arguments.count <= 2 else { throw .input("'value' takes at most two arguments!") }
            let base = try Int(exactly: base(arguments)) ?? -1
            let text: [UInt8]
            switch arguments[0] {
            case .integer: return arguments[0]
            case .none where arguments.count == 0: text = []
            case .string(let bytes): text = bytes
            default: throw .wrongObjectType
            }
            guard base == 0 || (2...36).contains(base) else {
                throw .input("value: Base must be 0 or from 2 to 36.")
            }
            if text.isEmpty { return 0 }
            guard let (number, end) = IntegerText.prefix(text, base: base), text[end...].allSatisfy(isSpace) else {
                throw .input("Junk at end of number: \(String(decoding: text, as: UTF8.self))", subject: text)
            }
            return .integer(number)
        }
        for index in 0..<4 {
            map.define(
                "argument.\(index)", .any, flags: .isPrivate,
                help: "argument \(index) of the user method that is running"
            ) { (context, _) throws(CommandFault) in context.interpreter.frame[index] }
        }
    }

    static func joined(_ value: Value) throws(CommandFault) -> [UInt8] {
        let text = try value.rendered()
        guard text.count <= CommandLimits.stringLength else { throw .tooLong }
        return text
    }

    private static func base(_ arguments: Arguments) throws(CommandFault) -> Int64 {
        guard arguments.count == 2 else { return 10 }
        switch arguments[1] {
        case .integer(let base): return base
        case .string(let text): return IntegerText.prefix(text, base: 10)?.value ?? 0
        default: throw .wrongObjectType
        }
    }
}
