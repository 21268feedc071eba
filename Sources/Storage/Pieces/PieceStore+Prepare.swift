import Glibc
package import Metainfo

extension PieceStore {
    /// Creates what is wanted and not whole: a file of which a piece is missing and whose priority is not `off`.
    ///
    /// May be called again when priorities change. Nothing is touched when no piece is missing, so that a seed may lie on a
    /// medium that cannot be written. Bytes of files that are not wanted, which pieces at their ends carry, go to the parts file
    /// until their own file is wanted.
    ///
    /// - Parameters:
    ///   - priorities: one for each entry of the file list; nil wants all.
    ///   - verified: what is on disk already; nil for nothing.
    package func prepare(priorities: [FilePriority]?, verified: Bitfield?) throws(StorageError) {
        preconditionFailure("skeleton")
    }

    /// Whether all bytes of a piece that have no file of their own may lie in the parts file.
    func mayBeParted(_ piece: Int) -> Bool { false }

    /// Creates what is missing: folders, empty files, links, and every other file as one hole of its full length.
    ///
    /// Existing bytes stay as they are: a short file grows by a hole, a longer one keeps its end, a good link keeps its target.
    /// With read-only access this does nothing.
    package func prepare() throws(StorageError) {
        guard access == .readWrite else { return }
        try opener.createBase()
        for (index, entry) in info.files.entries.enumerated() where !entry.isPadding {
            if let target = entry.symlinkTarget, entry.length == 0 {
                try opener.link(index, to: relativeTarget(target, from: entry.path))
            } else {
                try prepareFile(index, entry)
            }
        }
    }

    private func prepareFile(_ index: Int, _ entry: FileEntry) throws(StorageError) {
        let path = path(of: index)
        let file = try opener.create(index, isExecutable: entry.isExecutable)
        guard Int64(try file.status(path: path).st_size) < entry.length else { return }
        while ftruncate(file.descriptor, off_t(entry.length)) != 0 {
            let code = errno
            guard code == EINTR else { throw .system(.resize, path: path, code: code) }
        }
    }

    /// The target of a link, which BEP 47 counts from the torrent's root, as seen from the folder of the link itself.
    ///
    /// The components are safe (`FileList` saw to that) and there are only as many steps up as folders, so it stays inside.
    private func relativeTarget(_ target: [String], from path: [String]) -> String {
        let shared = zip(target, path.dropLast()).prefix { $0 == $1 }.count
        let up = Array(repeating: "..", count: path.count - 1 - shared)
        return (up + target[shared...]).joined(separator: "/")
    }
}
