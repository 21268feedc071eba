extension Builtins {
    static func defineFiles(in map: CommandMap) {
        map.define("import", [.path("file")], .void, scope: .admin, help: "reads a config file; faults are faults") {
            (context, arguments) throws(CommandFault) in
            let mode = context.interpreter.imports.last?.mode ?? .stop
            try context.interpreter.load(try arguments.onlyString(), mode: mode, context)
            return .none
        }
        map.define(
            "try_import", [.path("file")], .void, scope: .admin, help: "reads a config file if there is one"
        ) { (context, arguments) throws(CommandFault) in
            let path = try arguments.onlyString()
            let interpreter = context.interpreter
            let name = interpreter.expandingTilde(String(decoding: path, as: UTF8.self))
            guard (try? interpreter.host.readFile(name, limit: CommandLimits.fileLength)) != nil else {
                interpreter.host.log("Could not read resource file: \(String(decoding: path, as: UTF8.self))")
                return .none
            }
            try interpreter.load(path, mode: interpreter.imports.last?.mode ?? .stop, context)
            return .none
        }
    }

    static func defineEnvironment(in map: CommandMap) {
        map.define(
            "system.env", [.string("name")], .string, scope: .admin, help: "an environment variable, empty if unset"
        ) {
            (context, arguments) throws(CommandFault) in
            guard !arguments.isBlank else { throw .input("system.env: Missing variable name.") }
            let name = String(decoding: try arguments.onlyString(), as: UTF8.self)
            return .string(context.interpreter.host.environment(name) ?? [])
        }
    }
}
