import Bencode

/// Reads `info`: what v1 and v2 share here, the file list of v1, and the choice between them.
struct InfoReader {
    private let section: MetainfoSection
    private let pieceLength: Int64
    private let version: Info.Version

    init(_ node: BencodeNode) throws(MetainfoError) {
        section = MetainfoSection(node: node, name: "info")
        let metaVersion = try section.integer("meta version") ?? 1
        guard metaVersion == 1 || metaVersion == 2 else {
            throw section.error("meta version", node["meta version"], "found \(metaVersion), wanted 1 or 2")
        }
        let hasV1 = node["pieces"] != nil || node["files"] != nil || node["length"] != nil
        version = metaVersion == 1 ? .v1 : hasV1 ? .hybrid : .v2
        pieceLength = try section.required("piece length", .integer).integer ?? 0
    }

    func read() throws(MetainfoError) -> Info {
        let rawName = try readName()
        let (name, nameProblem) = SafeName.component(rawName)
        var unsafeNames: [UnsafeName] = []
        if let nameProblem {
            unsafeNames.append(
                UnsafeName(file: nil, original: SafeName.display([rawName]), replacement: name, problem: nameProblem))
        }
        // Before any file is read, so that aligning to it is sound.
        _ = try layout(totalLength: 0)
        let files: FileList
        switch version {
        case .v1:
            files = try readFiles(rawName: rawName)
        case .v2:
            files = try FileTreeReader(section, pieceLength: Int(pieceLength)).read(rawName: rawName)
        case .hybrid:
            let tree = try FileTreeReader(section, pieceLength: Int(pieceLength)).read(rawName: rawName)
            files = try HybridCheck(section, pieceLength: pieceLength).merge(readFiles(rawName: rawName), with: tree)
        }
        let layout = try layout(totalLength: files.totalLength)
        guard layout.pieceCount > 0 else {
            throw section.error("", section.node, "found no bytes in any file, wanted at least one")
        }
        return Info(
            name: name, rawName: Array(rawName), version: version, layout: layout,
            files: FileList(
                entries: files.entries, isSingleFile: files.isSingleFile, unsafeNames: unsafeNames + files.unsafeNames),
            pieceHashes: version == .v2 ? nil : try readHashes(count: layout.pieceCount),
            isPrivate: readPrivate(), source: section.node["source"]?.lossyText)
    }

    private func layout(totalLength: Int64) throws(MetainfoError) -> PieceLayout {
        let found = section.node["piece length"]
        if version != .v1, pieceLength < 16384 || pieceLength.nonzeroBitCount != 1 {
            throw section.error(
                "piece length", found, "found \(pieceLength), wanted a power of two from 16384 on, as v2 demands")
        }
        do {
            return try PieceLayout(totalLength: totalLength, pieceLength: Int(pieceLength))
        } catch {
            throw section.error("piece length", found, "\(error)")
        }
    }

    /// Old programs wrote `name` in a code page of their own and UTF-8 next to it.
    private func readName() throws(MetainfoError) -> ArraySlice<UInt8> {
        let name = try section.required("name", .string)
        if name.text == nil, let modern = section.node["name.utf-8"], modern.text != nil { return modern.slice ?? [] }
        return name.slice ?? []
    }

    /// Anything but zero counts: a torrent that is taken for public by mistake leaks.
    private func readPrivate() -> Bool {
        guard let flag = section.node["private"] else { return false }
        return flag.integer != 0 && flag.text != "0"
    }

    private func readHashes(count: Int) throws(MetainfoError) -> PieceHashes {
        let pieces = try section.required("pieces", .string)
        let bytes = pieces.slice ?? []
        guard bytes.count.isMultiple(of: 20) else {
            throw section.error("pieces", pieces, "found \(bytes.count) bytes, wanted a multiple of 20")
        }
        guard bytes.count / 20 == count else {
            throw section.error(
                "pieces", pieces, "found \(bytes.count / 20) hashes, wanted \(count) for that many pieces")
        }
        return PieceHashes(bytes)
    }

    // MARK: Files of v1

    private func readFiles(rawName: ArraySlice<UInt8>) throws(MetainfoError) -> FileList {
        var builder = FileListBuilder()
        let list = try section.value("files", .list)
        if let length = try section.value("length", .integer) {
            guard list == nil else {
                throw section.error("files", list, "found next to \"length\", wanted one of the two")
            }
            let attributes = FileAttributes.read(section.node)
            try append(
                .init(path: [rawName], length: length.integer ?? -1, attributes: attributes.subtracting(.symlink)),
                length, "length", to: &builder)
            return builder.finish(isSingleFile: true)
        }
        guard let list, let members = list.list else {
            throw section.missing("length", wanted: "\"length\" or \"files\"")
        }
        guard !members.isEmpty else { throw section.error("files", list, "found an empty list, wanted a file") }
        for (index, node) in members.enumerated() {
            let key = "files[\(index)]"
            guard node.kind == .dictionary else {
                throw section.error(key, node, "found \(node.kind.article), wanted a dictionary")
            }
            try append(readFile(MetainfoSection(node: node, name: "info.\(key)")), node, key, to: &builder)
        }
        return builder.finish(isSingleFile: false)
    }

    private func append(
        _ file: FileListBuilder.RawFile, _ node: BencodeNode, _ key: String, to builder: inout FileListBuilder
    ) throws(MetainfoError) {
        guard file.length >= 0 else {
            throw section.error(key, node, "found a size of \(file.length), wanted zero or more")
        }
        guard builder.append(file) else {
            throw section.error(key, node, "found sizes that sum up beyond 2^63-1, wanted a smaller total")
        }
    }

    private func readFile(_ file: MetainfoSection) throws(MetainfoError) -> FileListBuilder.RawFile {
        let attributes = FileAttributes.read(file.node)
        if attributes.contains(.padding) { return try readPadding(file) }
        var path = try parts(of: file.required("path", .list), "path", in: file)
        if let modern = file.node["path.utf-8"], path.contains(where: { String(validating: $0, as: UTF8.self) == nil })
        {
            let candidate = try parts(of: modern, "path.utf-8", in: file)
            if !candidate.isEmpty { path = candidate }
        }
        guard !path.isEmpty else { throw file.error("path", file.node["path"], "found an empty list, wanted a name") }
        guard attributes.contains(.symlink), let target = file.node["symlink path"] else {
            let length = try file.required("length", .integer).integer ?? -1
            return .init(path: path, length: length, attributes: attributes.subtracting(.symlink))
        }
        // A link takes up no bytes, whatever "length" says (BEP 47).
        return try .init(
            path: path, length: 0, attributes: attributes, symlinkTarget: parts(of: target, "symlink path", in: file))
    }

    /// Padding is never on disk, so whether it has a name or which one does not matter.
    private func readPadding(_ file: MetainfoSection) throws(MetainfoError) -> FileListBuilder.RawFile {
        let length = try file.required("length", .integer).integer ?? -1
        return .init(
            path: [ArraySlice(".pad".utf8), ArraySlice(String(length).utf8)], length: length, attributes: .padding)
    }

    private func parts(
        of node: BencodeNode, _ key: String, in file: MetainfoSection
    ) throws(MetainfoError) -> [ArraySlice<UInt8>] {
        try FileAttributes.parts(of: node, key, in: file)
    }
}

extension BencodeNode {
    /// The string with invalid UTF-8 replaced; nil for other kinds.
    var lossyText: String? { slice.map { String(decoding: $0, as: UTF8.self) } }
}
