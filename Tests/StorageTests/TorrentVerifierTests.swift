import Glibc
import Metainfo
import Synchronization
import TestKit
import Testing

@testable import Storage

struct TorrentVerifierTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("verifier")
    }

    private func store(_ torrent: StoredTorrent, _ access: PieceStore.Access = .readOnly) -> PieceStore {
        PieceStore(info: torrent.info, root: folder.path, access: access, pool: FilePool())
    }

    private func verify(_ torrent: StoredTorrent, threads: Int = 3) -> VerifyReport {
        TorrentVerifier(store: store(torrent), threads: threads).verify()
    }

    @Test("finds good data good, whatever the files and pieces", arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func whole(seed: UInt64) throws {
        let torrent = try StoredTorrent.random(seed: seed)
        try torrent.lay(in: folder)

        for threads in [1, 2, 5] {
            let report = verify(torrent, threads: threads)

            #expect(report.isWhole, "seed \(seed)")
            #expect(report.verified.isAllSet)
            #expect(report.verifiedLength == Int64(torrent.bytes.count))
            #expect(report.damagedFiles { _ in "" }.isEmpty)
        }
    }

    @Test("finds exactly the pieces with a flipped bit", arguments: [UInt64(1), 2, 3, 4])
    func flippedBits(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let torrent = try StoredTorrent([("a", 50_000), ("b/c", 3), ("d", 70_000)], pieceLength: 4096, seed: seed)
        try torrent.lay(in: folder)
        let spoilt = Set((0..<5).map { _ in Int.random(in: 0..<torrent.info.pieceCount, using: &random) })
        let writer = store(torrent, .readWrite)
        for piece in spoilt {
            let at = piece * 4096 + Int.random(in: 0..<torrent.info.layout.length(of: piece), using: &random)
            try writer.write([torrent.bytes[at] ^ 0x10], at: Int64(at))
        }

        let report = verify(torrent)

        #expect(report.damagedPieces == spoilt.sorted(), "seed \(seed)")
        #expect(!report.isWhole)
    }

    @Test(
        "an odd number of pieces and a short last piece come out right",
        arguments: [1, 4095, 4096, 4097, 12_288, 12_289])
    func oddSizes(length: Int) throws {
        let torrent = try StoredTorrent(length: length, pieceLength: 4096)
        try torrent.lay(in: folder)

        #expect(verify(torrent).isWhole)
    }

    @Test("pieces longer than a step are hashed as one")
    func longPieces() throws {
        let pattern = (0..<21 << 10).flatMap { block in
            [UInt8](repeating: UInt8(truncatingIfNeeded: block), count: 1024)
        }
        let torrent = try StoredTorrent([("a", pattern.count)], pieceLength: 8 << 20, bytes: pattern)
        try torrent.lay(in: folder)
        try store(torrent, .readWrite).write([torrent.bytes[(8 << 20) + 5] ^ 1], at: 8 << 20 + 5)

        #expect(verify(torrent, threads: 2).damagedPieces == [1])
    }

    @Test("does not read holes, and still knows pieces of zeros to be right")
    func holes() throws {
        let length = 64 << 10
        let zeros = [UInt8](repeating: 0, count: 8 * length)
        let torrent = try StoredTorrent([("a", 5 * length), ("b", 3 * length)], pieceLength: length, bytes: zeros)
        let other = try StoredTorrent([("a", 5 * length), ("b", 3 * length)], pieceLength: length)
        try store(torrent, .readWrite).prepare()

        #expect(verify(torrent).isWhole)
        #expect(verify(other).verified.isEmptySet)
    }

    @Test("blames the missing file, the file with a wrong piece of its own, and is unsure of neighbours")
    func blame() throws {
        let torrent = try StoredTorrent(
            [("a", 5000), ("b", 6000), ("c", 6000), ("d", 100), ("e", 0)], pieceLength: 4096)
        try torrent.lay(in: folder)
        unlink(folder.path("sample/b"))
        unlink(folder.path("sample/e"))
        try store(torrent, .readWrite).write([torrent.bytes[13_000] ^ 1], at: 13_000)

        let report = verify(torrent)
        let damage = report.damagedFiles { "file \($0)" }

        #expect(report.damagedPieces == [1, 2, 3])
        #expect(damage.map(\.file) == [0, 1, 2, 4])
        #expect(damage.map(\.damagedPieces) == [[1], [1, 2], [2, 3], []])
        guard case .uncertain = damage[0].kind, case .problem(let missing) = damage[1].kind,
            case .damaged = damage[2].kind, case .problem = damage[3].kind
        else {
            Issue.record("\(damage)")
            return
        }
        #expect(missing.kind == .missing)
    }

    @Test("a short file costs only the pieces that it lacks")
    func short() throws {
        let torrent = try StoredTorrent(length: 20_000, pieceLength: 4096)
        try torrent.lay(in: folder)
        truncate(folder.path("sample"), 9000)

        #expect(verify(torrent).damagedPieces == [2, 3, 4])
    }

    @Test("a file longer than the torrent knows is whole, and told of")
    func longer() throws {
        let torrent = try StoredTorrent(length: 5000, pieceLength: 4096)
        try folder.write(torrent.bytes + [1], to: "sample")

        let report = verify(torrent)

        #expect(report.isWhole)
        #expect(report.problems.map(\.kind) == [.longer(expected: 5000, found: 5001)])
    }

    @Test("progress ends at the total, for good, missing and damaged data alike")
    func progress() throws {
        let torrent = try StoredTorrent([("a", 100_000), ("b", 50_000)], pieceLength: 4096)
        try torrent.lay(in: folder)
        unlink(folder.path("sample/b"))
        let highest = Atomic<Int64>(0)

        _ = TorrentVerifier(store: store(torrent), threads: 4).verify { done in
            _ = highest.max(done, ordering: .relaxed)
        }

        #expect(highest.load(ordering: .relaxed) == 150_000)
    }

    @Test("stops when asked, and says so")
    func stops() throws {
        let torrent = try StoredTorrent(length: 1 << 20, pieceLength: 4096)
        try torrent.lay(in: folder)
        let stop = StopSignal()

        let report = TorrentVerifier(store: store(torrent), threads: 2, stop: stop).verify { _ in stop.stop() }

        #expect(report.wasStopped)
        #expect(!report.isWhole)
        // Of 256: each of the two threads ends the step of four pieces that it is in, and may have begun the next.
        #expect(report.verified.setCount <= 16)
    }

    @Test("changes nothing on disk")
    func readOnly() throws {
        let torrent = try StoredTorrent([("a", 10), ("b", 10)], pieceLength: 4096)
        try folder.write([1, 2, 3], to: "sample/a")

        _ = verify(torrent)

        #expect(try folder.read("sample/a") == [1, 2, 3])
        #expect(access(folder.path("sample/b"), F_OK) != 0)
    }

    @Test("finds the data at the path of the data or of its folder")
    func locates() throws {
        let single = try StoredTorrent(length: 10, pieceLength: 4096)
        let many = try StoredTorrent([("x/a", 10), ("b", 10)], pieceLength: 4096)
        let here = try TemporaryFolder("locate")
        for entry in many.info.files.entries {
            try here.write(many.content(of: entry), to: "sample/" + entry.relativePath)
        }
        let file = try here.write(single.bytes, to: "renamed.bin")

        #expect(DataLocation.find(many.info, at: here.path) == .init(root: here.path, saveAs: nil))
        #expect(
            DataLocation.find(many.info, at: here.path("sample"))
                == .init(root: here.path("sample"), saveAs: here.path("sample")))
        #expect(DataLocation.find(single.info, at: file) == .init(root: file, saveAs: file))
        #expect(DataLocation.find(single.info, at: here.path) == .init(root: here.path, saveAs: nil))
        #expect(DataLocation.find(single.info, at: here.path("nothing")) == nil)
    }
}
