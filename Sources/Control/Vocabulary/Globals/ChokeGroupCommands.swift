import Commands
import Engine
import SwarmCore

/// `choke_group.*`: groups of downloads that share slots.
func defineChokeGroups(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    table.figure("choke_group.size", help: "number of choke groups") { [unowned controller] () throws(CommandFault) in
        Int64(controller.global.chokeGroups.all.count)
    }
    map.define("choke_group.list", .list, flags: .isUntrustedSafe, help: "names of the choke groups") {
        [unowned controller] (_, _) throws(CommandFault) in
        .list(controller.global.chokeGroups.all.map { .string($0.name) })
    }
    map.define(
        "choke_group.index_of", [.string("name")], .value, flags: .isUntrustedSafe, scope: .read,
        help: "index of the choke group of that name"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        let name = try arguments.string(0)
        guard let index = controller.global.chokeGroups.all.firstIndex(where: { $0.name == name }) else {
            throw ChokeGroups.notFound
        }
        return .integer(Int64(index))
    }
    table.action(
        "choke_group.insert", [.string("name")], .isNotYet, help: "make a choke group; what it limits is kept for now"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        let name = try arguments.string(0)
        guard !controller.global.chokeGroups.all.contains(where: { $0.name == name }) else {
            throw .input("Duplicate name for choke group.")
        }
        guard controller.global.chokeGroups.all.count < 1_024 else { throw .input("Too many choke groups.") }
        controller.global.chokeGroups.all.append(.init(name: name))
    }
    ChokeGroupTable(map, controller).define()
    for direction in ["up", "down"] {
        table.action(
            "choke_group.all.\(direction).update_balance", [], .isNeutral,
            help: "share out slots anew; neutral: that goes on by itself"
        ) { (_, _) throws(CommandFault) in }
    }
}

/// The commands whose first argument names a group.
private struct ChokeGroupTable {
    private let map: CommandMap
    private unowned let controller: Controller

    init(_ map: CommandMap, _ controller: Controller) {
        self.map = map
        self.controller = controller
    }

    func define() {
        number("general.size", help: "downloads in the group") { Int64(members(of: $1, $0).count) }
        text(
            "tracker.mode", \.trackerMode, names: ["normal", "aggressive"], .safeNeutral,
            help: "how eagerly trackers are asked; neutral: as they wish")
        for direction in ["up", "down"] {
            let isUp = direction == "up"
            defineFigures(direction, isUp)
            defineLimit(direction, isUp ? \.maxUploads : \.maxDownloads, isUp)
            text(
                "\(direction).heuristics", isUp ? \.uploadHeuristics : \.downloadHeuristics,
                names: isUp ? HeuristicNames.upload : HeuristicNames.download, .safeNeutral,
                help: "rule for slots of the group; neutral: the choker has one rule")
        }
    }

    private func defineFigures(_ direction: String, _ isUp: Bool) {
        number("\(direction).rate", help: "\(direction) rate of the group, bytes/s") { controller, index in
            members(of: index, controller).reduce(0) { sum, download in
                let figures = download.torrent.gauges.figures
                return sum + Int64(isUp ? figures.uploadRate : figures.downloadRate)
            }
        }
        let unchoked = { (controller: Controller, index: Int) -> Int64 in
            members(of: index, controller).reduce(0) { sum, download in
                let figures = download.torrent.gauges.figures
                return sum + Int64(isUp ? figures.unchoked : figures.unchokedDownloads)
            }
        }
        number("\(direction).unchoked", help: "peers of the group that have a slot", unchoked)
        number("\(direction).queued", .safeNotYet, help: "peers of the group that wait for a slot") { _, _ in 0 }
        number("\(direction).total", .safeNotYet, help: "peers of the group that have or want a slot", unchoked)
    }

    private func defineLimit(_ direction: String, _ path: WritableKeyPath<ChokeGroups.Group, Int64>, _ isUp: Bool) {
        number("\(direction).max", help: "slots of the group; -1 is no limit") { controller, index in
            controller.global.chokeGroups.all[index][keyPath: path]
        }
        number("\(direction).max.unlimited", help: "1 if the group has no limit of slots") { controller, index in
            controller.global.chokeGroups.all[index][keyPath: path] < 0 ? 1 : 0
        }
        map.define(
            "choke_group.\(direction).max.set", [.string("group"), .value("slots")], .void,
            help: "set: slots of the group"
        ) { [unowned controller] (_, arguments) throws(CommandFault) in
            let index = try controller.global.chokeGroups.index(arguments[0])
            let slots = try arguments.integer(1)
            controller.global.chokeGroups.all[index][keyPath: path] = slots
            // All downloads are in the first group, so its limit is the engine's own.
            if index == 0 {
                let limit = Int(max(0, min(slots, 1 << 20)))
                if isUp {
                    controller.engine.limits.uploadSlots = limit
                } else {
                    controller.engine.limits.downloadSlots = limit
                }
            }
            return .none
        }
    }

    private func number(
        _ name: String, _ flags: CommandFlags = .isUntrustedSafe, help: String,
        _ body: @escaping (Controller, Int) -> Int64
    ) {
        map.define("choke_group.\(name)", [.string("group")], .value, flags: flags, scope: .read, help: help) {
            [unowned controller] (_, arguments) throws(CommandFault) in
            .integer(body(controller, try controller.global.chokeGroups.index(arguments[0])))
        }
    }

    private func text(
        _ name: String, _ path: WritableKeyPath<ChokeGroups.Group, String>, names: [String], _ flags: CommandFlags,
        help: String
    ) {
        map.define("choke_group.\(name)", [.string("group")], .string, flags: flags, scope: .read, help: help) {
            [unowned controller] (_, arguments) throws(CommandFault) in
            let groups = controller.global.chokeGroups
            return .text(groups.all[try groups.index(arguments[0])][keyPath: path])
        }
        map.define(
            "choke_group.\(name).set", [.string("group"), .string("name")], .void,
            flags: flags.intersection([.isNeutral, .isNotYet]), help: "set: " + help
        ) { [unowned controller] (_, arguments) throws(CommandFault) in
            let index = try controller.global.chokeGroups.index(arguments[0])
            let word = try arguments.text(1)
            guard names.contains(word) else { throw .invalidOption(word) }
            controller.global.chokeGroups.all[index][keyPath: path] = word
            return .none
        }
    }
}

private func members(of index: Int, _ controller: Controller) -> [Download] {
    controller.downloads.all.filter { $0.extras.chokeGroup == Int64(index) }
}

/// rTorrent's names for its rules of choking.
enum HeuristicNames {
    static let upload = ["upload_leech", "upload_leech_experimental", "upload_seed"]
    static let download = ["download_leech"]
}
