import Metainfo

/// Arithmetic of paths, as bytes: a download's folder as users set it, and as the engine is told.
enum DownloadPlace {
    /// What `d.directory` answers after it was set: of a single file its folder, else the torrent's own folder.
    ///
    /// - Parameter isBase: `directory` is that already (`d.directory_base.set`).
    static func directory(_ directory: [UInt8], for info: Info, isBase: Bool) -> [UInt8] {
        guard !isBase, !info.isSingleFile else { return trimmed(directory) }
        return joined(directory, Array(info.name.utf8))
    }

    /// The folder that the engine puts the torrent's file into, or the exact place of its folder.
    static func enginePlace(_ directory: [UInt8], for info: Info) -> (folder: String, saveAs: String?) {
        let path = directory.isEmpty ? "." : String(decoding: directory, as: UTF8.self)
        return (path, info.isSingleFile ? nil : path)
    }

    static func joined(_ folder: [UInt8], _ name: [UInt8]) -> [UInt8] {
        if folder.isEmpty { return name }
        return folder.last == UInt8(ascii: "/") ? folder + name : folder + [UInt8(ascii: "/")] + name
    }

    /// Without slashes at the end.
    private static func trimmed(_ path: [UInt8]) -> [UInt8] {
        var path = path
        while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
        return path
    }
}
