import Commands
import Glibc

/// `session.*` and `directory.*`: where what is remembered and what is downloaded goes.
func defineFolders(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    table.text(
        "session.path", "", scope: .admin, isSilent: true,
        help: "folder that remembers torrents over restarts; set before the start, empty: nothing is remembered"
    ) { [unowned controller] text throws(CommandFault) in
        guard !controller.global.hasStarted else {
            throw .input("Tried to change session directory while it is enabled.")
        }
        let path = controller.interpreter.expandingTilde(text)
        return path.isEmpty || path.hasSuffix("/") ? path : path + "/"
    }
    table.text("session.name", "\(hostName()):\(getpid())", [], help: "name that front ends show")
    table.flag("session.use_lock", true, scope: .admin, help: "keep other processes off the session folder")
    table.flag("session.on_completion", true, help: "save a download when it is complete")
    table.action("session.save", help: "save all downloads now; they are on the disk when it answers") {
        [unowned controller] (_, _) throws(CommandFault) in
        try controller.saveAllNow()
    }
    table.action("session.save_soon", help: "save all downloads that have changed, without waiting for it") {
        [unowned controller] (_, _) throws(CommandFault) in
        controller.saveAll()
    }
    table.text(
        "magnet.path", "", .isNotYet, scope: .admin, isSilent: true, help: "folder for what magnet links bring")
    table.text(
        "directory.default", "./", scope: .admin,
        help: "folder for downloads that name none; ~ is expanded when it is used")
    for (name, setting) in [("directory.default", "directory.default"), ("session.path", "session.path")] {
        defineRealPath(table, controller, name, of: setting)
    }
    defineWatches(table, controller)
    defineFileCommands(table, controller)
}

private func defineRealPath(_ table: SettingTable, _ controller: Controller, _ name: String, of setting: String) {
    let resolve = { [unowned controller] () -> String? in
        guard let path = controller.map.value(of: setting).text else { return nil }
        return RealPath.of(controller.interpreter.expandingTilde(path))
    }
    table.fact("\(name).realpath.or_empty", help: "\(setting) without links and dots; empty if it is not there") {
        () throws(CommandFault) in resolve() ?? ""
    }
    table.fact("\(name).realpath.or_throw", help: "\(setting) without links and dots; a fault if it is not there") {
        () throws(CommandFault) in
        guard let path = resolve() else { throw .input("Could not resolve path of \(setting).") }
        return path
    }
}

private func defineWatches(_ table: SettingTable, _ controller: Controller) {
    for (name, help) in [
        ("directory.watch.added", "run a command with the path of each file that comes into a folder"),
        ("directory.watch.ready", "run a command with the path of each file that is written to the end in a folder"),
    ] {
        table.action(name, [.path("folder"), .any("command")], scope: .admin, help: help) {
            [unowned controller] (context, arguments) throws(CommandFault) in
            guard arguments.count == 2 else { throw .input("Wrong argument count.") }
            let folder = context.interpreter.expandingTilde(try arguments.text(0))
            guard !controller.global.isRehearsal else { return }
            try controller.watch(Array(folder.utf8), command: arguments[1])
        }
    }
}

/// `file.append`, and which files of a torrent come first.
private func defineFileCommands(_ table: SettingTable, _ controller: Controller) {
    table.action(
        "file.append", [.path("file"), .any("text").variadic], scope: .admin,
        help: "add a line to a file: the arguments with blanks between"
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        guard !arguments.isBlank else { throw .input("Invalid number of arguments.") }
        let path = context.interpreter.expandingTilde(try arguments.text(0))
        var line: [UInt8] = []
        for value in arguments.dropping(1) {
            if !line.isEmpty { line.append(0x20) }
            line += try value.rendered()
        }
        guard !controller.global.isRehearsal else { return }
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw .input(
                "Could not append to file '\(path)': \(String(cString: strerror(errno)))", subject: Array(path.utf8))
        }
        writeAll(line + [0x0A], to: descriptor)
        close(descriptor)
    }
    table.flag("file.prioritize_toc", false, [], help: "begin with the ends of files that the lists below name")
    for (name, start) in [("first", ["*.avi", "*.mp4", "*.mkv", "*.gz"]), ("last", ["*.zip"])] {
        let list = table.map.variable(
            "file.prioritize_toc.\(name)", .list(start.map { .text($0) }),
            help: "patterns of files whose \(name == "first" ? "beginning" : "end") comes first")
        table.action(
            "file.prioritize_toc.\(name).push_back", [.string("pattern")], help: "add to file.prioritize_toc.\(name)"
        ) { (context, arguments) throws(CommandFault) in
            let all = (list.value.list ?? []) + arguments.all
            _ = try context.interpreter.call("file.prioritize_toc.\(name).set", .list(all), context)
        }
    }
}
