import Commands
import Engine

/// `throttle.global_*`, `throttle.up`, `throttle.down`: how fast, over all torrents and by named groups.
func defineThrottles(in map: CommandMap, _ controller: Controller) {
    for direction in ThrottleDirection.allCases {
        defineGlobalRate(in: map, controller, direction)
        defineThrottleGroup(in: map, controller, direction)
    }
    SettingTable(map).action(
        "throttle.ip", [.string("group"), .string("address[/bits]"), .string("last address").optional], .isNotYet,
        help: "limit peers of a range of addresses by a throttle group"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        guard (2...3).contains(arguments.count) else { throw .input("Incorrect number of arguments.") }
        let name = try arguments.text(0)
        guard name == ThrottleRate.unthrottled || controller.engine.throttle(name) != nil else {
            throw .input("Throttle not found.")
        }
        let range = try arguments.text(1) + (arguments.count == 3 ? "-" + arguments.text(2) : "")
        var filter = AddressFilter()
        guard filter.add(range, .preferred) else { throw .input("Could not resolve host.") }
    }
}

private enum ThrottleDirection: String, CaseIterable {
    case up, down

    var noun: String { self == .up ? "upload" : "download" }
    var limit: WritableKeyPath<EngineLimits, Int> { self == .up ? \.maxUploadRate : \.maxDownloadRate }
    var groupLimit: KeyPath<ThrottleFigures, Int> { self == .up ? \.maxUploadRate : \.maxDownloadRate }
    var groupRate: KeyPath<ThrottleFigures, Double> { self == .up ? \.uploadRate : \.downloadRate }
}

/// What rTorrent takes for a rate.
enum ThrottleRate {
    /// Limits below it are whole KiB; 0 is no limit.
    static let highest: Int64 = 1 << 30
    /// The group that is free of limits.
    static let unthrottled = "NULL"

    static func checked(_ bytes: Int64) throws(CommandFault) -> Int {
        guard (0...highest).contains(bytes) else {
            throw .input(
                "Throttle rate must be between 0 and 2^30.",
                explanation: "\(bytes) bytes/s is no rate; wanted is 0 (no limit) to 1 GiB/s")
        }
        return Int(bytes)
    }
}

private func defineGlobalRate(in map: CommandMap, _ controller: Controller, _ direction: ThrottleDirection) {
    let table = SettingTable(map)
    let prefix = "throttle.global_\(direction)"
    let limit = direction.limit
    table.figure("\(prefix).max_rate", help: "\(direction.noun) limit over all torrents, bytes/s; 0 is none") {
        [unowned controller] () throws(CommandFault) in Int64(controller.engine.limits[keyPath: limit])
    }
    for (suffix, unit) in [("set", CommandUnit.bytesPerSecond), ("set_kb", .kibibytesPerSecond)] {
        table.action(
            "\(prefix).max_rate.\(suffix)", [.value("rate", unit: unit)], .isUntrustedSafe,
            help: "set: \(direction.noun) limit over all torrents; whole KiB/s, 0 is none"
        ) { [unowned controller] (_, arguments) throws(CommandFault) in
            let rate = try ThrottleRate.checked(try arguments.onlyInteger(unit: unit))
            controller.engine.limits[keyPath: limit] = rate / 1_024 * 1_024
        }
    }
    table.figure("\(prefix).rate", help: "\(direction.noun) rate over all torrents, bytes/s") {
        [unowned controller] () throws(CommandFault) in
        let figures = controller.engine.figures
        return Int64(direction == .up ? figures.uploadRate : figures.downloadRate)
    }
    table.figure("\(prefix).total", help: "bytes of all torrents since the start, \(direction.noun)") {
        [unowned controller] () throws(CommandFault) in
        let figures = controller.engine.figures
        return direction == .up ? figures.uploaded : figures.downloaded
    }
}

private func defineThrottleGroup(in map: CommandMap, _ controller: Controller, _ direction: ThrottleDirection) {
    SettingTable(map).action(
        "throttle.\(direction)", [.string("name"), .value("rate", unit: .kibibytesPerSecond)],
        help: "make or change a throttle group: \(direction.noun) limit of its torrents together; 0 is none"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        let name = try arguments.text(0)
        guard !name.isEmpty, name != ThrottleRate.unthrottled else {
            throw .input("Invalid throttle name '\(name)'.")
        }
        guard arguments.count > 1 else { throw .input("Missing throttle rate for '\(name)'.") }
        let rate = try arguments.integer(1, unit: .kibibytesPerSecond)
        guard rate >= 0 else { throw .input("Throttle rate must be non-negative.") }
        let bytes = try ThrottleRate.checked(rate)
        controller.engine.setThrottle(
            name, maxUploadRate: direction == .up ? bytes : nil, maxDownloadRate: direction == .down ? bytes : nil)
    }
    map.define(
        "throttle.\(direction).max", [.string("name")], .value, flags: .isUntrustedSafe, scope: .read,
        help: "\(direction.noun) limit of a group, bytes/s; -1: no such limit, 0: not limited now"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        let name = try arguments.text(0)
        let global = Int64(controller.engine.limits[keyPath: direction.limit])
        if name.isEmpty { return .integer(global) }
        if name == ThrottleRate.unthrottled { return 0 }
        guard let group = controller.engine.throttle(name), group[keyPath: direction.groupLimit] > 0 else { return -1 }
        // rTorrent's groups share out the global limit; without that one they do nothing.
        return .integer(global == 0 ? 0 : Int64(group[keyPath: direction.groupLimit]))
    }
    map.define(
        "throttle.\(direction).rate", [.string("name")], .value, flags: .isUntrustedSafe, scope: .read,
        help: "\(direction.noun) rate of a group's torrents together, bytes/s"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        let figures = controller.engine.throttle(try arguments.text(0))
        return .integer(Int64(figures?[keyPath: direction.groupRate] ?? 0))
    }
}
