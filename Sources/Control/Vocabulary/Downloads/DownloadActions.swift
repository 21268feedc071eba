import Commands
import Engine
import Metainfo
import Storage
import SwarmCore

/// What starts, stops, checks, moves and removes downloads.
func defineDownloadActions(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    let fields = FieldTable(map, on: .download) { (context) throws(CommandFault) in try context.download() }
    defineStates(fields, controller, reader)
    defineFolders(fields, controller, reader)
    defineSaving(fields, map, controller)
    definePeerOrders(fields, map, reader)
    defineTied(in: map, controller, reader)
}

private func defineStates(_ fields: FieldTable<Download>, _ controller: Controller, _ reader: DownloadReader) {
    typealias Action = (Controller, Download) -> Void
    func act(_ name: String, _ flags: CommandFlags = [], help: String, _ body: @escaping Action) {
        fields.action(name, flags, help: help) { [unowned controller] in
            body(controller, $0)
            reader.forget()
        }
    }
    act("d.start", help: "start, unless d.state is 1 already; clears d.hashing_failed") { $0.start($1) }
    act("d.stop", help: "stop; files stay open") { $0.stop($1) }
    act("d.try_start", help: "start, unless hashing failed or it ignores commands") { $0.tryStart($1) }
    act("d.try_stop", help: "stop, unless it ignores commands") { $0.tryStop($1) }
    act("d.try_close", help: "stop and close, unless it ignores commands") { $0.tryClose($1) }
    act("d.open", .isUntrustedSafe, help: "open files; d.state stays") { $0.open($1) }
    act("d.close", .isUntrustedSafe, help: "pause and close files; d.state stays") { $0.close($1) }
    act("d.close.directly", .isUntrustedSafe, help: "close files without events") { $0.closeDirectly($1) }
    act("d.pause", .isUntrustedSafe, help: "stop transferring; d.state stays") { $0.pause($1) }
    act("d.resume", .isUntrustedSafe, help: "transfer, after a check if one is due; d.state stays") { $0.resume($1) }
    act("d.check_hash", .isUntrustedSafe, help: "hash everything anew; nothing happens while it is hashed") {
        $0.checkHash($1)
    }
    act("d.erase", .isUntrustedSafe, help: "remove it and its tied file, never its data") { $0.erase($1) }
    act("d.update_priorities", .isUntrustedSafe, help: "have changed file priorities take effect") { _, download in
        download.torrent.setPriorities(download.files.indices.map { download.priority(ofFile: $0) })
        download.needsSaving = true
    }
    fields.flagVariable("d.ignore_commands", \.ignoresCommands, help: "1: d.try_* and the tied commands pass over it")
}

private func defineFolders(_ fields: FieldTable<Download>, _ controller: Controller, _ reader: DownloadReader) {
    let setters = [
        ("d.directory.set", false, "folder; a torrent of several files gets a folder of its name in it"),
        ("d.directory_base.set", true, "folder, as it is"),
    ]
    for (name, isBase, help) in setters {
        fields.setText(name, scope: .admin, help: help + "; closes the download, moves nothing") {
            [unowned controller] (download, directory) throws(CommandFault) in
            defer { reader.forget() }
            try controller.setDirectory(directory, of: download, isBase: isBase)
        }
    }
    fields.action("d.delete_tied", scope: .control, help: "remove the tied file and forget the tie") {
        [unowned controller] in controller.deleteTied($0)
    }
    fields.setText("d.loaded_file.set", .isPrivate, scope: .admin, help: "file it was loaded from") {
        $0.change(\.loadedFile, to: $1)
    }
}

private func defineSaving(_ fields: FieldTable<Download>, _ map: CommandMap, _ controller: Controller) {
    // Paths that are removed with the download: not for everybody to name.
    map.define(
        "d.tied_to_file.set", on: .download, [.path("path")], .string, scope: .admin,
        help: "set: path of the torrent file that it follows; answers the path"
    ) { (context, arguments) throws(CommandFault) in
        let path = try arguments.onlyString()
        try context.download().change(\.tiedToFile, to: path)
        return .string(path)
    }
    for (name, isFull, help) in [
        ("d.save_full_session", true, "write all its session files"), ("d.save_resume", false, "write its resume data"),
    ] {
        map.define(
            name, on: .download, .value, flags: .isUntrustedSafe, scope: .control, help: help + "; answers 1"
        ) { [unowned controller] (context, _) throws(CommandFault) in
            try controller.saveNow(try context.download(), isFull: isFull)
            return 1
        }
    }
}

private func definePeerOrders(_ fields: FieldTable<Download>, _ map: CommandMap, _ reader: DownloadReader) {
    fields.setText("add_peer", .isUntrustedSafe, help: "HOST:PORT to connect with; port 6881 if there is none") {
        (download, text) throws(CommandFault) in
        guard !download.info.isPrivate else { throw .input("Download is private.") }
        if let address = try PeerText.address(text) { download.addPeer(address) }
    }
    fields.action("d.disconnect.seeders", help: "end the connections with seeds") { download in
        let count = download.layout.pieceCount
        for peer in reader.peers(download) where peer.pieces == count {
            download.torrent.disconnect(peer.number, ban: false)
        }
        reader.forget()
    }
    fields.flag("d.accepting_seeders", [], help: "1 if connections with seeds are welcome") { $0.extras.acceptsSeeders }
    for (name, isWelcome) in [("enable", true), ("disable", false)] {
        fields.action("d.accepting_seeders.\(name)", .isNotYet, help: "\(name) connections with seeds") {
            $0.extras.acceptsSeeders = isWelcome
        }
    }
}

private func defineTied(in map: CommandMap, _ controller: Controller, _ reader: DownloadReader) {
    typealias Action = (Controller) -> Void
    let actions: [(String, String, Action)] = [
        ("start_tied", "start what is stopped and whose tied file is there", { $0.startTied() }),
        ("stop_untied", "stop what is started and whose tied file is gone", { $0.stopUntied() }),
        ("close_untied", "stop and close downloads whose tied file is gone", { $0.closeUntied() }),
        ("remove_untied", "remove downloads whose tied file is gone", { $0.removeUntied() }),
    ]
    for (name, help, action) in actions {
        map.define(name, .void, flags: .isUntrustedSafe, scope: .control, help: help) {
            [unowned controller] (_, _) throws(CommandFault) in
            action(controller)
            reader.forget()
            return .none
        }
    }
}

extension FieldTable<Download> {
    /// A field of the record that is 1 or 0, with a setter that answers what it was given.
    fileprivate func flagVariable(_ name: String, _ field: WritableKeyPath<DownloadRecord, Bool>, help: String) {
        flag(name, [], help: help) { $0.record[keyPath: field] }
        setVariable(name + ".set", help: help) { $0.change(field, to: $1 != 0) }
    }
}

/// `HOST:PORT` as `add_peer` takes it.
enum PeerText {
    /// - Returns: nil for names: only numbers are dialled, nothing is looked up.
    /// - Throws: rTorrent's texts.
    static func address(_ text: [UInt8]) throws(CommandFault) -> PeerAddress? {
        var host = String(decoding: text, as: UTF8.self)
        var port = 6_881
        let isBare = host.hasPrefix("[") ? host.hasSuffix("]") : host.filter { $0 == ":" }.count != 1
        if !isBare, let colon = host.lastIndex(of: ":") {
            let digits = Array(host[host.index(after: colon)...].utf8)
            if let number = IntegerText.prefix(digits, base: 10)?.value { port = Int(clamping: number) }
            host = String(host[..<colon])
        }
        guard !host.isEmpty else { throw .input("Could not parse host.") }
        guard (1...65_535).contains(port) else { throw .input("Invalid port number.") }
        return PeerAddress(host: host, port: port)
    }
}
