/// Gathers the files of a torrent as it is read, and gives each a safe place.
struct FileListBuilder {
    /// A file as the torrent tells it.
    struct RawFile {
        var path: [ArraySlice<UInt8>]
        var length: Int64
        var attributes: FileEntry.Attributes = []
        var symlinkTarget: [ArraySlice<UInt8>]?
        var piecesRoot: [UInt8]?
    }

    private var entries: [FileEntry] = []
    private var unsafeNames: [UnsafeName] = []
    private var end: Int64 = 0

    var count: Int { entries.count }
    var totalLength: Int64 { end }

    /// - Returns: false when the sizes so far no longer fit 63 bits.
    mutating func append(_ file: RawFile) -> Bool {
        let (sum, overflow) = end.addingReportingOverflow(file.length)
        guard !overflow else { return false }
        let (path, problem) = SafeName.path(file.path)
        if let problem { note(problem, SafeName.display(file.path), path.joined(separator: "/")) }
        var target: [String]?
        if file.attributes.contains(.symlink), let raw = file.symlinkTarget {
            target = safeTarget(raw, from: path)
            if target == nil { note(.linkOutside, SafeName.display(raw), "an empty file") }
        }
        entries.append(
            FileEntry(
                path: path, length: file.length, offset: end,
                attributes: target == nil ? file.attributes.subtracting(.symlink) : file.attributes,
                symlinkTarget: target,
                piecesRoot: file.piecesRoot))
        end = sum
        return true
    }

    /// Fills up to the next multiple of `alignment`, as v2 pieces never span files (BEP 52).
    mutating func align(to alignment: Int) -> Bool {
        let gap = end % Int64(alignment)
        guard gap != 0 else { return true }
        let length = Int64(alignment) - gap
        return append(
            .init(
                path: [ArraySlice(".pad".utf8), ArraySlice(String(length).utf8)], length: length, attributes: .padding))
    }

    /// The list, every path its own.
    func finish(isSingleFile: Bool) -> FileList {
        var copy = self
        copy.separateCollisions()
        return FileList(entries: copy.entries, isSingleFile: isSingleFile, unsafeNames: copy.unsafeNames)
    }

    private mutating func note(_ problem: UnsafeName.Problem, _ original: String, _ replacement: String) {
        unsafeNames.append(
            UnsafeName(file: entries.count, original: original, replacement: replacement, problem: problem))
    }

    /// A target is used only if each component is fine as it came: what was made safe would name something else.
    private func safeTarget(_ raw: [ArraySlice<UInt8>], from path: [String]) -> [String]? {
        let (target, problem) = SafeName.path(raw)
        return problem == nil && target != path ? target : nil
    }

    /// Folders keep their names and so does the first of several files; the others get a number.
    ///
    /// So no path leads through a file or a link: what lies below a name makes that name a folder.
    private mutating func separateCollisions() {
        var folders: Set<String> = []
        var lastFolder: ArraySlice<String> = []
        for entry in entries where !entry.isPadding && entry.path.count > 1 && entry.path.dropLast() != lastFolder {
            lastFolder = entry.path.dropLast()
            var folder = ""
            for part in lastFolder {
                folder += "/" + part
                folders.insert(folder)
            }
        }
        var taken: Set<String> = []
        taken.reserveCapacity(entries.count)
        var nextNumber: [String: Int] = [:]
        for (index, entry) in entries.enumerated() where !entry.isPadding {
            let wanted = "/" + entry.relativePath
            if !folders.contains(wanted), taken.insert(wanted).inserted { continue }
            var path = entry.path
            var number = nextNumber[wanted] ?? 2
            repeat {
                path[path.count - 1] = SafeName.numbered(entry.path[path.count - 1], number)
                number += 1
            } while folders.contains("/" + path.joined(separator: "/"))
                || !taken.insert("/" + path.joined(separator: "/")).inserted
            nextNumber[wanted] = number
            entries[index] = FileEntry(
                path: path, length: entry.length, offset: entry.offset, attributes: entry.attributes,
                symlinkTarget: entry.symlinkTarget, piecesRoot: entry.piecesRoot)
            unsafeNames.append(
                UnsafeName(
                    file: index, original: entry.relativePath, replacement: path.joined(separator: "/"),
                    problem: .collision))
        }
    }
}
