import Glibc
import Metainfo
import Synchronization
import TestKit
import Testing

@testable import Storage

@Suite("Storage: links of the user, stores that change, and room on the disk")
struct PlaceTests {
    private let folder: TemporaryFolder
    private let torrent: StoredTorrent

    init() throws {
        folder = try TemporaryFolder("place")
        torrent = try StoredTorrent([("a", 2500), ("deep/b", 2000)], pieceLength: 1024)
    }

    @Test("writes through the user's own links of files and folders, when told so")
    func ownLinks() throws {
        #expect(mkdir(folder.path("sample"), 0o777) == 0 && mkdir(folder.path("elsewhere"), 0o777) == 0)
        #expect(symlink(folder.path("elsewhere/a-of-mine"), folder.path("sample/a")) == 0)
        #expect(symlink("../elsewhere", folder.path("sample/deep")) == 0)
        let store = PieceStore(
            info: torrent.info, root: folder.path, access: .readWrite, pool: FilePool(), followsOwnLinks: true)

        try store.prepare()
        try store.write(torrent.bytes, at: 0)

        #expect(try folder.read("elsewhere/a-of-mine") == torrent.content(of: torrent.info.files.entries[0]))
        #expect(try folder.read("elsewhere/b") == torrent.content(of: torrent.info.files.entries[1]))
    }

    @Test("a link of another user is not followed", .enabled(if: geteuid() == 0))
    func foreignLinks() throws {
        #expect(mkdir(folder.path("sample"), 0o777) == 0)
        #expect(symlink(folder.path("victim"), folder.path("sample/a")) == 0)
        #expect(lchown(folder.path("sample/a"), 12345, 12345) == 0)
        let store = PieceStore(
            info: torrent.info, root: folder.path, access: .readWrite, pool: FilePool(), followsOwnLinks: true)

        #expect(throws: StorageError.symbolicLink(path: folder.path("sample/a"))) { try store.prepare() }
        #expect(access(folder.path("victim"), F_OK) != 0)
    }

    @Test("a store that has been written to watches its files once it is only read")
    func becomesReadOnly() throws {
        let store = PieceStore(info: torrent.info, root: folder.path, access: .readWrite, pool: FilePool())
        try store.prepare()
        try store.write(torrent.bytes, at: 0)

        store.setAccess(.readOnly)
        let bytes = try store.bytes(at: 0, count: torrent.bytes.count)
        try folder.write(torrent.bytes[0..<2500].map { ~$0 }, to: "sample/a")

        #expect(bytes == torrent.bytes)
        #expect(throws: StorageError.changed(path: folder.path("sample/a"))) { try store.bytes(at: 0, count: 10) }
        store.setAccess(.readWrite)
        #expect(try store.bytes(at: 0, count: 2500) == torrent.bytes[0..<2500].map { ~$0 })
    }

    @Test("brings everything to the disk once, and again what was written since")
    func syncs() throws {
        let store = PieceStore(info: torrent.info, root: folder.path, access: .readWrite, pool: FilePool())
        try store.prepare()
        try store.write(torrent.bytes, at: 0)

        try store.sync()
        let after = store.dirty.withLock { $0 }
        try store.write([1], at: 0)

        #expect(after.files.isEmpty && after.folders.isEmpty)
        #expect(store.dirty.withLock { $0.files } == [0])
    }

    @Test("a sync that failed tries the same file again")
    func syncsAgain() throws {
        let store = PieceStore(info: torrent.info, root: folder.path, access: .readWrite, pool: FilePool())
        try store.prepare()
        try store.write(torrent.bytes, at: 0)
        store.close()
        #expect(rename(folder.path("sample/a"), folder.path("a")) == 0)

        #expect(throws: StorageError.missing(path: folder.path("sample/a"))) { try store.sync() }
        let open = store.dirty.withLock { $0.files }
        #expect(rename(folder.path("a"), folder.path("sample/a")) == 0)
        try store.sync()

        #expect(open == [0])
    }

    @Test("tells the room where a path is, or would be")
    func freeSpace() throws {
        let here = try #require(FreeSpace.bytes(at: folder.path))
        let deeper = try #require(FreeSpace.bytes(at: folder.path("not/there/yet")))

        #expect(here > 0)
        #expect(abs(here - deeper) < 1 << 30)
        #expect(FreeSpace.bytes(at: "no-such-folder/x") != nil)
        #expect(FreeSpace.bytes(at: "") != nil)
        #expect(FreeSpace.bytes(at: "/proc/self/mem/x") != nil)
    }
}
