package import Metainfo

/// Where the data of a torrent lies, given what a user names: the data itself, or the folder that it lies in.
package struct DataLocation: Sendable, Hashable {
    /// As `PieceStore` takes it.
    package let root: String
    package let saveAs: String?

    /// Finds the reading of `path` under which the most files are as long as they should be.
    ///
    /// A folder `name` may itself hold a folder `name`, and a file may be renamed: only a look at the disk tells.
    ///
    /// - Returns: nil when nothing stands at `path`.
    package static func find(_ info: Info, at path: String) -> DataLocation? {
        guard let kind = FileOpener.kind(of: path) else { return nil }
        let inside = DataLocation(root: path, saveAs: nil)
        let itself = DataLocation(root: path, saveAs: path)
        if info.isSingleFile { return kind == .folder ? inside : itself }
        return itself.problemCount(info) < inside.problemCount(info) ? itself : inside
    }

    private func problemCount(_ info: Info) -> Int {
        let store = PieceStore(info: info, root: root, saveAs: saveAs, access: .readOnly, pool: FilePool(capacity: 1))
        return store.inspect().count { !$0.isHarmless }
    }
}
