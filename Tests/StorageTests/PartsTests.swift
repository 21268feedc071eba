import Foundation
import Glibc
import Metainfo
import TestKit
import Testing

@testable import Storage

@Suite("Storage: files that are not wanted")
struct PartsTests {
    private let folder: TemporaryFolder
    /// Pieces of 1 KiB; b is not wanted, and shares piece 2 with a and piece 4 with c.
    private let torrent: StoredTorrent
    private let store: PieceStore
    private let withoutB: [FilePriority] = [.normal, .off, .high]

    init() throws {
        folder = try TemporaryFolder("parts")
        torrent = try StoredTorrent([("a", 2500), ("deep/b", 2000), ("c", 2600)], pieceLength: 1024)
        store = PieceStore(info: torrent.info, root: folder.path, access: .readWrite, pool: FilePool())
    }

    private var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path("sample"))) ?? []).sorted()
    }

    private func write(_ pieces: [Int], to store: PieceStore) throws {
        for piece in pieces {
            let start = piece * 1024
            try store.write(torrent.bytes[start..<min(start + 1024, torrent.bytes.count)], at: Int64(start))
        }
    }

    private func have(_ pieces: [Int]) -> Bitfield {
        var bits = Bitfield(count: 7)
        for piece in pieces { bits[piece] = true }
        return bits
    }

    @Test("an unwanted file is not created, and pieces that it shares can be written and read all the same")
    func notCreated() throws {
        try store.prepare(priorities: withoutB, verified: nil)

        try write([0, 1, 2, 4, 5, 6], to: store)

        #expect(access(folder.path("sample/deep"), F_OK) != 0)
        for piece in [0, 1, 2, 4, 5, 6] {
            let count = min(1024, torrent.bytes.count - piece * 1024)
            #expect(
                try store.bytes(at: Int64(piece * 1024), count: count)
                    == Array(torrent.bytes[piece * 1024..<piece * 1024 + count]))
        }
        #expect(try folder.read("sample/a") == torrent.content(of: torrent.info.files.entries[0]))
    }

    @Test("without a shared piece nothing is created for it at all")
    func nothingAtAll() throws {
        try store.prepare(priorities: [.normal, .off, .off], verified: nil)

        try write([0, 1], to: store)

        #expect(names == ["a"])
    }

    @Test("a file that becomes wanted takes over what there is of it, and the parts file goes")
    func becomesWanted() throws {
        try store.prepare(priorities: withoutB, verified: nil)
        try write([0, 1, 2, 4, 5, 6], to: store)

        try store.prepare(priorities: nil, verified: have([0, 1, 2, 4, 5, 6]))
        try write([3], to: store)

        #expect(try folder.read("sample/deep/b") == torrent.content(of: torrent.info.files.entries[1]))
        #expect(names == ["a", "c", "deep"])
    }

    @Test("a check finds the shared pieces again, in another process")
    func foundAgain() throws {
        try store.prepare(priorities: withoutB, verified: nil)
        try write([0, 1, 2, 4, 5, 6], to: store)
        let resume = store.resumeData(verified: have([0, 1, 2, 4, 5, 6]), priorities: withoutB)
        let later = PieceStore(info: torrent.info, root: folder.path, access: .readWrite, pool: FilePool())

        let check = ResumeCheck(resume, store: later)
        let report = TorrentVerifier(store: later).verify(only: check.toHash, known: check.believed)
        let full = TorrentVerifier(store: later).verify()

        #expect(check.believed == have([0, 1, 5, 6]))
        #expect(check.toHash == have([2, 4]))
        #expect(report.verified == have([0, 1, 2, 4, 5, 6]))
        #expect(full.verified == report.verified)
    }

    @Test("bytes of a file that was there and is deleted are not taken from the parts file")
    func deletedFile() throws {
        try store.prepare(priorities: withoutB, verified: nil)
        try write([0, 1, 2, 4, 5, 6], to: store)
        unlink(folder.path("sample/c"))
        store.close()

        #expect(throws: StorageError.missing(path: folder.path("sample/c"))) {
            try store.bytes(at: 5 * 1024, count: 10)
        }
    }

    @Test("a parts file that was deleted is noticed before anything is lost in it")
    func deletedParts() throws {
        try store.prepare(priorities: withoutB, verified: nil)
        try write([2], to: store)
        let parts = try #require(names.first { $0.hasSuffix(".parts") })
        unlink(folder.path("sample/\(parts)"))

        #expect(throws: StorageError.changed(path: folder.path("sample/\(parts)"))) { try write([4], to: store) }
    }

    @Test("an unwanted file that is there is used in its place")
    func isThere() throws {
        try folder.write([1, 2, 3], to: "sample/deep/b")

        try store.prepare(priorities: withoutB, verified: nil)
        try write([2, 4], to: store)

        #expect(names == ["a", "c", "deep"])
        #expect(try folder.read("sample/deep/b").count == 2000)
    }

    @Test("a whole torrent is not touched, and a file of whole pieces neither")
    func whole() throws {
        try torrent.lay(in: folder)
        #expect(truncate(folder.path("sample/c"), 3000) == 0)
        unlink(folder.path("sample/deep/b"))

        try store.prepare(priorities: nil, verified: Bitfield(allSet: 7))
        let untouched = access(folder.path("sample/deep/b"), F_OK) != 0
        try store.prepare(priorities: nil, verified: have([0, 1, 2]))

        #expect(untouched)
        #expect(access(folder.path("sample/deep/b"), F_OK) == 0)
    }

    @Test("many threads may write shared pieces while the file becomes wanted")
    func race() async throws {
        for round in 0..<20 {
            let folder = try TemporaryFolder("parts-race-\(round)")
            let store = PieceStore(info: torrent.info, root: folder.path, access: .readWrite, pool: FilePool())
            try store.prepare(priorities: withoutB, verified: nil)

            try await withThrowingTaskGroup { group in
                for piece in [2, 4, 0, 1, 5, 6] { group.addTask { try write([piece], to: store) } }
                group.addTask { try store.prepare(priorities: nil, verified: nil) }
                try await group.waitForAll()
            }
            try write([3], to: store)

            #expect(TorrentVerifier(store: store, threads: 1).verify().isWhole)
        }
    }
}
