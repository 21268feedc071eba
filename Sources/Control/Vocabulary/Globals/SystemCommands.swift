import Commands
import Engine
import Glibc

/// Versions that we answer, so that every front end takes its best path.
package enum SystemVersion {
    /// The rTorrent whose commands and formats ours are.
    package static let client = "0.9.8"
    package static let library = "0.13.8"
    /// 11: `network.open_files`, and requests of 16 MiB.
    package static let api = "11"
    /// Our own. `system.swarm_version`
    package static let swarm = "0.1.0"
}

/// `system.*`: the process and the machine.
func defineSystem(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    table.fact("system.client_version", help: "the rTorrent that we answer like") { () throws(CommandFault) in
        SystemVersion.client
    }
    table.fact("system.library_version", help: "the libtorrent that we answer like") { () throws(CommandFault) in
        SystemVersion.library
    }
    table.fact("system.api_version", help: "version of the commands, as text") { () throws(CommandFault) in
        SystemVersion.api
    }
    table.fact("system.swarm_version", help: "version of swarm") { () throws(CommandFault) in SystemVersion.swarm }
    table.fact("system.hostname", [], help: "name of this machine") { () throws(CommandFault) in hostName() }
    table.figure("system.pid", [], help: "number of this process") { () throws(CommandFault) in Int64(getpid()) }
    for name in ["system.time", "system.time_seconds"] {
        table.figure(name, [], help: "unix time") { [unowned controller] () throws(CommandFault) in controller.now }
    }
    table.figure("system.time_usec", [], help: "unix time in microseconds") {
        [unowned controller] () throws(CommandFault) in controller.host.unixMicroseconds()
    }
    defineProcess(table, controller)
    defineExecutionSettings(table, controller)
}

func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

private func defineProcess(_ table: SettingTable, _ controller: Controller) {
    table.fact("system.cwd", [], help: "the folder that relative paths start from") { () throws(CommandFault) in
        WorkingDirectory.path
    }
    table.action("system.cwd.set", [.path("folder")], scope: .admin, help: "set: the folder relative paths start from")
    {
        [unowned controller] (context, arguments) throws(CommandFault) in
        let path = context.interpreter.expandingTilde(String(decoding: try arguments.onlyString(), as: UTF8.self))
        // A rehearsal cannot tell: a program that was not run may make the folder.
        guard controller.global.isRehearsal || WorkingDirectory.change(to: path) else {
            throw .input(
                "Could not change current working directory.",
                explanation: "cannot enter \"\(path)\": \(String(cString: strerror(errno)))", subject: Array(path.utf8))
        }
    }
    table.action(
        "system.umask.set", [.string("octal mask")], scope: .admin,
        help: "rights that new files do not get, such as 0022"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        let mask: Int64
        switch try arguments.only() {
        case .integer(let number): mask = number
        case .string(let text):
            guard let (number, end) = IntegerText.prefix(text, base: 8), end == text.count else {
                throw .input("Not a value.", subject: text)
            }
            mask = number
        default: throw .wrongObjectType
        }
        guard (0...0o777).contains(mask) else { throw .input("Not a value.") }
        if !controller.global.isRehearsal { umask(mode_t(mask)) }
    }
    table.flag("system.daemon", false, [], scope: .admin, help: "go to the background after the start")
    for (name, isQuick) in [("normal", false), ("quick", true)] {
        table.action(
            "system.shutdown.\(name)", help: isQuick ? "end at once" : "end, telling trackers first"
        ) { [unowned controller] (_, _) throws(CommandFault) in controller.loop.requestShutdown(quick: isQuick) }
    }
    table.action(
        "lua.execute", [.path("file"), .any("argument").variadic], .isNeutral, scope: .admin,
        help: "run a Lua file; neutral: there is no Lua here, so it faults"
    ) { (_, _) throws(CommandFault) in throw .input("Lua is not supported.") }
    table.action(
        "lua.execute.str", [.string("code"), .any("argument").variadic], .isNeutral, scope: .admin,
        help: "run Lua code; neutral: there is no Lua here, so it faults"
    ) { (_, _) throws(CommandFault) in throw .input("Lua is not supported.") }
}

private func defineExecutionSettings(_ table: SettingTable, _ controller: Controller) {
    table.number(
        "execute.patience", 300, unit: .seconds, [], scope: .admin,
        help: "seconds that execute.* waits for a program before it leaves it to itself; 0 is for ever"
    ) { [unowned controller] number throws(CommandFault) in
        guard number >= 0 else { throw .input("Not a value.", explanation: "\(number) is no number of seconds") }
        (controller.host as? ProgramHost)?.patience = number
        return number
    }
}
