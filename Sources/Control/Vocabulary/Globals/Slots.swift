import Commands
import Engine

/// `throttle.max_uploads`, `throttle.max_peers` and their like: how many peers at a time.
func defineSlots(in map: CommandMap, _ controller: Controller) {
    definePeerLimits(SettingTable(map), controller)
    for direction in ["uploads", "downloads"] {
        let isUp = direction == "uploads"
        defineSlots(
            SettingTable(map), controller, direction,
            most: isUp ? \.uploadSlotsPerTorrent : \.downloadSlotsPerTorrent,
            least: isUp ? \.minUploadSlotsPerTorrent : \.minDownloadSlotsPerTorrent)
        defineGlobalSlots(in: map, controller, direction, isUp ? \.uploadSlots : \.downloadSlots)
    }
}

/// Negative and huge numbers are stored as they come, as in rTorrent; the engine gets what makes sense.
private func slots(_ number: Int64) -> Int { Int(max(0, min(number, 1 << 20))) }

private func definePeerLimits(_ table: SettingTable, _ controller: Controller) {
    typealias Limit = WritableKeyPath<EngineLimits, Int>
    let rows: [(name: String, start: Int64, leeching: Limit, seeding: Limit, noun: String)] = [
        ("max_peers", 200, \.maxPeersLeeching, \.maxPeersSeeding, "connections of a torrent at most"),
        ("min_peers", 100, \.minPeersLeeching, \.minPeersSeeding, "connections of a torrent to look for"),
    ]
    for row in rows {
        let (leeching, seeding) = (row.leeching, row.seeding)
        var normal = row.start
        var seed: Int64 = -1
        let apply = { [unowned controller] in
            controller.engine.limits[keyPath: leeching] = slots(normal)
            controller.engine.limits[keyPath: seeding] = slots(seed < 0 ? normal : seed)
        }
        table.number(
            "throttle.\(row.name).normal", row.start, setter: .isUntrustedSafe, help: "\(row.noun), while downloading"
        ) { number throws(CommandFault) in
            normal = number
            apply()
            return number
        }
        table.number(
            "throttle.\(row.name).seed", -1, setter: .isUntrustedSafe,
            help: "\(row.noun), while seeding; -1 is the same as while downloading"
        ) { number throws(CommandFault) in
            seed = number
            apply()
            return number
        }
    }
}

private func defineSlots(
    _ table: SettingTable, _ controller: Controller, _ direction: String, most: WritableKeyPath<EngineLimits, Int>,
    least: WritableKeyPath<EngineLimits, Int>
) {
    table.number(
        "throttle.max_\(direction)", 50, setter: .isUntrustedSafe, help: "\(direction) of a torrent at a time, at most"
    ) { [unowned controller] number throws(CommandFault) in
        controller.engine.limits[keyPath: most] = slots(number)
        return number
    }
    table.number(
        "throttle.min_\(direction)", 0, setter: .isUntrustedSafe,
        help: "\(direction) of a torrent at a time that are tried for; 0 is by the engine's judgement"
    ) { [unowned controller] number throws(CommandFault) in
        let usual = EngineLimits()[keyPath: least]
        controller.engine.limits[keyPath: least] = number == 0 ? usual : slots(number)
        return number
    }
    table.figure("throttle.unchoked_\(direction)", help: "\(direction) going on now, over all torrents") {
        [unowned controller] () throws(CommandFault) in
        let figures = controller.engine.figures
        return Int64(direction == "uploads" ? figures.unchokedUploads : figures.unchokedDownloads)
    }
}

/// `throttle.max_uploads.global` and the divisor; both have a raw value under a name of its own, as in rTorrent.
private func defineGlobalSlots(
    in map: CommandMap, _ controller: Controller, _ direction: String, _ limit: WritableKeyPath<EngineLimits, Int>
) {
    let table = SettingTable(map)
    let prefix = "throttle.max_\(direction)"
    var global: Int64 = 0
    var divisor: Int64 = 1
    let apply = { [unowned controller] in
        let most = slots(global)
        controller.engine.limits[keyPath: limit] = most == 0 ? 0 : max(1, most / max(1, slots(divisor)))
    }
    table.number(
        "\(prefix).global._val", setter: .isUntrustedSafe,
        help: "\(direction) over all torrents at a time; 0 is no limit"
    ) { number throws(CommandFault) in
        global = number
        apply()
        return number
    }
    table.number("\(prefix).div._val", 1, setter: .isUntrustedSafe, help: "\(prefix).global is divided by it") {
        number throws(CommandFault) in
        divisor = number
        apply()
        return number
    }
    for name in ["global", "div"] {
        table.action(
            "\(prefix).\(name).set", [.value("value")], .isUntrustedSafe, help: "set: \(prefix).\(name)"
        ) { (context, arguments) throws(CommandFault) in
            _ = try context.interpreter.call("\(prefix).\(name)._val.set", arguments.value, context)
        }
    }
    table.figure("throttle.max_unchoked_\(direction)", help: "\(direction) over all torrents at a time; 0 is no limit")
    {
        [unowned controller] () throws(CommandFault) in Int64(controller.engine.limits[keyPath: limit])
    }
}
