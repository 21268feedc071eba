import Crypto
import Metainfo
import TestKit

@testable import Storage

/// A torrent with its content, made in memory.
struct StoredTorrent {
    let metainfo: MetainfoFile
    /// The torrent's whole byte stream, padding included.
    let bytes: [UInt8]

    var info: Info { metainfo.info }

    /// - Parameter files: nil is a single file of `length` bytes.
    init(_ files: [(path: String, length: Int)], pieceLength: Int, seed: UInt64 = 1) throws {
        var random = SeededGenerator(seed: seed)
        try self.init(files, pieceLength: pieceLength, bytes: random.bytes(files.reduce(0) { $0 + $1.length }))
    }

    init(_ files: [(path: String, length: Int)], pieceLength: Int, bytes: [UInt8]) throws {
        var draft = MetainfoDraft(name: Array("sample".utf8))
        draft.content = .folder(
            files.map { file in
                .init(path: file.path.split(separator: "/").map { Array($0.utf8) }, length: Int64(file.length))
            })
        try self.init(draft, pieceLength: pieceLength, bytes: bytes)
    }

    /// A single file called `sample`.
    init(length: Int, pieceLength: Int, seed: UInt64 = 1) throws {
        var random = SeededGenerator(seed: seed)
        var draft = MetainfoDraft(name: Array("sample".utf8))
        draft.content = .file(length: Int64(length))
        try self.init(draft, pieceLength: pieceLength, bytes: random.bytes(length))
    }

    init(_ draft: MetainfoDraft, pieceLength: Int, bytes: [UInt8]) throws {
        var draft = draft
        draft.pieceLength = pieceLength
        draft.pieces = stride(from: 0, to: bytes.count, by: pieceLength).flatMap { start in
            Array(Insecure.SHA1.hash(data: bytes[start..<min(start + pieceLength, bytes.count)]))
        }
        metainfo = try MetainfoFile.decode(draft.encode())
        self.bytes = bytes
    }

    /// Some files with some lengths, many of them small or empty.
    static func random(seed: UInt64) throws -> StoredTorrent {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...20, using: &random)
        let files = (0..<count).map { index in
            let folder = ["", "a/", "a/b/", "c/"].randomElement(using: &random) ?? ""
            let length = [0, 1, 100, 5000, 40_000].randomElement(using: &random) ?? 0
            return (
                path: "\(folder)file-\(index)", length: length == 0 ? 0 : Int.random(in: 1...length, using: &random)
            )
        }
        return try StoredTorrent(files, pieceLength: 1 << Int.random(in: 10...15, using: &random), seed: seed)
    }

    /// Writes its files below `folder`, as the torrent says; for a folder torrent in `folder/sample`.
    func lay(in folder: TemporaryFolder) throws {
        for entry in info.files.entries where !entry.isPadding {
            let prefix = info.isSingleFile ? "" : info.name + "/"
            try folder.write(content(of: entry), to: prefix + entry.relativePath)
        }
    }

    func content(of entry: FileEntry) -> [UInt8] {
        Array(bytes[Int(entry.offset)..<Int(entry.end)])
    }
}

extension PieceStore {
    /// A range of the torrent's byte stream.
    func bytes(at offset: Int64, count: Int) throws(StorageError) -> [UInt8] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { memory.deallocate() }
        try read(into: memory, at: offset)
        return Array(memory)
    }

    func write(_ bytes: some Collection<UInt8>, at offset: Int64) throws(StorageError) {
        let bytes = Array(bytes)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        try write(UnsafeRawBufferPointer(memory), at: offset)
    }
}
