import Glibc
import Metainfo

/// One file on disk that is not what the torrent says, told without reading its bytes.
package struct FileProblem: Sendable, Hashable, CustomStringConvertible {
    /// In what way the file differs.
    package enum Kind: Sendable, Hashable {
        case missing
        /// It ends too early.
        case short(expected: Int64, found: Int64)
        /// It has more bytes than the torrent knows of; what the torrent knows may still be right.
        case longer(expected: Int64, found: Int64)
        case notAFile(FileKind)
        /// It cannot be opened or asked; the text says why.
        case unreadable(StorageError)
    }

    /// Its index in the torrent's file list.
    package let file: Int
    package let path: String
    package let kind: Kind

    /// The bytes can still be right.
    package var isHarmless: Bool {
        if case .longer = kind { true } else { false }
    }

    package var description: String {
        switch kind {
        case .missing:
            "\(path): not found"
        case .short(let expected, let found):
            "\(path): \(Self.bytes(expected - found)) short: has \(found), the torrent wants \(expected)"
        case .longer(let expected, let found):
            "\(path): \(Self.bytes(found - expected)) too long: has \(found), the torrent wants \(expected)"
        case .notAFile(let kind):
            "\(path): is a \(kind.rawValue), the torrent wants a file"
        case .unreadable(let error):
            error.description
        }
    }

    private static func bytes(_ count: Int64) -> String {
        count == 1 ? "1 byte" : "\(count) bytes"
    }
}

extension PieceStore {
    /// The files that are missing, too short, too long, no files or closed to us, in the torrent's order.
    package func inspect() -> [FileProblem] {
        info.files.entries.indices.compactMap { index in
            problem(with: index).map { FileProblem(file: index, path: path(of: index), kind: $0) }
        }
    }

    private func problem(with index: Int) -> FileProblem.Kind? {
        let entry = info.files.entries[index]
        guard !entry.isPadding, entry.symlinkTarget == nil else { return nil }
        let path = path(of: index)
        var status = stat()
        guard stat(path, &status) == 0 else {
            let error = StorageError.system(.inspect, path: path, code: errno)
            return error == .missing(path: path) ? .missing : .unreadable(error)
        }
        let kind = FileKind(mode: status.st_mode)
        guard kind == .file else { return .notAFile(kind) }
        guard Glibc.access(path, R_OK) == 0 else {
            return .unreadable(.system(.open, path: path, code: errno))
        }
        let found = Int64(status.st_size)
        if found < entry.length { return .short(expected: entry.length, found: found) }
        return found > entry.length ? .longer(expected: entry.length, found: found) : nil
    }
}
