import Commands
import Metainfo
import SwarmCore

/// Tables: for each download, file, tracker or peer a row of what the same commands give.
///
/// Columns are parsed once. A fault in a cell is the fault of the whole.
func defineMulticalls(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    defineDownloadTables(in: map, controller, reader)
    definePartTables(in: map, reader)
    definePeerCall(in: map, controller, reader)
    map.define(
        "download_list", [CommandParameter.string("view").optional], .list, flags: .isUntrustedSafe, scope: .read,
        help: "info-hashes of a view's downloads, of view default if none is named"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        let name = arguments.count == 0 ? [] : try arguments.string(0)
        return .list(try controller.view(named: name).visible.map { .string($0.hashText) })
    }
}

/// The commands of a table's columns.
private struct Columns {
    private enum Column {
        /// No command: the cells are empty.
        case blank
        case prepared(PreparedCommand)
        case parsed(ParsedCommand)
    }

    private let columns: [Column]

    /// - Parameters:
    ///   - values: texts or `((calls))`.
    ///   - kind: what each row works on.
    init(
        _ values: some Sequence<Value>, on kind: TargetKind, _ context: CommandContext
    ) throws(CommandFault) {
        var columns: [Column] = []
        for value in values {
            let parsed: ParsedCommand?
            switch value {
            case .string(let text): parsed = try context.interpreter.parse(text)?.command
            case .command(let deferred): parsed = deferred.command
            default: throw .wrongObjectType
            }
            guard let parsed else {
                columns.append(.blank)
                continue
            }
            let prepared = context.interpreter.prepare(parsed, on: kind, for: context.caller)
            columns.append(prepared.map { .prepared($0) } ?? .parsed(parsed))
        }
        self.columns = columns
    }

    func row(_ context: CommandContext) throws(CommandFault) -> Value {
        try context.interpreter.count(steps: columns.count)
        var row: [Value] = []
        row.reserveCapacity(columns.count)
        for column in columns {
            switch column {
            case .blank: row.append(.none)
            case .prepared(let command): row.append(try command.run(context))
            case .parsed(let command): row.append(try context.interpreter.run(command, context))
            }
        }
        return .list(row)
    }
}

private func defineDownloadTables(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    map.define(
        "d.multicall2", [.string("view"), .command("column").variadic], .list, flags: .isUntrustedSafe, scope: .read,
        help: "a row for each download of a view, of view default for an empty name"
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        guard arguments.count > 0 else { throw .tooFewArguments }
        let downloads = try controller.view(named: try arguments.string(0)).visible
        return try table(of: downloads, arguments.dropping(1), context, reader)
    }
    map.define(
        "d.multicall.filtered", [.string("view"), .command("filter"), .command("column").variadic], .list,
        flags: .isUntrustedSafe, scope: .read, help: "a row for each download of a view for which the filter is true"
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        guard arguments.count > 1 else { throw .input("d.multicall.filtered requires at least 2 arguments.") }
        let name = try arguments.string(0)
        guard let view = try? controller.view(named: name) else {
            throw .input("Could not find view '\(String(decoding: name, as: UTF8.self))'.")
        }
        let filter = arguments[1]
        return try reader.table { () throws(CommandFault) in
            // A filter that faults lets nothing through, as filters of views.
            let downloads = view.visible.filter { download in
                reader.begin(download)
                return (try? context.interpreter.runObject(filter, context.on(.download(download))))?.isTrue ?? false
            }
            return try table(of: downloads, arguments.dropping(2), context, reader)
        }
    }
}

private func table(
    of downloads: [Download], _ columns: [Value], _ context: CommandContext, _ reader: DownloadReader
) throws(CommandFault) -> Value {
    // Without rows nothing is run, so nothing can be wrong.
    if downloads.isEmpty { return [] }
    let columns = try Columns(columns, on: .download, context)
    return try reader.table { () throws(CommandFault) in
        var rows: [Value] = []
        rows.reserveCapacity(downloads.count)
        for download in downloads {
            reader.begin(download)
            rows.append(try columns.row(context.on(.download(download))))
        }
        return .list(rows)
    }
}

private func definePartTables(in map: CommandMap, _ reader: DownloadReader) {
    map.define(
        "f.multicall", on: .download, [.any("pattern"), .command("column").variadic], .list, flags: .isUntrustedSafe,
        scope: .read, help: "a row for each file, of those whose path with a leading / fits the pattern if there is one"
    ) { (context, arguments) throws(CommandFault) in
        let pattern = try FilePattern(arguments[0])
        let download = try context.download()
        return try rows(arguments, context, reader) {
            download.files.indices.compactMap { index in
                pattern.accepts(download.files[index]) ? .file(index, of: download) : nil
            }
        }
    }
    map.define(
        "t.multicall", on: .download, [.any("ignored"), .command("column").variadic], .list, flags: .isUntrustedSafe,
        scope: .read, help: "a row for each tracker; the first argument is ignored"
    ) { (context, arguments) throws(CommandFault) in
        let download = try context.download()
        return try rows(arguments, context, reader) {
            reader.trackers(download).indices.map { .tracker($0, of: download) }
        }
    }
    map.define(
        "p.multicall", on: .download, [.any("ignored"), .command("column").variadic], .list, flags: .isUntrustedSafe,
        scope: .read, help: "a row for each connected peer; the first argument is ignored"
    ) { (context, arguments) throws(CommandFault) in
        let download = try context.download()
        return try rows(arguments, context, reader) {
            reader.peers(download).map { .peer(PeerTarget(download: download, peer: $0)) }
        }
    }
}

private func rows(
    _ arguments: Arguments, _ context: CommandContext, _ reader: DownloadReader, of targets: () -> [CommandTarget]
) throws(CommandFault) -> Value {
    guard arguments.count > 0 else { throw .tooFewArguments }
    return try reader.table { () throws(CommandFault) in
        let targets = targets()
        if targets.isEmpty { return [] }
        let columns = try Columns(arguments.dropping(1), on: targets[0].kind, context)
        var rows: [Value] = []
        rows.reserveCapacity(targets.count)
        for target in targets { rows.append(try columns.row(context.on(target))) }
        return .list(rows)
    }
}

private func definePeerCall(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    map.define(
        "p.call_target", [.string("hash"), .string("peer id"), .string("command"), .any("argument").variadic], .any,
        flags: .isUntrustedSafe, scope: .read, help: "calls a command, without a target, if the peer is connected"
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        guard arguments.count > 2 else { throw .tooFewArguments }
        guard let hash = InfoHash(hex: try arguments.text(0)) else { throw .input("Not a hash string.") }
        guard let download = controller.downloads[hash] else { throw .input("Could not find download.") }
        let digits = try arguments.text(1)
        guard InfoHash(hex: digits) != nil else { throw .input("Not a hash string.") }
        let id = Array(digits.uppercased().utf8)
        guard reader.peers(download).contains(where: { HashText.upper($0.peerID.bytes) == id }) else {
            throw .input("Could not find peer.")
        }
        let rest = arguments.dropping(3)
        return try context.interpreter.call(
            try arguments.text(2), rest.count == 1 ? rest[0] : .list(rest), context.on(.none))
    }
}
