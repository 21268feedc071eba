package import Bencode
import Crypto

/// A v1 torrent over known contents, made without any code of ours but the encoder.
package struct SampleTorrent: Sendable {
    package struct File: Sendable {
        /// Components below the torrent's folder.
        package let path: [String]
        package let content: [UInt8]
        package let isPadding: Bool

        package init(_ path: String..., content: [UInt8], isPadding: Bool = false) {
            self.path = path
            self.content = content
            self.isPadding = isPadding
        }
    }

    package let name: String
    package let files: [File]
    package let isSingleFile: Bool
    package let pieceLength: Int
    /// The torrent file as a value; change fields here before `metainfo` is read.
    package var value: BencodeValue

    /// The bytes of the torrent file.
    package var metainfo: [UInt8] { BencodeEncoder.encode(value) }

    /// All contents one after another: the torrent's byte stream.
    package let stream: [UInt8]

    /// A folder of files, or a single file when there is one of path `[name]`.
    package init(name: String, files: [File], pieceLength: Int = 16384, trackers: [[String]] = []) {
        self.name = name
        self.files = files
        self.pieceLength = pieceLength
        isSingleFile = files.count == 1 && files[0].path == [name]
        stream = files.flatMap(\.content)
        var info: BencodeValue = [
            "name": BencodeValue(name), "piece length": .integer(Int64(pieceLength)),
            "pieces": .string(Self.hashes(of: stream, pieceLength: pieceLength)),
        ]
        if isSingleFile {
            info["length"] = .integer(Int64(stream.count))
        } else {
            info["files"] = .list(files.map(Self.entry))
        }
        var torrent: BencodeValue = ["info": info]
        if let first = trackers.first?.first { torrent["announce"] = BencodeValue(first) }
        if trackers.flatMap({ $0 }).count > 1 {
            torrent["announce-list"] = .list(trackers.map { .list($0.map { BencodeValue($0) }) })
        }
        value = torrent
    }

    /// One file of `count` seeded random bytes.
    package init(
        name: String = "sample.bin", count: Int, pieceLength: Int = 16384, seed: UInt64 = 1, trackers: [[String]] = []
    ) {
        var generator = SeededGenerator(seed: seed)
        self.init(
            name: name, files: [File(name, content: generator.bytes(count))],
            pieceLength: pieceLength, trackers: trackers)
    }

    /// Writes the contents where a client would put them; padding is left out.
    ///
    /// - Returns: the path of the file, or of the torrent's folder.
    @discardableResult
    package func write(to folder: TemporaryFolder) throws -> String {
        for file in files where !file.isPadding {
            try folder.write(file.content, to: ((isSingleFile ? [] : [name]) + file.path).joined(separator: "/"))
        }
        return folder.path(name)
    }

    private static func entry(_ file: File) -> BencodeValue {
        var entry: BencodeValue = [
            "length": .integer(Int64(file.content.count)), "path": .list(file.path.map { BencodeValue($0) }),
        ]
        if file.isPadding { entry["attr"] = "p" }
        return entry
    }

    private static func hashes(of stream: [UInt8], pieceLength: Int) -> [UInt8] {
        stride(from: 0, to: stream.count, by: pieceLength).flatMap { start in
            Array(Insecure.SHA1.hash(data: stream[start..<min(start + pieceLength, stream.count)]))
        }
    }
}
