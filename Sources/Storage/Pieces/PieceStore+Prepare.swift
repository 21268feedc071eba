import Glibc
package import Metainfo

extension PieceStore {
    /// Creates what is missing: folders, empty files, links, and every other file as one hole of its full length.
    ///
    /// Existing bytes stay as they are: a short file grows by a hole, a longer one keeps its end, a good link keeps its target.
    /// With read-only access this does nothing.
    package func prepare() throws(StorageError) {
        try prepare(priorities: nil, verified: nil)
    }

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
        guard access == .readWrite else { return }
        if verified?.isAllSet == true, info.pieceCount > 0, parts.isEmpty { return }
        try opener.createBase()
        for (index, entry) in info.files.entries.enumerated() where !entry.isPadding {
            let isWanted = priorities.map { $0.indices.contains(index) ? $0[index] != .off : true } ?? true
            if let target = entry.symlinkTarget, entry.length == 0 {
                if isWanted { try opener.link(index, to: relativeTarget(target, from: entry.path)) }
            } else if isWanted {
                if parts.holds(index) || !isWhole(entry, verified) { try prepareFile(index, entry) }
            } else if FileOpener.kind(of: path(of: index)) != nil {
                if !isWhole(entry, verified) { try prepareFile(index, entry) }
            } else if !info.isSingleFile {
                parts.insert(index)
            }
        }
    }

    /// Whether all pieces with a byte of a file are there; an empty file is never known to be.
    private func isWhole(_ entry: FileEntry, _ verified: Bitfield?) -> Bool {
        guard let verified, entry.length > 0 else { return false }
        return info.layout.pieces(offset: entry.offset, length: entry.length).allSatisfy { verified[$0] }
    }

    private func prepareFile(_ index: Int, _ entry: FileEntry) throws(StorageError) {
        let path = path(of: index)
        let isNew = FileOpener.kind(of: path) == nil
        let file = try opener.create(index, isExecutable: entry.isExecutable)
        if isNew { noteNew(path) }
        if Int64(try file.status(path: path).st_size) < entry.length {
            while ftruncate(file.descriptor, off_t(entry.length)) != 0 {
                let code = errno
                guard code == EINTR else { throw .system(.resize, path: path, code: code) }
            }
        }
        try moveOut(index, to: file)
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
