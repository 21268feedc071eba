import Glibc
import Metainfo
import TestKit
import Testing

@testable import Storage

/// A file system of one mebibyte, for as long as the test holds it; only root can make one.
private final class SmallDisk {
    let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder("small-disk")
        let place = try folder.makeFolder("disk")
        let mount = try await ChildProcess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], in: folder.path)
        isMounted = mount.exitStatus == 0
    }

    let isMounted: Bool
    var path: String { folder.path("disk") }

    func unmount() async throws {
        _ = try await ChildProcess.run(["umount", path], in: folder.path)
    }
}

@Suite("Storage: a full disk and names that are too long")
struct FullDiskTests {
    @Test(
        "a full disk is told as such, nothing wrong is claimed, and it goes on when there is room",
        .enabled(if: geteuid() == 0))
    func fullDisk() async throws {
        let disk = try await SmallDisk()
        // Some containers forbid mounts even to root.
        guard disk.isMounted else { return }
        let torrent = try StoredTorrent([("a", 300_000), ("b", 600_000)], pieceLength: 1 << 15)
        let store = PieceStore(info: torrent.info, root: disk.path, access: .readWrite, pool: FilePool())
        try store.prepare()
        let ballast = "\(disk.path)/ballast"
        try FreshFile.write([UInt8](repeating: 1, count: 500_000), to: ballast, overwrite: false)
        var written = Bitfield(count: torrent.info.pieceCount)
        var failure: StorageError?

        func write(_ piece: Int) throws(StorageError) {
            let start = piece << 15
            try store.write(torrent.bytes[start..<min(start + 1 << 15, torrent.bytes.count)], at: Int64(start))
            written[piece] = true
        }
        for piece in 0..<torrent.info.pieceCount where failure == nil {
            do throws(StorageError) { try write(piece) } catch { failure = error }
        }
        let resume = store.resumeData(verified: written, priorities: [])
        let check = ResumeCheck(resume, store: store)
        let found = TorrentVerifier(store: store, threads: 1).verify().verified
        unlink(ballast)
        for piece in 0..<torrent.info.pieceCount where !written[piece] { try write(piece) }

        if case .noSpace = failure {} else { #expect(Bool(false), "\(failure as Any)") }
        #expect(!check.believed.isAllSet && !check.believed.hasAny(notIn: found))
        #expect(TorrentVerifier(store: store, threads: 1).verify().isWhole)
        store.close()
        try await disk.unmount()
    }

    @Test("a file of a tebibyte is prepared as a hole, or refused in words")
    func enormous() throws {
        let folder = try TemporaryFolder("enormous")
        var draft = MetainfoDraft(name: Array("sample".utf8))
        draft.pieceLength = 1 << 28
        draft.content = .file(length: 1 << 40)
        draft.pieces = [UInt8](repeating: 7, count: 20 << 12)
        let metainfo = try MetainfoFile.decode(draft.encode())
        let store = PieceStore(info: metainfo.info, root: folder.path, access: .readWrite, pool: FilePool())

        do throws(StorageError) {
            try store.prepare()
            var status = stat()
            #expect(stat(folder.path("sample"), &status) == 0)
            #expect(status.st_size == 1 << 40 && status.st_blocks < 1 << 16)
        } catch {
            #expect(error.path == folder.path("sample"))
        }
    }

    @Test("a path that the system finds too long is an error that says so", arguments: [256, 4600])
    func longPath(length: Int) throws {
        let folder = try TemporaryFolder("long")
        let torrent = try StoredTorrent(length: 10, pieceLength: 1 << 15)
        let name = stride(from: 0, to: length, by: 200).map { _ in String(repeating: "x", count: 199) }
        let place =
            length == 256 ? folder.path(String(repeating: "x", count: 256)) : folder.path(name.joined(separator: "/"))
        let store = PieceStore(
            info: torrent.info, root: folder.path, saveAs: place, access: .readWrite, pool: FilePool())

        let error = #expect(throws: StorageError.self) { try store.prepare() }

        #expect(error?.description.contains("too long") == true, "\(error as Any)")
    }
}
