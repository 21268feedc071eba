import Commands
import Engine

/// The kind of connection and the choke heuristics of a download.
///
/// The heuristics are names that rTorrent's clients set and read back; our choker has one way to choose, so they change nothing.
func defineDownloadChoking(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    let fields = FieldTable(map, on: .download) { (context) throws(CommandFault) in try context.download() }
    defineConnections(fields, map, controller, reader)
    defineHeuristics(fields, map, reader)
}

private func defineConnections(
    _ fields: FieldTable<Download>, _ map: CommandMap, _ controller: Controller, _ reader: DownloadReader
) {
    fields.text("d.connection_current", help: "leech, seed, initial_seed (super seeding) or metadata") {
        [unowned controller] in Array(currentConnection($0, controller, reader).rawValue.utf8)
    }
    fields.setText("d.connection_current.set", help: "leech, seed or initial_seed, until it is resumed") {
        (download, name) throws(CommandFault) in
        let kind = try connection(name)
        guard kind != .metadata else {
            throw .input("torrent::Download::set_connection_type(...) received an unknown type.")
        }
        download.extras.connection = kind
        download.extras.connectionChosenAt = download.record.stateCounter
        download.settings.isSuperSeeding = kind == .initialSeed
    }
    let overrides: [(String, WritableKeyPath<DownloadRecord, [UInt8]>, CommandFlags)] = [
        ("leech", \.connectionLeech, .isPrivate), ("seed", \.connectionSeed, []),
    ]
    for (name, field, flags) in overrides {
        fields.text("d.connection_\(name)", help: "connection type as \(name); empty: protocol.connection.\(name)") {
            $0.record[keyPath: field]
        }
        map.define(
            "d.connection_\(name).set", on: .download, [.string("type")], .string, flags: flags, scope: .control,
            help: "set: connection type as \(name); initial_seed is super seeding; answers the type"
        ) { [unowned controller] (context, arguments) throws(CommandFault) in
            let download = try context.download()
            let type = try arguments.onlyString()
            if !type.isEmpty { _ = try connection(type) }
            download.change(field, to: type)
            download.settings.isSuperSeeding = controller.seedConnection(download.record) == .initialSeed
            return .string(type)
        }
    }
}

private func connection(_ name: [UInt8]) throws(CommandFault) -> ConnectionKind {
    guard let kind = ConnectionKind(rawValue: String(decoding: name, as: UTF8.self)) else {
        throw .input("Invalid option name.")
    }
    return kind
}

private func currentConnection(
    _ download: Download, _ controller: Controller, _ reader: DownloadReader
) -> ConnectionKind {
    if download.isMeta { return .metadata }
    let extras = download.extras
    if let chosen = extras.connection, extras.connectionChosenAt == download.record.stateCounter { return chosen }
    return reader.isDone(download) ? controller.seedConnection(download.record) : .leech
}

private func defineHeuristics(_ fields: FieldTable<Download>, _ map: CommandMap, _ reader: DownloadReader) {
    let directions: [(String, WritableKeyPath<DownloadExtras, [UInt8]?>, Int, StaticString)] = [
        ("up", \.upHeuristic, 0, "upload_leech"), ("down", \.downHeuristic, 2, "download_leech"),
    ]
    for (direction, chosen, place, standard) in directions {
        let standard = Array(UnsafeBufferPointer(start: standard.utf8Start, count: standard.utf8CodeUnitCount))
        fields.text("d.\(direction).choke_heuristics", .isNeutral, help: "name of the choke heuristic in use") {
            [unowned map] in
            if let chosen = $0.extras[keyPath: chosen] { return chosen }
            let isDone = reader.isDone($0)
            let own = $0.record.chokeHeuristics[place + (isDone ? 1 : 0)]
            if !own.isEmpty { return own }
            let setting = "protocol.choke_heuristics.\(direction).\(isDone ? "seed" : "leech")"
            return map.value(of: setting).bytes ?? standard
        }
        fields.setText("d.\(direction).choke_heuristics.set", .isNeutral, help: "name of a choke heuristic") {
            (download, name) throws(CommandFault) in
            try check(name)
            download.extras[keyPath: chosen] = name
        }
        for (offset, role) in ["leech", "seed"].enumerated() {
            let name = "d.\(direction).choke_heuristics.\(role)"
            fields.text(name, .isNeutral, help: "choke heuristic as \(role); empty: as protocol.choke_heuristics says")
            {
                $0.record.chokeHeuristics[place + offset]
            }
            fields.setText(name + ".set", [.isPrivate, .isNeutral], help: "choke heuristic as \(role)") {
                (download, text) throws(CommandFault) in
                if !text.isEmpty { try check(text) }
                download.record.chokeHeuristics[place + offset] = text
                download.needsSaving = true
            }
        }
    }
}

private func check(_ heuristic: [UInt8]) throws(CommandFault) {
    switch String(decoding: heuristic, as: UTF8.self) {
    case "upload_leech", "upload_leech_experimental", "upload_seed", "download_leech": return
    case "invalid": throw .input("Invalid heuristics value.")
    default: throw .input("Invalid option name.")
    }
}
