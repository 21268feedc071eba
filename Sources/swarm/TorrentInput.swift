import ArgumentParser
import Glibc
import Metainfo

/// Reads the torrent file that a subcommand was given, and says in one line why it cannot.
enum TorrentInput {
    /// More than any decoder takes.
    private static let maxBytes = 256 << 20

    /// - Throws: 66 when the file cannot be read, 65 when it is no torrent; the line is written by then.
    static func load(_ path: String) throws(ExitCode) -> MetainfoFile {
        let shown = TerminalText.visible(path)
        let bytes = try read(path, shown: shown)
        do {
            return try MetainfoFile.decode(bytes)
        } catch {
            throw ExitStatus.end(ExitStatus.badData, "\(shown): \(error)")
        }
    }

    private static func read(_ path: String, shown: String) throws(ExitCode) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw unreadable(shown, errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw unreadable(shown, errno) }
        // A pipe is fine, a folder, a terminal or /dev/zero is not.
        switch status.st_mode & S_IFMT {
        case S_IFREG, S_IFIFO: break
        case S_IFDIR: throw ExitStatus.end(ExitStatus.noInput, "\(shown): found a folder, wanted a torrent file")
        default: throw ExitStatus.end(ExitStatus.noInput, "\(shown): found a device or socket, wanted a torrent file")
        }
        // Opening must not hang on a pipe without a writer, reading may wait for one.
        _ = fcntl(file, F_SETFL, fcntl(file, F_GETFL) & ~O_NONBLOCK)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(Int(status.st_size) + 1, maxBytes))
        while bytes.count <= maxBytes {
            let (count, code) = append(from: file, to: &bytes)
            if count == 0 { return bytes }
            if count < 0, code != EINTR { throw unreadable(shown, code) }
        }
        throw ExitStatus.end(
            ExitStatus.badData, "\(shown): byte \(maxBytes): found more bytes, wanted a torrent of at most 256 MiB")
    }

    private static func append(from file: Int32, to bytes: inout [UInt8]) -> (count: Int, code: Int32) {
        var count = 0
        var code: Int32 = 0
        let run = [UInt8](unsafeUninitializedCapacity: 1 << 16) { target, used in
            count = Glibc.read(file, target.baseAddress, target.count)
            code = errno
            used = max(0, count)
        }
        bytes += run
        return (count, code)
    }

    private static func unreadable(_ shown: String, _ code: Int32) -> ExitCode {
        ExitStatus.end(ExitStatus.noInput, "\(shown): cannot read: \(String(cString: strerror(code)))")
    }
}
