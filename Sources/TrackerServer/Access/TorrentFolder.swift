import Glibc
package import Metainfo

/// The torrent files of a folder and of the folders in it: which torrents are served, and what they are called.
///
/// A value: a new scan makes a new one and takes over what it knows of files that have not changed.
package struct TorrentFolder: Sendable {
    /// What is known of one torrent from its file.
    package struct Torrent: Sendable, Hashable {
        package let infoHash: InfoHash
        /// Not fit for a page or a terminal as it is.
        package let name: String
        package let totalLength: Int64
        package let fileCount: Int
        package let pieceLength: Int
        package let isPrivate: Bool
        /// The torrent file.
        package let path: String
    }

    /// When a file was looked at last it had this size and time, and this came of it.
    private struct Seen: Sendable {
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
        let torrent: Torrent?
        let problem: String?
    }

    package private(set) var torrents: [InfoHash: Torrent] = [:]
    /// Files that are no torrents, by path.
    package private(set) var problems: [String: String] = [:]
    private var seen: [String: Seen] = [:]

    private static let deepest = 16
    private static let mostFiles = 1_000_000
    private static let largestTorrent = 64 << 20

    init() {}

    /// Looks at all files that end in `.torrent`; names that begin with a dot are passed over.
    ///
    /// - Throws: `unreadableList` when the folder itself cannot be read; a bad file in it is a problem, not an error.
    static func scan(_ path: String, before: TorrentFolder) throws(TrackerError) -> TorrentFolder {
        var folder = TorrentFolder()
        guard folder.walk(path, depth: 0, before: before) else { throw .unreadableList(path: path, code: errno) }
        return folder
    }

    private mutating func walk(_ path: String, depth: Int, before: TorrentFolder) -> Bool {
        guard let directory = opendir(path) else { return false }
        defer { closedir(directory) }
        while let entry = readdir(directory), seen.count < Self.mostFiles {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            let full = path.hasSuffix("/") ? path + name : path + "/" + name
            var status = stat()
            guard stat(full, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR where depth < Self.deepest: _ = walk(full, depth: depth + 1, before: before)
            case S_IFREG where name.hasSuffix(".torrent"): take(full, status, before: before)
            default: break
            }
        }
        return true
    }

    private mutating func take(_ path: String, _ status: stat, before: TorrentFolder) {
        let file: Seen
        if let known = before.seen[path], known.size == Int64(status.st_size),
            known.seconds == status.st_mtim.tv_sec, known.nanoseconds == status.st_mtim.tv_nsec
        {
            file = known
        } else {
            let (torrent, problem) = Self.read(path, size: Int64(status.st_size))
            file = Seen(
                size: Int64(status.st_size), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec,
                torrent: torrent, problem: problem)
        }
        seen[path] = file
        if let torrent = file.torrent, torrents[torrent.infoHash] == nil { torrents[torrent.infoHash] = torrent }
        if let problem = file.problem { problems[path] = problem }
    }

    private static func read(_ path: String, size: Int64) -> (Torrent?, String?) {
        guard size <= largestTorrent else { return (nil, "larger than \(largestTorrent) bytes") }
        guard let bytes = FileBytes.read(path, limit: largestTorrent) else {
            return (nil, String(cString: strerror(errno)))
        }
        do throws(MetainfoError) {
            let metainfo = try MetainfoFile.decode(bytes)
            return (
                Torrent(
                    infoHash: metainfo.networkHash, name: metainfo.info.name,
                    totalLength: metainfo.info.files.contentLength, fileCount: metainfo.info.files.contentCount,
                    pieceLength: metainfo.info.pieceLength, isPrivate: metainfo.info.isPrivate, path: path), nil
            )
        } catch {
            return (nil, "\(error)")
        }
    }
}

/// Whole small files.
enum FileBytes {
    /// - Returns: nil with `errno` set when it cannot be read or is longer than `limit`.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return contents }
            contents += buffer[..<count]
            guard contents.count <= limit else {
                errno = EFBIG
                return nil
            }
        }
    }
}
