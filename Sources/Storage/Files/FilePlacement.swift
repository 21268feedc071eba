import Metainfo

/// Where the files of one torrent lie: a folder (or file) that the user named, and the way down from there.
///
/// The part that the user named may be or cross symbolic links; the part that the torrent names may not, when writing.
struct FilePlacement: Sendable {
    /// The folder that the user named; for a single file with an exact path, the folder of that path.
    let base: String
    /// What stands between `base` and the entries' own paths.
    private let prefix: [String]
    /// The only file's name when the user chose it.
    private let exactName: String?
    /// The user named the very file, so a link in its place is the user's wish.
    let isNamedByUser: Bool
    private let files: FileList

    /// - Parameters:
    ///   - root: the folder in which the torrent's own name appears.
    ///   - saveAs: takes the place of root and name: the file of a single-file torrent, the folder of any other.
    init(info: Info, root: String, saveAs: String?) {
        files = info.files
        isNamedByUser = saveAs != nil && info.isSingleFile
        guard let saveAs else {
            base = root.isEmpty ? "." : root
            prefix = info.isSingleFile ? [] : [info.name]
            exactName = nil
            return
        }
        prefix = []
        if info.isSingleFile {
            let (folder, name) = Self.split(saveAs)
            base = folder
            exactName = name
        } else {
            base = saveAs
            exactName = nil
        }
    }

    /// The way down from `base`; at least one name, the last one the file's.
    func components(of file: Int) -> [String] {
        if let exactName { return [exactName] }
        return prefix + files.entries[file].path
    }

    /// The whole path, for people and for calls that follow links.
    func path(of file: Int) -> String {
        path(components(of: file))
    }

    func path(_ components: [String]) -> String {
        ([base == "/" ? "" : base] + components).joined(separator: "/")
    }

    /// The way down to a file of ours beside the torrent's own.
    func components(besides name: String) -> [String] { prefix + [name] }

    /// `a/b/c` as `a/b` and `c`; `c` as `.` and `c`.
    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
    }
}
