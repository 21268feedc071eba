/// Why no torrent can be made of a file or folder.
package enum BuildError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A folder without a single file in it, or all of them excluded.
    case nothingToPublish(path: String)
    /// Only empty files: programs refuse such a torrent, for it has no pieces.
    case noBytes(path: String)
    /// A link leads to a folder that it lies in.
    case linkLoop(path: String)
    /// Pipes, sockets and devices have no content to publish.
    case notAFile(path: String, found: FileKind)
    /// A name that other systems cannot keep or that would spoil a terminal.
    case unusableName(path: String, reason: String)
    /// The folder or a file of it is not what it was when hashing began.
    case changed(path: String, how: String)
    /// A piece length that is no power of two in the allowed range.
    case pieceLength(String)
    /// The disk said no.
    case storage(StorageError)
    /// The caller asked to stop.
    case cancelled

    package var description: String {
        switch self {
        case .nothingToPublish(let path):
            "\(path): there is no file in this folder; a torrent needs at least one"
        case .noBytes(let path):
            "\(path): there is not one byte to publish; a torrent needs at least one"
        case .linkLoop(let path):
            "\(path): the link leads back to a folder that it lies in; remove it or leave it out with --exclude"
        case .notAFile(let path, let found):
            "\(path): is a \(found.rawValue), only files and folders can be published; leave it out with --exclude"
        case .unusableName(let path, let reason):
            "\(path): \(reason); rename it or leave it out with --exclude"
        case .changed(let path, let how):
            "\(path): \(how) while it was being hashed; no torrent was written, try again when it is at rest"
        case .pieceLength(let text):
            "piece length \(text): must be a power of two from 16 KiB (14) to 256 MiB (28)"
        case .storage(let error):
            error.description
        case .cancelled:
            "stopped before the torrent was made"
        }
    }
}
