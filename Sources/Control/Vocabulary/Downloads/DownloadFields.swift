import Commands
import Engine
import Metainfo

/// What a download is: names, places, sizes, times. Nothing here changes anything.
func defineDownloadFields(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    let fields = FieldTable(map, on: .download) { (context) throws(CommandFault) in try context.download() }
    defineIdentity(fields, controller)
    definePlaces(fields)
    defineGeometry(fields)
    defineTimes(fields, map)
    defineMembers(fields, map, reader)
}

private func defineIdentity(_ fields: FieldTable<Download>, _ controller: Controller) {
    fields.text("d.hash", help: "info-hash, 40 upper-case hex digits") { $0.hashText }
    fields.text("d.name", help: "name of the torrent; HASH.meta for a magnet that has no metadata yet") {
        $0.name
    }
    fields.flag("d.is_multi_file", help: "1 if the torrent is a folder of files") { $0.isMultiFile }
    fields.flag("d.is_private", help: "1 if peers may come from its own trackers only") { $0.isPrivate }
    fields.flag("d.is_meta", help: "1 for a magnet that is still fetching its metadata") { $0.isMeta }
    let identity = controller.engine.configuration.peerID.bytes
    let digits = HashText.upper(identity)
    let escaped = HashText.escaped(identity)
    fields.text("d.local_id", help: "our peer id, upper-case hex") { _ in digits }
    fields.text("d.local_id_html", help: "our peer id, percent-encoded") { _ in escaped }
}

private func definePlaces(_ fields: FieldTable<Download>) {
    fields.text("d.base_path", help: "path of the file or folder; empty until it was opened once") { $0.frozenPath }
    fields.text("d.base_filename", help: "last component of d.base_path; empty until it was opened once") {
        HashText.lastComponent(of: $0.frozenPath)
    }
    fields.text("d.directory", help: "folder of a single file, the torrent's own folder otherwise") {
        $0.record.directory
    }
    fields.text("d.directory_base", help: "same as d.directory; its setter does not append the torrent's name") {
        $0.record.directory
    }
    fields.text("d.loaded_file", [], help: "file it was loaded from; empty for raw data, URLs and magnets") {
        $0.record.loadedFile
    }
    fields.text("d.tied_to_file", [], help: "path of the torrent file that this download follows") {
        $0.record.tiedToFile
    }
}

private func defineGeometry(_ fields: FieldTable<Download>) {
    fields.number("d.size_bytes", help: "size of all files in bytes") { $0.layout.totalLength }
    fields.number("d.size_chunks", help: "number of pieces") { Int64($0.layout.pieceCount) }
    fields.number("d.size_files", [], help: "number of files") { Int64($0.files.count) }
    fields.number("d.chunk_size", help: "length of a piece in bytes") { Int64($0.layout.pieceLength) }
}

private func defineTimes(_ fields: FieldTable<Download>, _ map: CommandMap) {
    fields.number("d.creation_date", help: "unix time at which the torrent was made, 0 if it does not say") {
        $0.createdAt
    }
    fields.number("d.load_date", help: "unix time at which this process loaded it") { $0.loadedAt }
    let stamps: [(String, String, WritableKeyPath<DownloadRecord, Int64>)] = [
        ("d.timestamp.started", "first start", \.startedAt),
        ("d.timestamp.finished", "first completion", \.finishedAt),
    ]
    for (name, what, path) in stamps {
        fields.number(name, help: "unix time of the \(what), 0 if there was none") { $0.record[keyPath: path] }
        fields.number(name + ".or_zero", [], help: "unix time of the \(what), 0 if there was none") {
            $0.record[keyPath: path]
        }
        fields.setNumber(name + ".set", .isPrivate, unit: .unixTime, help: "unix time of the \(what)") {
            $0.change(path, to: $1)
        }
        fields.setNumber(name + ".set_if_z", .isPrivate, unit: .unixTime, help: "\(name) while it is 0") {
            if $0.record[keyPath: path] == 0 { $0.change(path, to: $1) }
        }
        map.define(
            name + ".elapsed", on: .download, [.value("value")], .value, scope: .read,
            help: "1 if \(name) is greater than the value"
        ) { (context, arguments) throws(CommandFault) in
            .bool(try context.download().record[keyPath: path] > (try arguments.onlyInteger()))
        }
    }
    fields.number("d.state_changed", help: "unix time of the last resume or pause") { $0.record.stateChanged }
    fields.setNumber("d.state_changed.set", .isPrivate, unit: .unixTime, help: "time of the last resume or pause") {
        $0.change(\.stateChanged, to: $1)
    }
    fields.number("d.state_counter", help: "how often it was resumed") { $0.record.stateCounter }
    fields.setNumber("d.state_counter.set", .isPrivate, help: "how often it was resumed") {
        $0.change(\.stateCounter, to: $1)
    }
}

private func defineMembers(_ fields: FieldTable<Download>, _ map: CommandMap, _ reader: DownloadReader) {
    fields.list("d.views", help: "names of the views that it was pushed to") { $0.record.views.map { .string($0) } }
    map.define(
        "d.views.has", on: .download, [.string("view")], .value, scope: .read,
        help: "1 if d.views has the name"
    ) { (context, arguments) throws(CommandFault) in
        .bool(try context.download().record.views.contains(try arguments.onlyString()))
    }
    fields.setText("d.views.push_back", help: "appends a name to d.views") {
        $0.change(\.views, to: $0.record.views + [$1])
    }
    fields.setText("d.views.push_back_unique", .isUntrustedSafe, help: "appends a name to d.views unless it is there") {
        if !$0.record.views.contains($1) { $0.change(\.views, to: $0.record.views + [$1]) }
    }
    fields.setText("d.views.remove", .isUntrustedSafe, help: "takes a name from d.views") { download, name in
        download.change(\.views, to: download.record.views.filter { $0 != name })
    }
}

extension Download {
    /// Changes what is remembered of it, and has it saved.
    func change<Field>(_ field: WritableKeyPath<DownloadRecord, Field>, to value: Field) {
        record[keyPath: field] = value
        needsSaving = true
    }
}
