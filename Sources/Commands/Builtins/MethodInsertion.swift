extension Builtins {
    /// `method.insert` and its direct forms.
    static func defineMethodInsertion(in map: CommandMap) {
        map.define(
            "method.insert", [.string("name"), .string("kind[|flag…]"), .any("value").variadic], .void, scope: .admin,
            help:
                "makes a variable (value, bool, string, list), a method (simple) or a multi; flags const, static, private, rlookup"
        ) { (context, arguments) throws(CommandFault) in
            guard arguments.count >= 2 else { throw .invalidArgumentCount }
            let kind = try arguments.text(1)
            try insert(
                try arguments.text(0), kind: kind, values: arguments.dropping(2), isOld: true,
                in: context.interpreter.map)
            return .none
        }
        let direct: [(name: String, kind: String, help: String)] = [
            ("value", "value", "makes a variable for a number"), ("bool", "bool", "makes a variable for yes or no"),
            ("string", "string", "makes a variable for text"), ("list", "list", "makes a variable for a list"),
            ("simple", "simple", "makes a method"),
            ("c_simple", "simple|const", "makes a method that cannot be changed"),
            ("s_c_simple", "simple|const|static", "makes a method that can be neither changed nor erased"),
        ]
        for form in direct {
            let rest: CommandParameter = form.kind.hasPrefix("simple") ? .command("command") : .any("value")
            map.define(
                "method.insert.\(form.name)", [.string("name"), rest.variadic], .void, scope: .admin, help: form.help
            ) { (context, arguments) throws(CommandFault) in
                let name = arguments.isBlank ? "" : try arguments.text(0)
                try insert(
                    name, kind: form.kind, values: arguments.dropping(1), isOld: false, in: context.interpreter.map)
                return .none
            }
        }
    }

    /// - Parameter isOld: `method.insert` itself, which takes only text for a method's body.
    private static func insert(
        _ name: String, kind: String, values: [Value], isOld: Bool, in map: CommandMap
    ) throws(CommandFault) {
        guard !name.isEmpty, map[name] == nil, map[name + ".set"] == nil else { throw .invalidKey }
        var flags: CommandFlags = []
        if kind.contains("static") { flags.insert(.isStatic) }
        if kind.contains("private") { flags.insert(.isPrivate) }
        let isConstant = kind.contains("const")
        if kind.contains("multi") {
            let hasReverseLookup = kind.contains("rlookup")
            guard !hasReverseLookup || flags.contains(.isStatic) else {
                throw .input("Cannot insert non-static or non-multi-type object with rlookup enabled.")
            }
            map.insertMulti(name, flags: flags, hasReverseLookup: hasReverseLookup, help: "user's multi command")
        } else if kind.contains("simple") {
            let body = isOld ? try joinedTexts(values) : try newBody(values)
            insertFunction(UserFunction(name: name, body: body, isConstant: isConstant), flags: flags, in: map)
        } else if let start = try variableStart(kind, values) {
            let variable = Variable(name: name, kind: start.kind, value: start.value, isConstant: isConstant)
            map.insertGetter(variable, flags: flags, help: "user's variable")
            if !isConstant { map.insertSetter(variable, flags: flags, scope: .control, help: "user's variable") }
        }
    }

    private static func insertFunction(_ function: UserFunction, flags: CommandFlags, in map: CommandMap) {
        map.insert(
            Command(
                name: function.name, target: .any, parameters: [CommandParameter.any("argument").variadic],
                result: .any,
                flags: flags, scope: .control, help: "user's method", object: .function(function)
            ) { (context, arguments) throws(CommandFault) in
                try context.interpreter.callFunction(function.body, arguments, context)
            })
    }

    private static func variableStart(
        _ kind: String, _ values: [Value]
    ) throws(CommandFault) -> (kind: Variable.Kind, value: Value)? {
        if kind.contains("value") { return (.value, .integer(try values.first?.flexibleInteger() ?? 0)) }
        if kind.contains("bool") { return (.bool, .bool(try (values.first?.flexibleInteger() ?? 0) != 0)) }
        if kind.contains("string") { return (.string, .string(try text(values.first))) }
        if kind.contains("list") {
            // rTorrent keeps an empty list unless the value is one `{…}`; plainly the arguments are meant.
            if values.count == 1, case .list(let list) = values[0] { return (.list, .list(list)) }
            return (.list, .list(values))
        }
        return nil
    }

    private static func text(_ value: Value?) throws(CommandFault) -> [UInt8] {
        switch value {
        case nil: return []
        case .string(let bytes): return bytes
        case .integer(let number): return try Value.integer(number).rendered()
        case .list(let values) where values.count == 1:
            if case .list = values[0] { throw .input("Not a string.") }
            return try text(values[0])
        default: throw .input("Not a string.")
        }
    }

    /// Texts as one list of commands.
    static func joinedTexts(_ values: [Value]) throws(CommandFault) -> Value {
        var body: [UInt8] = []
        for (index, value) in values.enumerated() {
            guard case .string(let text) = value else { throw .wrongObjectType }
            if index > 0 { body += " ;".utf8 }
            body += text
        }
        return .string(body)
    }

    /// Texts as one list of commands, or `((call))`s one after the other.
    private static func newBody(_ values: [Value]) throws(CommandFault) -> Value {
        guard let first = values.first else { return .emptyString }
        if case .string = first { return try joinedTexts(values) }
        for value in values {
            guard case .command = value else { throw .input("New command of wrong type.") }
        }
        return values.count == 1 ? first : .list(values)
    }
}
