extension Builtins {
    static func defineMethods(in map: CommandMap) {
        map.define(
            "method.get", [.string("name")], .any, flags: .isUntrustedSafe, scope: .read, help: "a user's definition"
        ) {
            (context, arguments) throws(CommandFault) in
            switch try object(arguments, context) {
            case .variable(let variable): return variable.value
            case .function(let function): return function.body
            case .multi(let multi): return .map(multi.commands)
            }
        }
        map.define(
            "method.set", [.string("name"), .command("command").variadic], .string, scope: .admin,
            help: "replaces the body of a user's method"
        ) { (context, arguments) throws(CommandFault) in
            let name = arguments.isBlank ? "" : try arguments.text(0)
            let object = context.interpreter.map[name]?.object
            guard let object, !object.isConstant else { throw .notModifiable }
            guard case .function(let function) = object else { throw .wrongOrConstant }
            function.body = try joinedTexts(arguments.dropping(1))
            return function.body
        }
        map.define(
            "method.erase", [.string("name")], .void, scope: .admin,
            help: "removes a user's method or variable and its setter"
        ) { (context, arguments) throws(CommandFault) in
            try erase(String(decoding: try arguments.onlyString(), as: UTF8.self), in: context.interpreter.map)
            return .none
        }
        map.define(
            "method.redirect", [.string("new name"), .string("existing name")], .void, scope: .admin,
            help: "makes another name for a command"
        ) { (context, arguments) throws(CommandFault) in
            try arguments.expect(2...2)
            let existing = try arguments.text(1)
            let flags = context.interpreter.map[existing]?.flags.intersection(.isPrivate) ?? []
            try context.interpreter.map.redirect(try arguments.text(0), to: existing, flags: flags)
            return .none
        }
        map.define(
            "method.const", [.string("name")], .value, flags: .isUntrustedSafe, scope: .read,
            help: "1 if a variable or method cannot be changed"
        ) { (context, arguments) throws(CommandFault) in
            .bool(try object(arguments, context).isConstant)
        }
        map.define("method.const.enable", [.string("name")], .void, scope: .admin, help: "forbids changes") {
            (context, arguments) throws(CommandFault) in
            switch try object(arguments, context) {
            case .variable(let variable): variable.isConstant = true
            case .function(let function): function.isConstant = true
            case .multi(let multi): multi.isConstant = true
            }
            return .none
        }
        map.variable(
            "method.use_deprecated", .bool(false), flags: .isUntrustedSafe, scope: .admin,
            help: "kept for old configs; every generation of names works here")
        map.variable(
            "method.use_intermediate", .value(1), scope: .admin,
            help: "kept for old configs; every generation of names works here")
    }

    private static func object(_ arguments: Arguments, _ context: CommandContext) throws(CommandFault) -> UserObject {
        let name = String(decoding: try arguments.onlyString(), as: UTF8.self)
        guard let object = context.interpreter.map[name]?.object else {
            throw .input("Key not found.", explanation: "no method or variable of the name \"\(name)\"")
        }
        return object
    }

    private static func erase(_ name: String, in map: CommandMap) throws(CommandFault) {
        guard let command = map[name] else { return }
        guard !command.flags.contains(.isStatic) else { throw .input("Command not modifiable.") }
        guard command.redirects == 0 else { throw .input("Can't erase a command that has redirects.") }
        map.remove(name)
        if case .variable? = command.object { map.remove(name + ".set") }
    }
}

extension UserObject {
    var isConstant: Bool {
        switch self {
        case .variable(let variable): variable.isConstant
        case .function(let function): function.isConstant
        case .multi(let multi): multi.isConstant
        }
    }
}
