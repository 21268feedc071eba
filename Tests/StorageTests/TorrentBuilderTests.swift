import Crypto
import Glibc
import Metainfo
import Synchronization
import TestKit
import Testing

@testable import Storage

struct TorrentBuilderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("builder")
    }

    private func builder(_ root: String, pieceLength: Int? = 16384, threads: Int = 3) throws(BuildError)
        -> TorrentBuilder
    {
        try TorrentBuilder(
            root: root, draft: MetainfoDraft(name: Array("sample".utf8)), pieceLength: pieceLength, threads: threads)
    }

    @Test("the hashes are those of the files laid end to end", arguments: [UInt64(1), 2, 3, 4, 5, 6])
    func hashes(seed: UInt64) throws {
        let sample = try StoredTorrent.random(seed: seed)
        try sample.lay(in: folder)
        let sorted = sample.info.files.entries.sorted {
            $0.relativePath.utf8.lexicographicallyPrecedes($1.relativePath.utf8)
        }
        let bytes = sorted.flatMap(sample.content(of:))
        let expected = stride(from: 0, to: bytes.count, by: 16384).flatMap { start in
            Array(Insecure.SHA1.hash(data: bytes[start..<min(start + 16384, bytes.count)]))
        }

        for threads in [1, 2, 7] {
            let made = try MetainfoFile.decode(builder(folder.path("sample"), threads: threads).build())

            #expect(made.info.files.entries.map(\.relativePath) == sorted.map(\.relativePath), "seed \(seed)")
            #expect(made.info.files.entries.map(\.length) == sorted.map(\.length))
            #expect((0..<made.info.pieceCount).flatMap { made.info.pieceHashes?[$0] ?? [] } == expected)
        }
    }

    @Test("a file alone has no list of files")
    func single() throws {
        let full = try MetainfoFile.decode(builder(folder.write(Array(repeating: 7, count: 20_000), to: "a")).build())

        #expect(full.info.isSingleFile)
        #expect(full.info.pieceCount == 2)
    }

    @Test("files without a single byte make no torrent", arguments: [true, false])
    func noBytes(single: Bool) throws {
        try folder.write([], to: "sample/a")
        let root = folder.path(single ? "sample/a" : "sample")

        #expect(throws: BuildError.noBytes(path: root)) { try builder(root) }
    }

    @Test("pieces longer than a step are hashed as one")
    func longPieces() throws {
        let pattern = (0..<5 << 10).flatMap { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 1024) }
        let made = try MetainfoFile.decode(builder(folder.write(pattern, to: "a"), pieceLength: 4 << 20).build())

        #expect(made.info.pieceHashes?.digest(of: 0).bytes == Array(Insecure.SHA1.hash(data: pattern[..<(4 << 20)])))
        #expect(made.info.pieceHashes?.digest(of: 1).bytes == Array(Insecure.SHA1.hash(data: pattern[(4 << 20)...])))
    }

    @Test(
        "a folder that changes while it is hashed is an error",
        arguments: [
            ("shorter", "went from"), ("longer", "went from"), ("rewritten", "changed"), ("deleted", "was deleted"),
            ("added", "appeared"), ("replaced", "changed"),
        ])
    func changes(what: String, message: String) throws {
        try folder.write([UInt8](repeating: 1, count: 100_000), to: "sample/a")
        try folder.write([UInt8](repeating: 2, count: 100_000), to: "sample/b")
        let builder = try builder(folder.path("sample"))

        switch what {
        case "shorter": truncate(folder.path("sample/a"), 10)
        case "longer": truncate(folder.path("sample/a"), 200_000)
        case "deleted": unlink(folder.path("sample/a"))
        case "added": try folder.write([1], to: "sample/c")
        case "replaced":
            try folder.write([UInt8](repeating: 3, count: 100_000), to: "new")
            rename(folder.path("new"), folder.path("sample/a"))
        default:
            try folder.write([UInt8](repeating: 3, count: 100_000), to: "sample/a")
            // A file system may count time in steps larger than this test takes.
            utimes(folder.path("sample/a"), [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)])
        }

        #expect {
            try builder.build()
        } throws: { error in
            guard case BuildError.changed(_, let how)? = error as? BuildError else { return false }
            return how.contains(message)
        }
    }

    @Test("stops when asked")
    func stops() throws {
        let file = try folder.write([UInt8](repeating: 1, count: 1 << 20), to: "a")
        let stop = StopSignal()
        let builder = try TorrentBuilder(
            root: file, draft: MetainfoDraft(name: [0x61]), pieceLength: 16384, threads: 2, stop: stop)

        #expect(throws: BuildError.cancelled) { try builder.build { _ in stop.stop() } }
    }

    @Test("an unreadable file is an error that names it")
    func unreadable() throws {
        let file = try folder.write([1], to: "sample/a")
        chmod(file, 0)
        // The superuser may read anything.
        guard access(file, R_OK) != 0 else { return }

        #expect(throws: BuildError.storage(.failed(.open, path: file, code: EACCES))) {
            try builder(folder.path("sample")).build()
        }
    }
}
