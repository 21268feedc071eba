import Bencode

/// Reads `file tree` of a v2 torrent: folders as dictionaries, a file as a dictionary under an empty key (BEP 52).
struct FileTreeReader {
    private let section: MetainfoSection
    private let pieceLength: Int

    init(_ section: MetainfoSection, pieceLength: Int) {
        self.section = section
        self.pieceLength = pieceLength
    }

    /// The files in the order of the tree, with padding between them where v2 has a gap.
    func read(rawName: ArraySlice<UInt8>) throws(MetainfoError) -> FileList {
        let tree = try section.required("file tree", .dictionary)
        var builder = FileListBuilder()
        try walk(tree, path: [], &builder)
        guard builder.count > 0 else { throw section.error("file tree", tree, "found no file, wanted at least one") }
        // A file that stands alone bears the name of the torrent.
        let only = builder.count == 1 ? tree.dictionary?.first : nil
        let isSingleFile = only?.key.slice == rawName && only?.value[""] != nil
        return builder.finish(isSingleFile: isSingleFile)
    }

    /// Recursion is bounded by the decoder's depth limit.
    private func walk(
        _ folder: BencodeNode, path: [ArraySlice<UInt8>], _ builder: inout FileListBuilder
    ) throws(MetainfoError) {
        var previous: ArraySlice<UInt8>?
        for (key, value) in folder.dictionary ?? [] {
            let name = key.slice ?? []
            // The order of names is the order of pieces here, so it must not depend on who reads it.
            guard previous.map({ $0.lexicographicallyPrecedes(name) }) ?? true else {
                throw error(key, path + [name], "found out of order, wanted names to ascend")
            }
            previous = name
            guard value.kind == .dictionary else {
                throw error(value, path + [name], "found \(value.kind.article), wanted a dictionary")
            }
            guard !name.isEmpty else {
                throw error(value, path, "found an empty name beside or above others, wanted it for one file alone")
            }
            guard let file = value[""] else {
                try walk(value, path: path + [name], &builder)
                continue
            }
            guard value.dictionary?.count == 1 else {
                throw error(value, path + [name], "found a file that is a folder too, wanted one of the two")
            }
            try append(file, path: path + [name], to: &builder)
        }
    }

    private func append(
        _ node: BencodeNode, path: [ArraySlice<UInt8>], to builder: inout FileListBuilder
    ) throws(MetainfoError) {
        guard node.kind == .dictionary else {
            throw error(node, path, "found \(node.kind.article), wanted a dictionary")
        }
        let file = MetainfoSection(node: node, name: place(path))
        let attributes = FileAttributes.read(node)
        guard !attributes.contains(.padding) else {
            throw file.error("attr", node["attr"], "found padding in v2, wanted files alone")
        }
        var raw = FileListBuilder.RawFile(path: path, length: 0, attributes: attributes.subtracting(.symlink))
        if attributes.contains(.symlink), let target = node["symlink path"] {
            raw.attributes = attributes
            raw.symlinkTarget = try FileAttributes.parts(of: target, "symlink path", in: file)
        } else {
            raw.length = try file.required("length", .integer).integer ?? -1
        }
        guard raw.length >= 0 else {
            throw file.error("length", node["length"], "found \(raw.length), wanted zero or more")
        }
        if raw.length > 0 {
            let root = try file.required("pieces root", .string)
            guard let bytes = root.bytes, bytes.count == 32 else {
                throw file.error("pieces root", root, "found \(root.slice?.count ?? 0) bytes, wanted 32")
            }
            guard bytes.contains(where: { $0 != 0 }) else {
                throw file.error("pieces root", root, "found zeros alone, wanted a hash")
            }
            raw.piecesRoot = bytes
        }
        let aligned = raw.length == 0 || builder.align(to: pieceLength)
        guard aligned, builder.append(raw) else {
            throw file.error("length", node, "found sizes that sum up beyond 2^63-1, wanted a smaller total")
        }
    }

    private func place(_ path: [ArraySlice<UInt8>]) -> String {
        "info.file tree/" + SafeName.display(path).printable
    }

    private func error(_ node: BencodeNode, _ path: [ArraySlice<UInt8>], _ problem: String) -> MetainfoError {
        MetainfoSection(node: node, name: place(path)).error("", node, problem)
    }
}
