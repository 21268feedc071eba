import Commands

/// `ui.*`, `keys.*`: the terminal screen of rTorrent, which we have not. What is set is kept and has no effect.
func defineInterface(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    let reason = "neutral: there is no terminal screen"
    table.text("keys.layout", "qwerty", .isNeutral, help: "layout of the keyboard; \(reason)")
    table.text("ui.torrent_list.layout", "full", .isNeutral, help: "full or compact; \(reason)")
    table.text("ui.keymap.style", "", .isNeutral, isSilent: true, help: "style of keys; \(reason)")
    table.number("ui.focus.page_size", 50, .isNeutral, isSilent: true, help: "lines of a page; \(reason)")
    for (name, start) in [("small", Int64(5)), ("medium", 50), ("large", 500)] {
        table.number("ui.throttle.global.step.\(name)", start, .isNeutral, help: "step of the throttle keys; \(reason)")
    }
    table.number("ui.input.history.size", 99, .isNeutral, isSilent: true, help: "lines remembered; \(reason)") {
        number throws(CommandFault) in
        guard number >= 0 else { throw .input("Invalid input history size.") }
        return number
    }
    table.action("ui.input.history.clear", [], .isNeutral, help: "forget typed lines; \(reason)") {
        (_, _) throws(CommandFault) in
    }
    let parts = [
        "alarm", "complete", "even", "focus", "footer", "incomplete", "info", "label", "leeching", "odd", "queued",
        "seeding",
        "stopped", "title",
    ]
    for part in parts {
        table.text("ui.color.\(part)", "", .isNeutral, isSilent: true, help: "colour of \(part); \(reason)")
    }
    table.action("encoding.add", [.string("encoding")], .isNeutral, help: "encoding to try; neutral: names are UTF-8") {
        (_, arguments) throws(CommandFault) in _ = try arguments.onlyString()
    }
    for direction in ["down", "up"] {
        table.action(
            "ui.status.throttle.\(direction).set", [.string("name").variadic], .isNeutral,
            help: "throttle groups in the status line; \(reason)"
        ) { (_, _) throws(CommandFault) in }
    }
    // Unknown names are passed over without a word, as in rTorrent: the value is that of the last view that exists.
    map.variable("ui.current_view", .string("main"), flags: .isNeutral, isSilent: true, help: "view shown; \(reason)") {
        [unowned controller] (_, value) throws(CommandFault) in
        let isKnown = controller.views.contains { .string($0.name) == value }
        return isKnown ? value : controller.map.value(of: "ui.current_view")
    }
    map.define(
        "ui.unfocus_download", on: .download, .void, flags: .isNeutral, help: "move the cursor away; \(reason)"
    ) { (_, _) throws(CommandFault) in .none }
}
