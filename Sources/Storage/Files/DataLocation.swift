package import Metainfo

/// Where the data of a torrent lies, given what a user names: the data itself, or the folder that it lies in.
package struct DataLocation: Sendable, Hashable {
    /// As `PieceStore` takes it.
    package let root: String
    package let saveAs: String?

    /// Finds the reading of `path` under which the most files are as long as they should be, by a look at some of them.
    ///
    /// A folder `name` may itself hold a folder `name`, and a file may be renamed: only a look at the disk tells.
    ///
    /// - Returns: nil when nothing stands at `path`.
    package static func find(_ info: Info, at path: String) -> DataLocation? {
        guard let kind = FileOpener.kind(of: path) else { return nil }
        let inside = DataLocation(root: path, saveAs: nil)
        let itself = DataLocation(root: path, saveAs: path)
        if info.isSingleFile { return kind == .folder ? inside : itself }
        return itself.lackCount(info) < inside.lackCount(info) ? itself : inside
    }

    /// How many of some files, spread over the torrent, are not there in full length.
    private func lackCount(_ info: Info) -> Int {
        let placement = FilePlacement(info: info, root: root, saveAs: saveAs)
        let content = info.files.entries.indices.filter { !info.files.entries[$0].isPadding }
        return stride(from: 0, to: content.count, by: max(1, content.count / 64)).count { index in
            let file = content[index]
            return FileOpener.length(of: placement.path(of: file)) != info.files.entries[file].length
        }
    }
}
