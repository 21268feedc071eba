import Metainfo

/// The files of a torrent as an indented tree, in the order of the torrent.
struct FileTreeText {
    private let info: Info
    private let size: (Int64) -> String

    init(_ info: Info, size: @escaping (Int64) -> String) {
        self.info = info
        self.size = size
    }

    var lines: [String] {
        var lines: [String] = []
        let top = info.isSingleFile ? 0 : 1
        if top == 1 { lines.append(info.name.printable + "/") }
        var open: ArraySlice<String> = []
        for entry in info.files.entries where !entry.isPadding {
            let folder = entry.path.dropLast()
            // A folder is named again whenever the torrent comes back to it, for the order of files is what the pieces follow.
            let common = zip(open, folder).prefix { $0 == $1 }.count
            for depth in common..<folder.count {
                lines.append(indent(depth + top) + folder[depth].printable + "/")
            }
            open = folder
            lines.append(line(entry, depth: folder.count + top))
        }
        return lines
    }

    private func line(_ entry: FileEntry, depth: Int) -> String {
        var text = indent(depth) + (entry.path.last ?? "").printable
        if let target = entry.symlinkTarget {
            return text + " -> " + target.joined(separator: "/").printable
        }
        text += "  " + size(entry.length)
        if entry.isExecutable { text += "  executable" }
        if entry.isHidden { text += "  hidden" }
        return text
    }

    /// Deep folders from strangers may not make lines of megabytes.
    private func indent(_ depth: Int) -> String { String(repeating: "  ", count: min(depth, 20)) }
}
