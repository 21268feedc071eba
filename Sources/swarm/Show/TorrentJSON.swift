import Metainfo

/// A torrent as JSON: every key is always there, null when the torrent does not say.
enum TorrentJSON {
    static func value(of torrent: MetainfoFile) -> JSONValue {
        let info = torrent.info
        return .object([
            ("info_hash", JSONValue(torrent.infoHash?.hex)),
            ("info_hash_v2", JSONValue(torrent.infoHashV2?.hex)),
            ("version", .string(info.version.rawValue)),
            ("name", .string(info.name)),
            ("total_size", .number(info.files.contentLength)),
            ("piece_length", JSONValue(info.pieceLength)),
            ("num_pieces", JSONValue(info.pieceCount)),
            ("num_files", JSONValue(info.files.contentCount)),
            ("single_file", .bool(info.isSingleFile)),
            ("files", .array(info.files.entries.filter { !$0.isPadding }.map { file(of: $0, in: info) })),
            ("trackers", JSONValue(torrent.tiers.flatMap { $0 })),
            ("tiers", .array(torrent.tiers.map { JSONValue($0) })),
            ("web_seeds", JSONValue(torrent.webSeeds)),
            ("http_seeds", JSONValue(torrent.httpSeeds)),
            ("nodes", JSONValue(torrent.nodes.map(TorrentOverview.text))),
            ("private", .bool(info.isPrivate)),
            ("source", JSONValue(info.source)),
            ("comment", JSONValue(torrent.comment)),
            ("created_by", JSONValue(torrent.createdBy)),
            ("creation_date", JSONValue(torrent.creationDate)),
            ("magnet", .string(torrent.magnet.description)),
            ("warnings", JSONValue(torrent.warnings)),
        ])
    }

    /// - Returns: the path as it lies below the download folder, the torrent's own folder included.
    private static func file(of entry: FileEntry, in info: Info) -> JSONValue {
        let path = info.isSingleFile ? entry.relativePath : info.name + "/" + entry.relativePath
        return .object([
            ("path", .string(path)),
            ("length", .number(entry.length)),
            ("offset", .number(entry.offset)),
            ("executable", .bool(entry.isExecutable)),
            ("hidden", .bool(entry.isHidden)),
            ("symlink", JSONValue(entry.symlinkTarget?.joined(separator: "/"))),
            ("pieces_root", JSONValue(entry.piecesRoot.flatMap { InfoHashV2(bytes: $0)?.hex })),
        ])
    }
}
