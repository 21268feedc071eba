import Commands
import Engine
import Storage

/// What a download may use, and how it behaves: limits, priority, throttle, kind of connection.
func defineDownloadLimits(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    let fields = FieldTable(map, on: .download) { (context) throws(CommandFault) in try context.download() }
    defineCounts(fields, controller, reader)
    definePriority(fields)
    defineThrottle(fields)
    defineExchange(fields)
    defineSizes(fields, map, controller)
    defineGroups(fields, map, controller)
}

/// Rows of one shape: a count of its own, else the engine's.
private func defineCounts(_ fields: FieldTable<Download>, _ controller: Controller, _ reader: DownloadReader) {
    struct Row {
        let name: String
        let title: String
        let help: String
        let setting: WritableKeyPath<TorrentSettings, Int?>
        let leeching: KeyPath<EngineLimits, Int>
        let seeding: KeyPath<EngineLimits, Int>
        var isSafe = true

        init(
            _ name: String, _ title: String, _ help: String, _ setting: WritableKeyPath<TorrentSettings, Int?>,
            _ leeching: KeyPath<EngineLimits, Int>, seeding: KeyPath<EngineLimits, Int>? = nil, isSafe: Bool = true
        ) {
            (self.name, self.title, self.help, self.setting) = (name, title, help, setting)
            (self.leeching, self.seeding, self.isSafe) = (leeching, seeding ?? leeching, isSafe)
        }
    }
    let rows = [
        Row(
            "d.peers_max", "Max peer connections", "connections at most", \.maxPeers, \.maxPeersLeeching,
            seeding: \.maxPeersSeeding),
        Row(
            "d.peers_min", "Min peer connections", "connections that are sought", \.minPeers, \.minPeersLeeching,
            seeding: \.minPeersSeeding),
        Row("d.uploads_max", "Max uploads", "peers uploaded to at most", \.uploadSlots, \.uploadSlotsPerTorrent),
        Row(
            "d.uploads_min", "Min uploads", "peers uploaded to even when slots are scarce", \.minUploadSlots,
            \.minUploadSlotsPerTorrent, isSafe: false),
        Row(
            "d.downloads_max", "Max downloads", "peers downloaded from at most", \.downloadSlots,
            \.downloadSlotsPerTorrent),
        Row(
            "d.downloads_min", "Min downloads", "peers downloaded from even when slots are scarce", \.minDownloadSlots,
            \.minDownloadSlotsPerTorrent, isSafe: false),
    ]
    for row in rows {
        fields.number(row.name, row.isSafe ? .isUntrustedSafe : [], help: row.help) { [unowned controller] in
            if let count = $0.settings[keyPath: row.setting] { return Int64(count) }
            let limits = controller.engine.limits
            return Int64(limits[keyPath: $0.record.isComplete ? row.seeding : row.leeching])
        }
        fields.setNumber(row.name + ".set", help: row.help) { (download, value) throws(CommandFault) in
            guard (0...65_536).contains(value) else { throw .input("\(row.title) must be between 0 and 2^16.") }
            download.settings[keyPath: row.setting] = Int(value)
        }
    }
}

private func definePriority(_ fields: FieldTable<Download>) {
    let names: [StaticString] = ["off", "low", "normal", "high"]
    fields.number("d.priority", help: "0 off, 1 low, 2 normal, 3 high") { $0.record.priority }
    fields.text("d.priority_str", help: "off, low, normal or high") {
        let name = names[Int($0.record.priority & 3)]
        return Array(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
    fields.setNumber("d.priority.set", help: "0 off, 1 low, 2 normal, 3 high; other numbers modulo 4") {
        let priority = $1 & 3
        $0.change(\.priority, to: priority)
        $0.settings.priority = Int(priority)
    }
}

private func defineThrottle(_ fields: FieldTable<Download>) {
    fields.text("d.throttle_name", help: "throttle group; empty: the global limits only, NULL: no limits") {
        $0.record.throttleName
    }
    fields.setText("d.throttle_name.set", help: "throttle group; not while it is active") {
        (download, name) throws(CommandFault) in
        guard !download.isActive else { throw .input("Cannot set throttle on active download.") }
        download.change(\.throttleName, to: name)
        download.settings.throttle = String(decoding: name, as: UTF8.self)
    }
    fields.flag("d.down.sequential", [], help: "1 if pieces are fetched in their order") { $0.settings.isSequential }
    fields.setNumber("d.down.sequential.set", help: "1 has pieces fetched in their order, not the rarest first") {
        $0.settings.isSequential = $1 != 0
    }
}

private func defineExchange(_ fields: FieldTable<Download>) {
    fields.flag("d.peer_exchange", help: "1 if peers may tell us of others") { $0.settings.usesPeerExchange }
    fields.setNumber("d.peer_exchange.set", .isNotYet, help: "1 if peers may tell us of others") {
        $0.settings.usesPeerExchange = $1 != 0
    }
    fields.flag("d.is_pex_active", .isUntrustedSafe.union(.isNotYet), help: "1 if peers tell us of others now") { _ in
        false
    }
}

private func defineSizes(_ fields: FieldTable<Download>, _ map: CommandMap, _ controller: Controller) {
    fields.number("d.max_file_size", [], help: "bytes that a file may have") { [unowned controller] in
        $0.extras.maxFileSize ?? controller.engine.limits.maxFileSize
    }
    fields.setNumber("d.max_file_size.set", .isNotYet, unit: .bytes, help: "bytes that a file may have") {
        (download, value) throws(CommandFault) in
        guard !download.isOpen else {
            throw .input("Tried to change the max file size for an open download.")
        }
        download.extras.maxFileSize = value
    }
    let space = FreeSpaceMemory()
    fields.number("d.free_diskspace", help: "bytes free where its files are; 0 when closed") { [unowned controller] in
        $0.isOpen ? space.bytes(at: $0.record.directory, now: controller.now) : 0
    }
}

private func defineGroups(_ fields: FieldTable<Download>, _ map: CommandMap, _ controller: Controller) {
    fields.number("d.group", [], help: "index of its choke group") { $0.extras.chokeGroup }
    fields.number("d.group.name", [], help: "index of its choke group: not the name, as in rTorrent") {
        $0.extras.chokeGroup
    }
    map.define(
        "d.group.set", on: .download, [.any("index or name")], .void, scope: .control,
        help: "choke group by name or index; -1 is the last"
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        let download = try context.download()
        guard arguments.count > 0 else { throw .wrongObjectType }
        download.extras.chokeGroup = Int64(try controller.global.chokeGroups.index(arguments[0]))
        return .none
    }
}

/// Free bytes by folder as of this second: a list of thousands asks for the same few folders.
private final class FreeSpaceMemory {
    private var known: [[UInt8]: Int64] = [:]
    private var second: Int64 = 0

    func bytes(at folder: [UInt8], now: Int64) -> Int64 {
        if now != second || known.count > 10_000 {
            known.removeAll(keepingCapacity: true)
            second = now
        }
        if let bytes = known[folder] { return bytes }
        let bytes = FreeSpace.bytes(at: String(decoding: folder, as: UTF8.self)) ?? 0
        known[folder] = bytes
        return bytes
    }
}
