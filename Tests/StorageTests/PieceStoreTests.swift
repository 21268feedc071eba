import Glibc
import Metainfo
import Synchronization
import TestKit
import Testing

@testable import Storage

struct PieceStoreTests {
    private let folder: TemporaryFolder
    private let pool = FilePool(capacity: 4)

    init() throws {
        folder = try TemporaryFolder("piece-store")
    }

    private func store(
        _ torrent: StoredTorrent, _ access: PieceStore.Access = .readOnly, saveAs: String? = nil
    ) -> PieceStore {
        PieceStore(info: torrent.info, root: folder.path, saveAs: saveAs, access: access, pool: pool)
    }

    // MARK: Reading

    @Test("reads any range of any torrent as the files hold it", arguments: [UInt64(1), 2, 3, 4, 5])
    func readsRanges(seed: UInt64) throws {
        let torrent = try StoredTorrent.random(seed: seed)
        try torrent.lay(in: folder)
        let store = store(torrent)
        var random = SeededGenerator(seed: seed)

        for _ in 0..<200 {
            let start = Int.random(in: 0...torrent.bytes.count, using: &random)
            let count = Int.random(in: 0...torrent.bytes.count - start, using: &random)
            #expect(
                try store.bytes(at: Int64(start), count: count) == Array(torrent.bytes[start..<start + count]),
                "seed \(seed): \(count) bytes at \(start)")
        }
    }

    @Test("scatters what it reads over thousands of buffers")
    func readsScattered() throws {
        let torrent = try StoredTorrent([("a", 3000), ("b", 1), ("c/d", 7000)], pieceLength: 16384)
        try torrent.lay(in: folder)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 10_001, alignment: 1)
        defer { memory.deallocate() }
        let buffers = stride(from: 0, to: 10_001, by: 3).map { start in
            UnsafeMutableRawBufferPointer(rebasing: memory[start..<min(start + 3, 10_001)])
        }

        try store(torrent).read(scattering: buffers, at: 0)

        #expect(buffers.count > 3 * 1024)
        #expect(Array(memory) == torrent.bytes)
    }

    @Test("says which file is missing")
    func missing() throws {
        let torrent = try StoredTorrent([("a", 10), ("b", 10)], pieceLength: 16384)
        try folder.write(torrent.content(of: torrent.info.files.entries[0]), to: "sample/a")

        #expect(throws: StorageError.missing(path: folder.path("sample/b"))) {
            try store(torrent).bytes(at: 5, count: 10)
        }
    }

    @Test("says how much a file lacks")
    func short() throws {
        let torrent = try StoredTorrent([("a", 10), ("b", 10)], pieceLength: 16384)
        try folder.write([1, 2, 3], to: "sample/a")

        #expect(throws: StorageError.short(path: folder.path("sample/a"), expected: 10, found: 3)) {
            try store(torrent).bytes(at: 0, count: 10)
        }
    }

    @Test("does not wait for the other end of a pipe in a file's place")
    func pipe() throws {
        let torrent = try StoredTorrent(length: 10, pieceLength: 16384)
        try #require(mkfifo(folder.path("sample"), 0o600) == 0)

        #expect(throws: StorageError.notAFile(path: folder.path("sample"), found: .pipe)) {
            try store(torrent).bytes(at: 0, count: 10)
        }
    }

    @Test("reads through links, as the torrent was made")
    func readsThroughLinks() throws {
        let torrent = try StoredTorrent([("a", 100)], pieceLength: 16384)
        try folder.write(torrent.bytes, to: "elsewhere/data")
        _ = try folder.makeFolder("sample")
        try #require(symlink("../elsewhere/data", folder.path("sample/a")) == 0)

        #expect(try store(torrent).bytes(at: 0, count: 100) == torrent.bytes)
    }

    // MARK: Writing

    @Test("writes pieces in any order so that the files are right", arguments: [UInt64(1), 2, 3, 4, 5])
    func writesPieces(seed: UInt64) throws {
        let torrent = try StoredTorrent.random(seed: seed)
        let store = store(torrent, .readWrite)
        var random = SeededGenerator(seed: seed)
        let layout = torrent.info.layout

        try store.prepare()
        for piece in (0..<layout.pieceCount).shuffled(using: &random) {
            let start = Int(layout.offset(of: piece))
            try store.write(torrent.bytes[start..<start + layout.length(of: piece)], at: Int64(start))
        }
        try store.sync()

        for entry in torrent.info.files.entries {
            #expect(try folder.read("sample/" + entry.relativePath) == torrent.content(of: entry), "seed \(seed)")
        }
        #expect(store.inspect().isEmpty)
        #expect(pool.count <= 4)
    }

    @Test("many threads may read and write at once, with fewer open files than the torrent has")
    func threads() throws {
        let torrent = try StoredTorrent((0..<20).map { ("file-\($0)", 10_000) }, pieceLength: 4096)
        let store = store(torrent, .readWrite)
        try store.prepare()
        let next = Atomic(0)
        let failures = Atomic(0)
        let layout = torrent.info.layout

        WorkerThreads.run(4) {
            while true {
                let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard piece < layout.pieceCount else { return }
                let (start, count) = (Int(layout.offset(of: piece)), layout.length(of: piece))
                let expected = Array(torrent.bytes[start..<start + count])
                try? store.write(expected, at: Int64(start))
                if (try? store.bytes(at: Int64(start), count: count)) != expected {
                    failures.wrappingAdd(1, ordering: .relaxed)
                }
            }
        }

        #expect(failures.load(ordering: .relaxed) == 0)
        #expect(try store.bytes(at: 0, count: torrent.bytes.count) == torrent.bytes)
    }

    @Test("padding is zeros to readers and never on disk")
    func padding() throws {
        let torrent = try paddedTorrent()
        let store = store(torrent, .readWrite)

        try store.prepare()
        try store.write(torrent.bytes, at: 0)

        #expect(try folder.read("sample/a") == Array(torrent.bytes[..<100]))
        #expect(try folder.read("sample/b") == Array(torrent.bytes[16384...]))
        #expect(access(folder.path("sample/.pad"), F_OK) != 0)
        #expect(try store.bytes(at: 0, count: torrent.bytes.count) == torrent.bytes)
    }

    /// Two files with padding between them (BEP 47).
    private func paddedTorrent() throws -> StoredTorrent {
        var random = SeededGenerator(seed: 1)
        let bytes = random.bytes(100) + [UInt8](repeating: 0, count: 16284) + random.bytes(50)
        var draft = MetainfoDraft(name: Array("sample".utf8))
        draft.content = .folder([
            .init(path: [Array("a".utf8)], length: 100),
            .init(path: [Array(".pad".utf8), Array("16284".utf8)], length: 16284, attributes: "p"),
            .init(path: [Array("b".utf8)], length: 50),
        ])
        return try StoredTorrent(draft, pieceLength: 16384, bytes: bytes)
    }

    @Test("does not write through a link in a file's place")
    func linkedFile() throws {
        let torrent = try StoredTorrent([("a", 10)], pieceLength: 16384)
        try folder.write([UInt8](repeating: 7, count: 10), to: "outside")
        _ = try folder.makeFolder("sample")
        try #require(symlink("../outside", folder.path("sample/a")) == 0)

        #expect(throws: StorageError.symbolicLink(path: folder.path("sample/a"))) {
            try store(torrent, .readWrite).prepare()
        }
        #expect(throws: StorageError.symbolicLink(path: folder.path("sample/a"))) {
            try store(torrent, .readWrite).write(torrent.bytes, at: 0)
        }
        #expect(try folder.read("outside") == [UInt8](repeating: 7, count: 10))
    }

    @Test("does not create or write through a link in a folder's place")
    func linkedFolder() throws {
        let torrent = try StoredTorrent([("sub/deep/a", 10)], pieceLength: 16384)
        let outside = try folder.makeFolder("outside")
        _ = try folder.makeFolder("sample")
        try #require(symlink(outside, folder.path("sample/sub")) == 0)

        #expect(throws: StorageError.symbolicLink(path: folder.path("sample/sub"))) {
            try store(torrent, .readWrite).prepare()
        }
        #expect(access(folder.path("outside/deep"), F_OK) != 0)
    }

    @Test("follows a link that the user named as the place to save")
    func linkByUser() throws {
        let torrent = try StoredTorrent(length: 10, pieceLength: 16384)
        try folder.write([], to: "target")
        try #require(symlink("target", folder.path("named")) == 0)
        let store = store(torrent, .readWrite, saveAs: folder.path("named"))

        try store.prepare()
        try store.write(torrent.bytes, at: 0)

        #expect(try folder.read("target") == torrent.bytes)
    }

    @Test("a file deleted while in use is an error, not lost bytes")
    func deletedInUse() throws {
        let torrent = try StoredTorrent([("a", 10), ("b", 10)], pieceLength: 16384)
        let store = store(torrent, .readWrite)
        try store.prepare()
        try store.write(torrent.bytes, at: 0)

        unlink(folder.path("sample/a"))

        #expect(throws: StorageError.changed(path: folder.path("sample/a"))) { try store.write(torrent.bytes, at: 0) }
        #expect(throws: StorageError.missing(path: folder.path("sample/a"))) { try store.write(torrent.bytes, at: 0) }
    }

    @Test("reads no byte of a file that was written to, replaced or deleted since the first read")
    func changedWhileReading() throws {
        let torrent = try StoredTorrent([("a", 10), ("b", 10)], pieceLength: 16384)
        let changes: [(String, () throws -> Void)] = [
            ("written to", { try folder.write([UInt8](repeating: 7, count: 10), to: "sample/a") }),
            ("replaced", { rename(folder.path("sample/b"), folder.path("sample/a")) }),
            ("deleted", { unlink(folder.path("sample/a")) }),
        ]
        for (name, change) in changes {
            try torrent.lay(in: folder)
            let store = store(torrent)
            // A clock tick of the file system may be several milliseconds long.
            var times = [timespec(tv_sec: 1_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000, tv_nsec: 0)]
            utimensat(AT_FDCWD, folder.path("sample/a"), &times, 0)
            _ = try store.bytes(at: 0, count: 10)

            try change()

            #expect(throws: StorageError.changed(path: folder.path("sample/a")), "\(name)") {
                try store.bytes(at: 0, count: 10)
            }
        }
    }

    @Test("a file cut while in use is an error, not a hole")
    func cutInUse() throws {
        let torrent = try StoredTorrent([("a", 10), ("b", 10)], pieceLength: 16384)
        let store = store(torrent, .readWrite)
        try store.prepare()
        try store.write(torrent.bytes, at: 0)

        truncate(folder.path("sample/b"), 4)

        #expect(throws: StorageError.changed(path: folder.path("sample/b"))) { try store.write(torrent.bytes, at: 0) }
    }

    // MARK: Places

    @Test("saves a single file at the very path that the user names")
    func saveAsFile() throws {
        let torrent = try StoredTorrent(length: 10, pieceLength: 16384)
        let store = store(torrent, .readWrite, saveAs: folder.path("new/place.bin"))

        try store.prepare()
        try store.write(torrent.bytes, at: 0)

        #expect(try folder.read("new/place.bin") == torrent.bytes)
        #expect(store.path(of: 0) == folder.path("new/place.bin"))
    }

    @Test("saves a folder of files as the folder that the user names")
    func saveAsFolder() throws {
        let torrent = try StoredTorrent([("x/a", 10), ("b", 10)], pieceLength: 16384)
        let store = store(torrent, .readWrite, saveAs: folder.path("other"))

        try store.prepare()
        try store.write(torrent.bytes, at: 0)

        #expect(try folder.read("other/x/a") == Array(torrent.bytes[..<10]))
        #expect(access(folder.path("other/sample"), F_OK) != 0)
    }
}
