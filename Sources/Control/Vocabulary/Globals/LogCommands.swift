import Commands

/// `log.*`: which messages go where.
func defineLogs(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    defineLogFiles(table, controller)
    let logs = controller.global.logs
    table.action(
        "log.add_output", [.string("group"), .string("output")], scope: .admin,
        help: "send a group of messages to an output"
    ) { (_, arguments) throws(CommandFault) in
        guard arguments.count == 2 else { throw .input("Invalid number of arguments.") }
        let group = try logGroup(try arguments.text(0))
        guard logs.addOutput(group, to: try arguments.text(1)) else { throw .input("Log name not found.") }
    }
    table.action("log.close", [.string("output")], scope: .admin, help: "close an output") {
        (_, arguments) throws(CommandFault) in logs.close(try arguments.text(0))
    }
    table.action(
        "log.print", [.string("group"), .any("text").variadic], scope: .admin, help: "write a message to a group"
    ) { (_, arguments) throws(CommandFault) in
        guard arguments.count >= 1 else { throw .input("Invalid number of arguments.") }
        let group = try logGroup(try arguments.text(0))
        logs.log(group, String(decoding: try Value.list(arguments.dropping(1)).rendered(), as: UTF8.self))
    }
    table.action("log.execute", [.path("file")], scope: .admin, help: "log programs that are run; empty ends it") {
        [unowned controller] (context, arguments) throws(CommandFault) in
        let path = try logPath(arguments[0], context)
        guard !controller.global.isRehearsal else { return }
        do throws(LogFileFailure) {
            try logs.setExecutionLog(path)
        } catch {
            throw .input("Could not open execute log file.", explanation: "\(error)", subject: arguments[0].bytes)
        }
    }
    table.action("log.xmlrpc", [.path("file")], scope: .admin, help: "log what front ends ask and get; empty ends it") {
        [unowned controller] (context, arguments) throws(CommandFault) in
        let path = try logPath(arguments[0], context)
        guard !controller.global.isRehearsal else { return }
        do throws(LogFileFailure) {
            try logs.setTrafficLog(path)
        } catch {
            throw .input("Could not open RPC log file.", explanation: "\(error)", subject: arguments[0].bytes)
        }
    }
    table.action(
        "log.vmmap.dump", [.path("file")], .isNeutral, scope: .admin,
        help: "write down what is mapped into memory; neutral: files are not mapped, nothing is written"
    ) { (_, _) throws(CommandFault) in }
    table.names("strings.log_group", help: "groups that log.add_output takes", LogGroup.names)
    map.define(
        "enum.log_group", [.string("name")], .value, flags: .isUntrustedSafe, scope: .read,
        help: "number of a log group"
    ) { (_, arguments) throws(CommandFault) in .integer(Int64(try logGroup(try arguments.text(0)).number)) }
}

private func logGroup(_ name: String) throws(CommandFault) -> LogGroup {
    guard let group = LogGroup(named: name) else { throw .invalidOption(name) }
    return group
}

/// nil for the empty path.
private func logPath(_ value: Value, _ context: CommandContext) throws(CommandFault) -> String? {
    guard let path = value.text else { throw .wrongObjectType }
    return path.isEmpty ? nil : context.interpreter.expandingTilde(path)
}

private func defineLogFiles(_ table: SettingTable, _ controller: Controller) {
    struct Kind {
        var name: String
        var appends = false
        var flushes = false
        var isCompressed = false
        var hasPID = false
    }
    let kinds = [
        Kind(name: "log.open_file"), Kind(name: "log.open_file.flush", flushes: true),
        Kind(name: "log.open_file_pid", hasPID: true), Kind(name: "log.append_file", appends: true),
        Kind(name: "log.append_file.flush", appends: true, flushes: true),
        Kind(name: "log.open_gz_file", isCompressed: true),
        Kind(name: "log.open_gz_file_pid", isCompressed: true, hasPID: true),
        Kind(name: "log.append_gz_file", appends: true, isCompressed: true),
    ]
    for kind in kinds {
        var help = kind.appends ? "log to the end of a file" : "log to a fresh file"
        if kind.isCompressed { help += ", compressed by gzip" }
        if kind.hasPID { help += "; its name gets the number of the process" }
        table.action(
            kind.name, [.string("output"), .path("file"), .string("group").variadic], scope: .admin, help: help
        ) { [unowned controller] (context, arguments) throws(CommandFault) in
            guard arguments.count >= 2 else { throw .input("Invalid number of arguments.") }
            let name = try arguments.text(0)
            let suffix =
                kind.hasPID ? ".\(try context.interpreter.call("system.pid", .none, context).integer ?? 0)" : ""
            let path = context.interpreter.expandingTilde(try arguments.text(1)) + suffix
            var groups: [LogGroup] = []
            for index in 2..<max(2, arguments.count) { groups.append(try logGroup(try arguments.text(index))) }
            guard !controller.global.isRehearsal else {
                controller.global.logs.open(name, groups: groups) { _, _ in }
                return
            }
            do throws(LogFileFailure) {
                try controller.global.logs.openFile(
                    name, path: path, groups: groups, appends: kind.appends, flushesLines: kind.flushes,
                    isCompressed: kind.isCompressed)
            } catch {
                throw .input("Could not open log file '\(path)'.", explanation: "\(error)", subject: arguments[1].bytes)
            }
        }
    }
}
