import Bencode

/// Holds the two file lists of a hybrid torrent against each other: both must tell the same files (BEP 52).
///
/// Otherwise peers of one kind would get other data than peers of the other kind.
struct HybridCheck {
    private let section: MetainfoSection
    private let pieceLength: Int64

    init(_ section: MetainfoSection, pieceLength: Int64) {
        self.section = section
        self.pieceLength = pieceLength
    }

    /// The list of v1, each file with its root from v2.
    func merge(_ list: FileList, with tree: FileList) throws(MetainfoError) -> FileList {
        let wanted = tree.entries.filter { !$0.isPadding }
        guard list.contentCount == wanted.count else {
            throw failure("found \(list.contentCount) files in v1, wanted the \(wanted.count) of v2")
        }
        guard list.isSingleFile == tree.isSingleFile else {
            throw failure("found a single file in one and a folder in the other, wanted the same in v1 and v2")
        }
        var merged: [FileEntry] = []
        merged.reserveCapacity(list.entries.count)
        var next = 0
        for entry in list.entries {
            guard !entry.isPadding else {
                merged.append(entry)
                continue
            }
            try compare(entry, wanted[next])
            merged.append(
                FileEntry(
                    path: entry.path, length: entry.length, offset: entry.offset, attributes: entry.attributes,
                    symlinkTarget: entry.symlinkTarget, piecesRoot: wanted[next].piecesRoot))
            next += 1
        }
        return FileList(entries: merged, isSingleFile: list.isSingleFile, unsafeNames: list.unsafeNames)
    }

    private func compare(_ v1: FileEntry, _ v2: FileEntry) throws(MetainfoError) {
        let name = v1.relativePath.printable
        guard v1.path == v2.path else {
            throw failure("found \"\(name)\" in v1, wanted \"\(v2.relativePath.printable)\" as in v2")
        }
        guard v1.length == v2.length else {
            throw failure("found \(v1.length) bytes for \"\(name)\" in v1, wanted \(v2.length) as in v2")
        }
        guard v1.symlinkTarget == v2.symlinkTarget else {
            throw failure("found another link target for \"\(name)\" in v1, wanted that of v2")
        }
        guard v1.length == 0 || v1.offset % pieceLength == 0 else {
            throw failure("found \"\(name)\" at byte \(v1.offset) in v1, wanted it at the start of a piece")
        }
    }

    private func failure(_ problem: String) -> MetainfoError {
        section.error(
            section.node["files"] != nil ? "files" : "length", section.node["files"] ?? section.node["length"], problem)
    }
}
