import ArgumentParser
import Glibc
import Metainfo
import Storage

/// Where the content of a torrent lies or shall lie, as `PieceStore` takes it.
struct ContentPlace: Equatable {
    let root: String
    let saveAs: String?

    /// - Parameters:
    ///   - path: the content itself, or the folder that it lies in; for `get` neither must exist.
    ///   - directory: the folder for the content, whatever else is known.
    init(_ info: Info, path: String?, directory: String?) {
        guard directory == nil, let path else {
            (root, saveAs) = (directory ?? ".", nil)
            return
        }
        // With nothing there yet the path is taken by its word.
        let found = DataLocation.find(info, at: path)
        (root, saveAs) = found.map { ($0.root, $0.saveAs) } ?? (path, path)
    }

    /// The content's own path, for people.
    func path(_ info: Info) -> String {
        let path = saveAs ?? "\(root)/\(info.name)"
        guard !path.hasPrefix("/"), let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return "\(String(cString: here))/\(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)"
    }

    /// Looks at the files that a seed needs, without reading them.
    ///
    /// - Returns: one sentence for each file that makes seeding impossible.
    func reasonsNotToSeed(_ info: Info) -> [String] {
        let store = PieceStore(info: info, root: root, saveAs: saveAs, access: .readOnly, pool: FilePool(capacity: 4))
        return store.inspect().filter { !$0.isHarmless }.map(\.description)
    }
}
