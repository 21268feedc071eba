extension Builtins {
    /// Commands under keys: events and users' own multis.
    static func defineMultiMethods(in map: CommandMap) {
        map.define(
            "method.set_key", [.string("multi"), .string("key"), .command("command").variadic], .void, scope: .admin,
            help: "sets a handler of an event or multi; without a command removes it"
        ) { (context, arguments) throws(CommandFault) in
            guard arguments.count >= 2 else { throw .invalidArgumentCount }
            let multi = try multi(try arguments.text(0), context)
            guard !multi.isConstant else { throw .wrongOrConstant }
            let key = try arguments.string(1)
            multi.commands[key] = arguments.count == 2 ? nil : try handler(arguments.dropping(2))
            return .none
        }
        map.define(
            "method.has_key", [.string("multi"), .string("key")], .value, flags: .isUntrustedSafe, scope: .read,
            help: "1 if an event or multi has that key"
        ) { (context, arguments) throws(CommandFault) in
            guard arguments.count >= 2 else { throw .invalidArgumentCount }
            let multi = try multi(try arguments.text(0), context)
            return .bool(multi.commands[try arguments.string(1)] != nil)
        }
        map.define(
            "method.list_keys", [.string("multi")], .list, flags: .isUntrustedSafe, scope: .read,
            help: "the keys of an event or multi, in the order in which they run"
        ) { (context, arguments) throws(CommandFault) in
            let name = String(decoding: try arguments.onlyString(), as: UTF8.self)
            guard let object = context.interpreter.map[name]?.object else { throw .keyNotFound }
            guard case .multi(let multi) = object else { throw .wrongObjectType }
            return .list(multi.commands.keys.map { .string($0) })
        }
        map.define(
            "method.rlookup", [.string("key")], .list, flags: .isUntrustedSafe, scope: .read,
            help: "the events that have that key"
        ) { (context, arguments) throws(CommandFault) in
            let key = try arguments.onlyString()
            return .texts(reverseLookups(context).filter { $0.commands[key] != nil }.map(\.name))
        }
        map.define(
            "method.rlookup.clear", [.string("key")], .void, scope: .admin, help: "removes that key from all events"
        ) {
            (context, arguments) throws(CommandFault) in
            let key = try arguments.onlyString()
            for multi in reverseLookups(context) where !multi.isConstant { multi.commands[key] = nil }
            return .none
        }
    }

    private static func multi(_ name: String, _ context: CommandContext) throws(CommandFault) -> MultiCommand {
        guard let object = context.interpreter.map[name]?.object else {
            throw .input(
                "Key not found.", explanation: "no event or multi of the name \"\(name)\"", subject: [UInt8](name.utf8))
        }
        guard case .multi(let multi) = object else { throw .wrongOrConstant }
        return multi
    }

    private static func reverseLookups(_ context: CommandContext) -> [MultiCommand] {
        context.interpreter.map.inOrderOfDefinition.compactMap {
            if case .multi(let multi)? = $0.object, multi.hasReverseLookup { multi } else { nil }
        }
    }

    /// What is stored under a key: texts joined to one list of commands, `((call))`s in order, or a `{…}` of both.
    ///
    /// Of several `((call))`s rTorrent keeps the first without a word; here all are kept.
    private static func handler(_ values: [Value]) throws(CommandFault) -> Value {
        switch values[0] {
        case .string: return try joinedTexts(values)
        case .list(let commands):
            for command in commands {
                switch command {
                case .string, .command: break
                default: throw .wrongObjectType
                }
            }
            return .list(commands)
        case .command:
            for value in values.dropFirst() {
                switch value {
                case .string, .command: break
                default: throw .wrongObjectType
                }
            }
            return values.count == 1 ? values[0] : .list(values)
        default: throw .wrongObjectType
        }
    }
}
