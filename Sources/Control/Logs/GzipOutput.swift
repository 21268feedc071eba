import CZlib
import Glibc

/// Lines in a file compressed by gzip; in rTorrent's form, as ``FileOutput``. A file that is added to holds several members one behind the
/// other, which every reader of gzip takes for one.
final class GzipOutput: LogOutput {
    private let path: String
    private var file: gzFile?

    init(path: String, appends: Bool) throws(LogFileFailure) {
        self.path = path
        file = Self.open(path, appends ? O_APPEND : O_TRUNC)
        guard file != nil else { throw LogFileFailure(path: path, errno: errno) }
    }

    deinit { if let file { gzclose(file) } }

    func write(_ group: LogGroup, _ text: String, time: Int64) {
        guard let file else { return }
        let line = Array("\(time) \(group.level?.letter ?? "D") \(text)\n".utf8)
        _ = gzwrite(file, line, UInt32(line.count))
    }

    func flush() { if let file { gzflush(file, Z_SYNC_FLUSH) } }

    func reopen() {
        guard let fresh = Self.open(path, O_APPEND) else { return }
        if let file { gzclose(file) }
        file = fresh
    }

    private static func open(_ path: String, _ flag: Int32) -> gzFile? {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flag, 0o666)
        guard descriptor >= 0 else { return nil }
        guard let file = gzdopen(descriptor, "wb") else {
            close(descriptor)
            errno = ENOMEM
            return nil
        }
        return file
    }
}
