import Glibc
import Metainfo

/// Why a torrent could not be loaded, as a sentence.
struct LoadFailure: Error, Sendable {
    let message: String
}

/// Reads torrent files that anybody may have put anywhere.
enum TorrentFileReader {
    /// Larger ones are refused; a torrent of a million pieces has 20 MB.
    static let longest: Int64 = 64 << 20

    /// Reads and decodes a file. Never waits: what is no regular file, a pipe or device, is refused before it is read.
    static func read(_ path: [UInt8]) throws(LoadFailure) -> MetainfoFile {
        let name = String(decoding: path, as: UTF8.self)
        let descriptor = FileStatus.withCString(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
        guard descriptor >= 0 else { throw LoadFailure(message: "Could not open file: \"\(name)\"") }
        defer { close(descriptor) }
        guard let status = FileStatus(descriptor: descriptor), status.isRegular else {
            throw LoadFailure(message: "\"\(name)\" is no regular file")
        }
        guard status.size <= longest else {
            throw LoadFailure(message: "\"\(name)\" has \(status.size) bytes, a torrent may have \(longest)")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw LoadFailure(message: "\"\(name)\" cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return try decode(bytes, from: "\"\(name)\"")
    }

    static func decode(_ bytes: [UInt8], from source: String) throws(LoadFailure) -> MetainfoFile {
        do throws(MetainfoError) {
            return try MetainfoFile.decode(bytes)
        } catch {
            throw LoadFailure(message: "Could not create download: \(source): \(error)")
        }
    }
}
