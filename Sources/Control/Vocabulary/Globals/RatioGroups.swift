import Commands

/// When a download has given enough: rTorrent's rule of ratio groups.
package struct RatioRule: Equatable {
    /// Percent of what was downloaded.
    package var minRatio: Int64
    /// Percent; 0 is no such limit.
    package var maxRatio: Int64
    /// Bytes that are uploaded in any case before `minRatio` counts.
    package var minUpload: Int64

    package init(minRatio: Int64 = 200, maxRatio: Int64 = 300, minUpload: Int64 = 20 << 20) {
        self.minRatio = minRatio
        self.maxRatio = maxRatio
        self.minUpload = minUpload
    }

    /// - Parameters:
    ///   - uploaded: bytes of payload, all runs together.
    ///   - done: bytes that are there.
    package func isReached(uploaded: Int64, done: Int64) -> Bool {
        if uploaded >= minUpload, Self.percent(uploaded, of: done, isAtLeast: minRatio) { return true }
        return maxRatio > 0 && !Self.percent(uploaded, of: done, isAtMost: maxRatio)
    }

    /// `part * 100 >= whole * percent` without overflow.
    private static func percent(_ part: Int64, of whole: Int64, isAtLeast percent: Int64) -> Bool {
        let (left, right) = (part.multipliedFullWidth(by: 100), whole.multipliedFullWidth(by: percent))
        return left.high == right.high ? left.low >= right.low : left.high > right.high
    }

    private static func percent(_ part: Int64, of whole: Int64, isAtMost percent: Int64) -> Bool {
        let (left, right) = (part.multipliedFullWidth(by: 100), whole.multipliedFullWidth(by: percent))
        return left.high == right.high ? left.low <= right.low : left.high < right.high
    }
}

/// `group.*`: views whose downloads stop when they have given enough.
func defineRatioGroups(in map: CommandMap, _ controller: Controller) {
    map.define(
        "group.insert", [.string("name"), .string("view")], .string, scope: .admin,
        help: "make a ratio group over a view; group.NAME.ratio.enable starts its checks"
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        guard arguments.count == 2 else { throw .input("Invalid number of arguments.") }
        let name = try checkedName(try arguments.text(0))
        try insertGroup(name, view: try checkedName(try arguments.text(1)), controller, context)
        return .text(name)
    }
    map.define(
        "group.insert_persistent_view", [.string("name")], .string, scope: .admin,
        help: "make a view that remembers its downloads, and a ratio group over it"
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        let name = try checkedName(try arguments.text(0))
        _ = try context.interpreter.call("view.add", .text(name), context)
        _ = try context.interpreter.call("view.persistent", .text(name), context)
        try insertGroup(name, view: name, controller, context)
        return .text(name)
    }
    SettingTable(map).action(
        "on_ratio", [.string("group")],
        help: "check a ratio group now: its command runs on downloads that have given enough"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        try controller.checkRatios(of: try arguments.text(0))
    }
    do throws(CommandFault) {
        try insertGroup("seeding", view: "seeding", controller, CommandContext(controller.interpreter))
    } catch {
        preconditionFailure("the ratio group \"seeding\" is taken: \(error)")
    }
}

private func checkedName(_ name: String) throws(CommandFault) -> String {
    guard !name.isEmpty, name.utf8.allSatisfy({ isNameByte($0) }) else {
        throw .input("Non-alphanumeric characters found.", subject: Array(name.utf8))
    }
    return name
}

private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "_"): true
    default: false
    }
}

private func insertGroup(
    _ name: String, view: String, _ controller: Controller, _ context: CommandContext
) throws(CommandFault) {
    let map = controller.map
    guard map["group2.\(name).view"] == nil, map["group.\(name).ratio.enable"] == nil else {
        throw .input("Invalid key.", explanation: "there is a group \"\(name)\" already", subject: Array(name.utf8))
    }
    let methods = [
        ("enable", "schedule2=group.\(name).ratio,5,60,on_ratio=\(name)"),
        ("disable", "schedule_remove2=group.\(name).ratio"),
        ("command", "d.try_close= ;d.ignore_commands.set=1"),
    ]
    for (suffix, body) in methods {
        let definition: Value = .texts(["group.\(name).ratio.\(suffix)", "simple", body])
        _ = try context.interpreter.call("method.insert", definition, context)
    }
    let table = SettingTable(map)
    let rule = RatioRule()
    let safe = CommandFlags.isUntrustedSafe
    table.text("group2.\(name).view", view, setter: safe, help: "view that the ratio group watches")
    table.number(
        "group2.\(name).ratio.min", rule.minRatio, unit: .percent, setter: safe,
        help: "enough is given at this ratio, if group2.\(name).ratio.upload is reached too")
    table.number(
        "group2.\(name).ratio.max", rule.maxRatio, unit: .percent, setter: safe,
        help: "enough is given at this ratio in any case; 0 is no such limit")
    table.number(
        "group2.\(name).ratio.upload", rule.minUpload, unit: .bytes, setter: safe,
        help: "bytes to upload before group2.\(name).ratio.min counts")
    for field in ["view", "ratio.min", "ratio.max", "ratio.upload"] {
        for suffix in ["", ".set"] {
            let (short, long) = ("group.\(name).\(field)\(suffix)", "group2.\(name).\(field)\(suffix)")
            try map.redirect(short, to: long, flags: [.takesNoTarget, .isStatic], generation: .shorthand)
        }
    }
}

extension Controller {
    /// `on_ratio`: runs the group's command on each of its downloads that has given enough.
    func checkRatios(of group: String) throws(CommandFault) {
        let context = CommandContext(interpreter)
        let view = try view(named: try interpreter.call("group2.\(group).view", .none, context).bytes ?? [])
        let rule = RatioRule(
            minRatio: try interpreter.call("group2.\(group).ratio.min", .none, context).integer ?? 0,
            maxRatio: try interpreter.call("group2.\(group).ratio.max", .none, context).integer ?? 0,
            minUpload: try interpreter.call("group2.\(group).ratio.upload", .none, context).integer ?? 0)
        var reached: [Download] = []
        for download in view.visible {
            guard download.isActive, download.record.isComplete, !download.record.ignoresCommands else { continue }
            let on = context.on(.download(download))
            let uploaded = try interpreter.call("d.up.total", .none, on).integer ?? 0
            let done = try interpreter.call("d.bytes_done", .none, on).integer ?? 0
            if rule.isReached(uploaded: uploaded, done: done) { reached.append(download) }
        }
        for download in reached {
            do throws(CommandFault) {
                _ = try interpreter.call("group.\(group).ratio.command", .none, context.on(.download(download)))
            } catch {
                host.log("Ratio reached, but command failed: \(error.message)")
            }
        }
    }
}
