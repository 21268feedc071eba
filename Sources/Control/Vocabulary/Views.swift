import Commands

/// `view.*`: named lists of downloads, their filters, their order.
///
/// What is kept to be run later runs with the owner's rights, so only admins may set it.
func defineViews(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    defineViewLists(in: map, controller)
    defineViewCommands(in: map, controller, reader)
    defineViewOrders(in: map, controller, reader)
    defineViewMembers(in: map, controller, reader)
}

extension Controller {
    /// The view that a `view.*` command names.
    func namedView(_ name: [UInt8]) throws(CommandFault) -> View {
        guard let view = views.first(where: { $0.name == name }) else {
            throw .input("Could not find view: " + String(decoding: name, as: UTF8.self))
        }
        return view
    }
}

private func defineViewLists(in map: CommandMap, _ controller: Controller) {
    map.define("view.list", .list, help: "names of the views in the order of their making") {
        [unowned controller] (_, _) throws(CommandFault) in .list(controller.views.map { .string($0.name) })
    }
    let counts: [(String, String, (View) -> Int)] = [
        ("view.size", "downloads that a view shows", { $0.visible.count }),
        ("view.size_not_visible", "downloads that a view does not show", { $0.hidden.count }),
    ]
    for (name, help, count) in counts {
        map.define(name, [.string("view")], .value, scope: .read, help: help) {
            [unowned controller] (_, arguments) throws(CommandFault) in
            .integer(Int64(count(try controller.namedView(try arguments.onlyString()))))
        }
    }
    map.define("view.add", [.string("view")], .void, scope: .control, help: "make a view of everything") {
        [unowned controller] (_, arguments) throws(CommandFault) in
        let name = try arguments.onlyString()
        guard !name.isEmpty else { throw .input("View with empty name not supported.") }
        try controller.addView(name)
        return .none
    }
    map.variable(
        "view.filter.temp.excluded", .string("default,started,stopped"), help: "views without temporary filters")
    map.variable("view.filter.temp.log", .bool(false), help: "1 logs temporary filters")
    map.define(
        "view.set", [.string("target"), .string("view")], .void, scope: .control,
        help: "always faults: there is no screen with targets"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        guard arguments.count == 2 else { throw .input("Wrong argument count.") }
        let name = try arguments.string(1)
        guard controller.views.contains(where: { $0.name == name }) else {
            throw .input("Could not find view \"\(String(decoding: name, as: UTF8.self))\".")
        }
        throw .input("No such target.")
    }
}

/// Commands that a view keeps: `view.filter = NAME, command` and its like.
private func defineViewCommands(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    typealias Change = (Controller, View, Value) -> Void
    let commands: [(String, String, Change)] = [
        ("view.filter", "show only downloads for which a command is true", { $0.setFilter($1, $2) }),
        ("view.filter.temp", "filter once more, for the moment", { $0.setFilterTemporary($1, $2) }),
        ("view.sort_new", "comparison that places downloads that come in", { $0.setSortNew($1, $2) }),
        ("view.sort_current", "comparison that view.sort sorts by", { $0.setSortCurrent($1, $2) }),
        ("view.event_added", "command run on a download that becomes visible", { $0.setEventAdded($1, $2) }),
        ("view.event_removed", "command run on a download that is hidden", { $0.setEventRemoved($1, $2) }),
    ]
    for (name, help, change) in commands {
        map.define(name, [.string("view"), .command("command")], .void, scope: .admin, help: help) {
            [unowned controller] (_, arguments) throws(CommandFault) in
            guard arguments.count == 2 else { throw .input("Wrong argument count.") }
            change(controller, try controller.namedView(try arguments.string(0)), arguments[1])
            reader.forget()
            return .none
        }
    }
    map.define(
        "view.filter_on", [.string("view"), .string("event").variadic], .void, scope: .control,
        help: "filter a download anew when one of the events happens to it"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        guard arguments.count > 0 else { throw .tooFewArguments }
        let view = try firstView(arguments, controller)
        var events: [[UInt8]] = []
        for index in 1..<max(1, arguments.count) { events.append(try arguments.string(index)) }
        try controller.setFilterEvents(view, events)
        return .none
    }
}

private func firstView(_ arguments: Arguments, _ controller: Controller) throws(CommandFault) -> View {
    let name = try arguments.string(0)
    guard !name.isEmpty else { throw .input("First argument must be a string.") }
    return try controller.namedView(name)
}

private func defineViewOrders(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    map.define(
        "view.sort", [.string("view"), CommandParameter.value("age", unit: .seconds).optional], .void, scope: .control,
        help: "filter and sort, unless it was done within that many seconds"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        guard (1...2).contains(arguments.count) else { throw .input("Wrong argument count.") }
        let view = try firstView(arguments, controller)
        controller.sort(view, age: arguments.count > 1 ? try arguments.integer(1) : 0)
        return .none
    }
    map.define("view.filter_all", [.string("view")], .void, scope: .control, help: "filter all downloads anew") {
        [unowned controller] (_, arguments) throws(CommandFault) in
        controller.filter(try controller.namedView(try arguments.onlyString()))
        reader.forget()
        return .none
    }
    map.define(
        "view.persistent", [.string("view")], .void, scope: .control, help: "keep its members over restarts, in d.views"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        try controller.makePersistent(try controller.namedView(try arguments.onlyString()))
        return .none
    }
}

/// What works on one download and one view.
private func defineViewMembers(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    typealias Change = (Controller, View, Download) -> Void
    let changes: [(String, CommandFlags, String, Change)] = [
        ("view.set_visible", .isUntrustedSafe, "show a download, whatever the filter says", { $0.setVisible($1, $2) }),
        (
            "view.set_not_visible", .isUntrustedSafe, "hide a download, whatever the filter says",
            { $0.setNotVisible($1, $2) }
        ),
        ("view.filter_download", [], "filter one download anew", { $0.filter($1, $2) }),
    ]
    for (name, flags, help, change) in changes {
        map.define(name, on: .download, [.string("view")], .void, flags: flags, scope: .control, help: help) {
            [unowned controller] (context, arguments) throws(CommandFault) in
            let download = try context.download()
            change(controller, try controller.namedView(try arguments.onlyString()), download)
            reader.forget()
            return .none
        }
    }
}
