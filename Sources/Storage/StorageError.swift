import Glibc

/// What went wrong between a torrent's pieces and the files on disk.
package enum StorageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file is not there.
    case missing(path: String)
    /// The file ends before the bytes that the torrent has in it.
    case short(path: String, expected: Int64, found: Int64)
    /// Something stands there that is not a regular file.
    case notAFile(path: String, found: FileKind)
    /// A symbolic link stands where a file or folder of the torrent would be written; it could lead anywhere.
    case symbolicLink(path: String)
    /// The file was deleted, cut or written to by somebody else while it was in use.
    case changed(path: String)
    /// The disk, or the user's share of it, is full.
    case noSpace(path: String)
    /// A system call failed for any other reason; `code` is its errno.
    case failed(Operation, path: String, code: Int32)

    /// What was tried when a system call failed.
    package enum Operation: String, Sendable {
        case open, read, write, create, resize, synchronise, inspect, rename
        case createFolder = "create the folder"
        case list
    }

    /// The error that an errno stands for.
    static func system(_ operation: Operation, path: String, code: Int32) -> StorageError {
        switch code {
        case ENOSPC, EDQUOT: .noSpace(path: path)
        case ENOENT: .missing(path: path)
        default: .failed(operation, path: path, code: code)
        }
    }

    /// The file or folder it is about.
    package var path: String {
        switch self {
        case .missing(let path), .short(let path, _, _), .notAFile(let path, _), .symbolicLink(let path),
            .changed(let path), .noSpace(let path), .failed(_, let path, _):
            path
        }
    }

    package var description: String {
        switch self {
        case .missing(let path):
            "\(path): not found"
        case .short(let path, let expected, let found):
            "\(path): has \(found) bytes, the torrent wants \(expected)"
        case .notAFile(let path, let found):
            "\(path): is a \(found.rawValue), the torrent wants a file"
        case .symbolicLink(let path):
            "\(path): is a symbolic link and is not followed for writing; name its target as the place to save"
        case .changed(let path):
            "\(path): was changed or deleted while in use; start again to have it checked"
        case .noSpace(let path):
            "\(path): no space left on the disk; make room and start again, what was verified stays"
        case .failed(let operation, let path, let code):
            "\(path): cannot \(operation.rawValue): \(Self.text(of: code))"
        }
    }

    private static func text(of code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }
}

/// What stands at a path.
package enum FileKind: String, Sendable {
    case file
    case folder
    case symbolicLink = "symbolic link"
    case pipe
    case socket
    case device
    case unknown = "thing of unknown kind"

    init(mode: mode_t) {
        self =
            switch mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .symbolicLink
            case S_IFIFO: .pipe
            case S_IFSOCK: .socket
            case S_IFCHR, S_IFBLK: .device
            default: .unknown
            }
    }
}
