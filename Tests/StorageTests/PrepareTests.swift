import Glibc
import Metainfo
import TestKit
import Testing

@testable import Storage

struct PrepareTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("prepare")
    }

    private func store(_ torrent: StoredTorrent, _ access: PieceStore.Access = .readWrite) -> PieceStore {
        PieceStore(info: torrent.info, root: folder.path, access: access, pool: FilePool())
    }

    @Test("creates folders, empty files and full-length holes")
    func creates() throws {
        let torrent = try StoredTorrent([("deep/er/a", 100_000), ("empty", 0), ("b", 1)], pieceLength: 16384)

        try store(torrent).prepare()

        #expect(try folder.read("sample/deep/er/a") == [UInt8](repeating: 0, count: 100_000))
        #expect(try folder.read("sample/empty").isEmpty)
        var status = stat()
        #expect(stat(folder.path("sample/deep/er/a"), &status) == 0)
        #expect(status.st_blocks == 0)
    }

    @Test("keeps what is there: whole, short and too long files")
    func keeps() throws {
        let torrent = try StoredTorrent([("whole", 10), ("short", 10), ("long", 10)], pieceLength: 16384)
        try folder.write(Array(0..<10), to: "sample/whole")
        try folder.write([1, 2, 3], to: "sample/short")
        try folder.write(Array(0..<20), to: "sample/long")

        try store(torrent).prepare()

        #expect(try folder.read("sample/whole") == Array(0..<10))
        #expect(try folder.read("sample/short") == [1, 2, 3, 0, 0, 0, 0, 0, 0, 0])
        #expect(try folder.read("sample/long") == Array(0..<20))
    }

    @Test("does nothing when the store is for reading")
    func readOnly() throws {
        let torrent = try StoredTorrent([("a", 10), ("empty", 0)], pieceLength: 16384)

        try store(torrent, .readOnly).prepare()

        #expect(access(folder.path("sample"), F_OK) != 0)
    }

    @Test("makes programs executable and others not")
    func executable() throws {
        var draft = MetainfoDraft(name: Array("sample".utf8))
        draft.content = .folder([
            .init(path: [Array("data".utf8)], length: 1), .init(path: [Array("run".utf8)], length: 1, attributes: "x"),
        ])
        let torrent = try StoredTorrent(draft, pieceLength: 16384, bytes: [1, 2])

        try store(torrent).prepare()

        #expect(access(folder.path("sample/run"), X_OK) == 0)
        #expect(access(folder.path("sample/data"), X_OK) != 0)
    }

    @Test("says which folder cannot be made because a file is in its place")
    func fileInFoldersPlace() throws {
        let torrent = try StoredTorrent([("sub/a", 10)], pieceLength: 16384)
        try folder.write([1], to: "sample/sub")

        #expect(throws: StorageError.failed(.open, path: folder.path("sample/sub"), code: ENOTDIR)) {
            try store(torrent).prepare()
        }
    }

    @Test("tells what is wrong with each file without reading it")
    func inspects() throws {
        let torrent = try StoredTorrent(
            [("folder", 10), ("gone", 10), ("long", 10), ("short", 10), ("whole", 10)], pieceLength: 16384)
        _ = try folder.makeFolder("sample/folder")
        try folder.write(Array(0..<12), to: "sample/long")
        try folder.write(Array(0..<7), to: "sample/short")
        try folder.write(Array(0..<10), to: "sample/whole")

        let problems = store(torrent, .readOnly).inspect()

        #expect(
            problems.map(\.kind) == [
                .notAFile(.folder), .missing, .longer(expected: 10, found: 12), .short(expected: 10, found: 7),
            ])
        #expect(problems.map(\.file) == [0, 1, 2, 3])
        #expect(problems[3].description.contains("3 bytes short: has 7, the torrent wants 10"))
    }

    @Test("knows holes from data, across files and padding")
    func holes() throws {
        let length = 1 << 20
        let torrent = try StoredTorrent([("a", length), ("b", length)], pieceLength: 1 << 16)
        let store = store(torrent)
        try store.prepare()

        try store.write([UInt8](repeating: 1, count: 10), at: Int64(length / 2))

        #expect(try store.isHole(at: 0, length: length / 4))
        #expect(try !store.isHole(at: 0, length: length))
        #expect(try store.isHole(at: Int64(length) - 1000, length: 2000))
        #expect(throws: StorageError.self) {
            truncate(folder.path("sample/b"), 10)
            _ = try store.isHole(at: Int64(length), length: 1000)
        }
    }
}
