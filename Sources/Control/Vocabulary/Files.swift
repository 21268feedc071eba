import Commands
import Engine
import Glibc
import Metainfo
import Storage

/// A file as a command works on it: which one of which download.
private struct FileSubject {
    let download: Download
    let index: Int

    var entry: FileEntry { download.files[index] }

    /// Pieces that hold bytes of it, first and one behind the last. An empty file lies at a point: first and last are one.
    var pieces: Range<Int> { download.layout.pieces(offset: entry.offset, length: entry.length) }

    /// How many components it shares with its neighbour at that distance.
    func depthShared(with distance: Int) -> Int64 {
        let files = download.files
        guard files.indices.contains(index + distance) else { return 0 }
        return Int64(zip(entry.path, files[index + distance].path).prefix { $0 == $1 }.count)
    }

    /// What the disk says; nil before the first opening and for what is not there.
    var onDisk: stat? {
        let path = download.frozenPath(ofFile: index)
        guard !path.isEmpty else { return nil }
        var answer = stat()
        return lstat(String(decoding: path, as: UTF8.self), &answer) == 0 ? answer : nil
    }
}

extension CommandContext {
    fileprivate func file() throws(CommandFault) -> FileSubject {
        let download = try download()
        guard download.files.indices.contains(target.index) else { throw .wrongTarget }
        return FileSubject(download: download, index: target.index)
    }
}

/// `f.*`: the files of a download, and `f.priority.set`.
func defineFiles(in map: CommandMap, _ reader: DownloadReader) {
    let fields = FieldTable(map, on: .file) { (context) throws(CommandFault) in try context.file() }
    defineNames(fields)
    definePlaces(fields, reader)
    defineDisk(fields)
    definePriorities(fields)
    defineIterators(in: map)
}

private func defineNames(_ fields: FieldTable<FileSubject>) {
    fields.text("f.path", help: "path below the torrent's folder") { $0.entry.pathBytes }
    fields.list("f.path_components", help: "components of the path") { $0.entry.path.map { .text($0) } }
    fields.number("f.path_depth", help: "number of components of the path") { Int64($0.entry.path.count) }
    fields.number("f.match_depth_next", help: "components shared with the next file") { $0.depthShared(with: 1) }
    fields.number("f.match_depth_prev", help: "components shared with the file before") { $0.depthShared(with: -1) }
    fields.text("f.frozen_path", help: "absolute path; empty until the download was opened once") {
        $0.download.frozenPath(ofFile: $0.index)
    }
}

private func definePlaces(_ fields: FieldTable<FileSubject>, _ reader: DownloadReader) {
    fields.number("f.size_bytes", help: "size in bytes") { $0.entry.length }
    fields.number("f.offset", help: "offset of its first byte in the torrent, in bytes") { $0.entry.offset }
    fields.number("f.size_chunks", help: "pieces that hold bytes of it") { Int64($0.pieces.count) }
    fields.number("f.range_first", help: "first piece that holds bytes of it") { Int64($0.pieces.lowerBound) }
    fields.number("f.range_second", help: "one behind the last piece that holds bytes of it") {
        Int64($0.pieces.upperBound)
    }
    fields.number("f.completed_chunks", help: "verified pieces that hold bytes of it") { file in
        guard let pieces = reader.pieces(file.download) else {
            // Which pieces they are is not known, only how many.
            return reader.isWhole(file.download) ? Int64(file.pieces.count) : 0
        }
        if file.pieces.isEmpty {
            // An empty file is there as soon as the piece is at which it lies.
            let piece = min(file.pieces.lowerBound, pieces.count - 1)
            return piece >= 0 && pieces[piece] ? 1 : 0
        }
        if pieces.isAllSet { return Int64(file.pieces.count) }
        return file.pieces.reduce(0) { $0 + (pieces[$1] ? 1 : 0) }
    }
}

private func defineDisk(_ fields: FieldTable<FileSubject>) {
    fields.flag("f.is_created", help: "1 if it is on disk; 0 until the download was opened once") { $0.onDisk != nil }
    fields.flag("f.is_open", help: "1 if the download's files are open") { $0.download.isOpen }
    fields.number("f.last_touched", help: "time of the last access in microseconds since 1970") { file in
        guard let answer = file.onDisk else { return file.download.loadedAt * 1_000_000 }
        let times = [answer.st_atim, answer.st_mtim].map { Int64($0.tv_sec) * 1_000_000 + Int64($0.tv_nsec) / 1_000 }
        return times.max() ?? 0
    }
    let queues: [(String, String)] = [("create", "creation"), ("resize", "resizing")]
    for (name, what) in queues {
        fields.flag("f.is_\(name)_queued", help: "1 while the download is open: \(what) is up to us then") {
            $0.download.isOpen
        }
        // Files are made and sized when a download becomes active, always: there is no flag to set.
        for verb in ["set", "unset"] {
            fields.setNumber("f.\(verb)_\(name)_queued", .isNeutral, help: "\(what), which needs no flag here") {
                _, _ in
            }
        }
    }
}

private func definePriorities(_ fields: FieldTable<FileSubject>) {
    fields.number("f.priority", help: "0 off, 1 normal, 2 high") {
        Int64($0.download.priority(ofFile: $0.index).rawValue)
    }
    fields.setNumber(
        "f.priority.set", .isUntrustedSafe, help: "0 off, 1 normal, 2 high; takes effect with d.update_priorities"
    ) {
        (file, value) throws(CommandFault) in
        guard let priority = UInt8(exactly: value).flatMap(FilePriority.init(rawValue:)) else {
            throw .input("Invalid value.")
        }
        var priorities = file.download.record.filePriorities
        let missing = file.download.files.count - priorities.count
        if missing > 0 { priorities += [UInt8](repeating: FilePriority.normal.rawValue, count: missing) }
        priorities[file.index] = priority.rawValue
        file.download.change(\.filePriorities, to: priorities)
    }
    for (edge, end) in [("first", FileEdges.first), ("last", .last)] {
        fields.flag("f.prioritize_\(edge)", help: "1 if its \(edge) pieces shall come early") {
            $0.download.extras.urgentEdges[$0.index, default: []].contains(end)
        }
        fields.action(
            "f.prioritize_\(edge).enable", [.isUntrustedSafe, .isNotYet], help: "its \(edge) pieces shall come early"
        ) { $0.download.extras.urgentEdges[$0.index, default: []].insert(end) }
        fields.action(
            "f.prioritize_\(edge).disable", [.isUntrustedSafe, .isNotYet],
            help: "its \(edge) pieces need not come early"
        ) { $0.download.extras.urgentEdges[$0.index, default: []].remove(end) }
    }
}

/// `fi.*`: what rTorrent's own screen walks over file trees with; a file alone is a walk of one step.
private func defineIterators(in map: CommandMap) {
    map.define("fi.filename_last", on: .file, .string, flags: .isUntrustedSafe, help: "last component of the path") {
        (context, _) throws(CommandFault) in .text(try context.file().entry.path.last ?? "")
    }
    map.define("fi.is_file", on: .file, .value, flags: .isUntrustedSafe, help: "1: a file, not a folder") {
        (context, _) throws(CommandFault) in
        _ = try context.file()
        return 1
    }
}

/// Which ends of a file its user wants first.
package struct FileEdges: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let first = FileEdges(rawValue: 1)
    package static let last = FileEdges(rawValue: 2)
}
