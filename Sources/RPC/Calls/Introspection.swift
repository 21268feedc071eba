import Commands

extension RPCDispatcher {
    /// What xmlrpc-c answers itself, with its one-line help; in its order, which `system.listMethods` begins with.
    private static let builtins: [(name: String, signature: [String], help: String)] = [
        ("system.listMethods", ["array"], "the names of all methods that can be called"),
        ("system.methodExist", ["boolean", "string"], "whether a method of that name can be called"),
        ("system.methodHelp", ["string", "string"], "what a method does, its arguments and their units"),
        ("system.methodSignature", ["array", "string"], "the types of a method's result and parameters"),
        ("system.multicall", ["array", "array"], "makes several calls: a list of {methodName, params}"),
        ("system.shutdown", ["i4", "string"], "refuses; use system.shutdown.normal or system.shutdown.quick"),
        ("system.capabilities", ["struct"], "what xmlrpc-c would answer"),
        ("system.getCapabilities", ["struct"], "what xmlrpc-c would answer"),
    ]

    /// The answer to a method of introspection; nil if it is none. An empty target in front of the argument is passed over.
    func introspect(_ call: RPCCall) throws(CommandFault) -> RPCResult? {
        switch call.method {
        case "system.listMethods": return .value(.texts(methodNames))
        case "system.methodExist": return .boolean(exists(try Self.name(call)))
        case "system.methodHelp": return .value(.text(try help(of: try Self.name(call))))
        case "system.methodSignature": return .value(try signature(of: try Self.name(call)))
        case "system.capabilities": return Self.capabilities
        case "system.getCapabilities": return Self.getCapabilities
        case "system.shutdown":
            throw CommandFault(FaultCode(rawValue: 0), "This server program is not capable of shutting down")
        default: return nil
        }
    }

    /// All names that can be called: xmlrpc-c's own, then the others sorted.
    package var methodNames: [String] {
        let builtins = Self.builtins.map(\.name)
        let commands = interpreter.map.commands.filter { !$0.flags.contains(.isPrivate) }.map(\.name)
        return builtins + commands.filter { !builtins.contains($0) }
    }

    private func exists(_ name: String) -> Bool {
        if Self.builtins.contains(where: { $0.name == name }) { return true }
        return interpreter.map[name].map { !$0.flags.contains(.isPrivate) } ?? false
    }

    /// Usage and one line of help, from the command's definition.
    private func help(of name: String) throws(CommandFault) -> String {
        if let builtin = Self.builtins.first(where: { $0.name == name }) { return builtin.help }
        let command = try command(name)
        var text = "\(command.usage)\n\(command.help)"
        if let alias = command.alias { text += " (\(alias.generation.rawValue) name; today \(alias.modernName))" }
        if command.flags.contains(.isNeutral) { text += " (kept for old clients; without effect)" }
        if command.flags.contains(.isNotYet) { text += " (accepted and kept; not yet in effect)" }
        return text
    }

    /// One list of types for each way to call it: with the target in front, and with all optional parameters or with none.
    private func signature(of name: String) throws(CommandFault) -> Value {
        if let builtin = Self.builtins.first(where: { $0.name == name }) { return .list([.texts(builtin.signature)]) }
        let command = try command(name)
        let target = command.flags.contains(.takesNoTarget) ? [] : ["string"]
        func types(_ parameters: some Sequence<CommandParameter>) -> [String] { parameters.map(\.wireType) }
        let whole = [command.result.wireType] + target + types(command.parameters)
        let least = [command.result.wireType] + target + types(command.parameters.filter { !$0.isOptional })
        return .list((whole == least ? [whole] : [whole, least]).map { .texts($0) })
    }

    private func command(_ name: String) throws(CommandFault) -> Command {
        guard let command = interpreter.map[name], !command.flags.contains(.isPrivate) else {
            throw CommandFault(.noSuchMethod, "Method '\(name)' does not exist")
        }
        return command
    }

    private static func name(_ call: RPCCall) throws(CommandFault) -> String {
        guard let parameter = call.parameters.last else {
            throw CommandFault(
                FaultCode(rawValue: -502), "Format string requests 1 items from array, but array has only 0 items.")
        }
        guard case .string(let name) = parameter else {
            throw CommandFault(.type, "Value of type \(parameter.typeName) supplied where string type was expected.")
        }
        return String(decoding: name, as: UTF8.self)
    }

    private static let capabilities = RPCResult.structure([
        ("facility", .value("xmlrpc-c")), ("version_major", .integer32(1)), ("version_minor", .integer32(33)),
        ("version_point", .integer32(14)), ("protocol_version", .integer32(2)),
    ])

    private static let getCapabilities = RPCResult.structure([
        (
            "introspect",
            .structure([
                ("specUrl", .value("http://xmlrpc-c.sourceforge.net/xmlrpc-c/introspection.html")),
                ("specVersion", .integer32(1)),
            ])
        )
    ])
}

extension CommandParameter {
    /// The XML-RPC type to send.
    fileprivate var wireType: String {
        switch kind {
        case .value, .bool: "i8"
        case .list: "array"
        case .string, .path, .command, .any: "string"
        }
    }
}

extension CommandResult {
    fileprivate var wireType: String { self == .any ? "string" : rawValue }
}
