import Foundation
import Glibc
import TestKit
import Testing

@Suite("swarm verify")
struct VerifyTests {
    private let folder: TemporaryFolder
    /// 7 pieces of 16 KiB: `a` has 0–2, `b/c` 2–4, `d` 4–6.
    private let sample: SampleTorrent

    init() throws {
        folder = try TemporaryFolder()
        var random = SeededGenerator(seed: 1)
        sample = SampleTorrent(
            name: "album",
            files: [
                .init("a", content: random.bytes(40_000)), .init("b", "c", content: random.bytes(30_000)),
                .init("d", content: random.bytes(40_000)), .init("e", content: []),
            ])
        try folder.write(sample.metainfo, to: "album.torrent")
        for file in sample.files { try folder.write(file.content, to: "album/" + file.path.joined(separator: "/")) }
    }

    private func verify(_ arguments: String...) async throws -> ChildProcess {
        try await SwarmExecutable.run(["verify"] + arguments, in: folder.path)
    }

    private func flip(_ name: String, at offset: Int) throws {
        var bytes = try folder.read(name)
        bytes[offset] ^= 1
        try folder.write(bytes, to: name)
    }

    @Test("finds whole data whole, at its path or in its folder", arguments: ["album", "album/", ".", "elsewhere"])
    func whole(path: String) async throws {
        if path == "elsewhere" { rename(folder.path("album"), folder.path("elsewhere")) }

        let child = try await verify("album.torrent", path)

        try child.requireSuccess()
        #expect(child.standardOutput.contains("all 7 pieces are right"))
        #expect(child.standardError.isEmpty)
    }

    @Test("names the damaged pieces and files, and those that may be, and ends with 1")
    func damaged() async throws {
        try flip("album/a", at: 20_000)
        try flip("album/d", at: 0)

        let child = try await verify("album.torrent", "album")

        #expect(child.exitStatus == 1)
        #expect(child.standardOutput.contains("album/a: damaged: 1 of 3 pieces are wrong: piece 1"))
        #expect(child.standardOutput.contains("album/b/c: perhaps damaged: shares piece 4"))
        #expect(child.standardOutput.contains("5 of 7 pieces are right"))
    }

    @Test("names missing, short and long files")
    func files() async throws {
        unlink(folder.path("album/e"))
        truncate(folder.path("album/a"), 39_999)
        try folder.write(sample.files[2].content + [1], to: "album/d")

        let child = try await verify("album.torrent", "album")

        #expect(child.exitStatus == 1)
        #expect(child.standardOutput.contains("album/a: 1 byte short: has 39999, the torrent wants 40000"))
        #expect(child.standardOutput.contains("album/e: not found"))
        #expect(child.standardOutput.contains("note: album/d: 1 byte too long"))
    }

    @Test("lists everything as JSON")
    func json() async throws {
        try flip("album/a", at: 0)
        unlink(folder.path("album/d"))

        let child = try await verify("--json", "album.torrent", "album")

        #expect(child.exitStatus == 1)
        let object = try #require(JSONSerialization.jsonObject(with: Data(child.standardOutput.utf8)) as? [String: Any])
        #expect(object["whole"] as? Bool == false)
        #expect(object["damaged_pieces"] as? [Int] == [0, 4, 5, 6])
        #expect(object["num_good_pieces"] as? Int == 3)
        let files = try #require(object["damaged_files"] as? [[String: Any]])
        #expect(files.map { $0["path"] as? String } == ["album/a", "album/b/c", "album/d"])
        #expect(files.map { $0["state"] as? String } == ["damaged", "uncertain", "missing"])
    }

    @Test("keeps the list short for people")
    func manyFiles() async throws {
        let files = (0..<100).map { SampleTorrent.File("file-\($0)", content: [UInt8(truncatingIfNeeded: $0)]) }
        try folder.write(SampleTorrent(name: "many", files: files).metainfo, to: "many.torrent")
        try folder.write([1], to: "many/file-0")

        let child = try await verify("many.torrent", "many")

        #expect(child.exitStatus == 1)
        #expect(child.standardOutput.split(separator: "\n").count < 30)
        #expect(child.standardOutput.contains("more files; --json lists them all"))
    }

    @Test("ends with 66 when the torrent, the path or all of the data is not there")
    func missing() async throws {
        let noTorrent = try await verify("none.torrent", "album")
        let noPath = try await verify("album.torrent", "none")
        _ = try folder.makeFolder("void")
        let noData = try await verify("album.torrent", "void")

        #expect(noTorrent.exitStatus == 66)
        #expect(noPath.exitStatus == 66)
        #expect(noData.exitStatus == 66)
        #expect(noData.standardError.contains("wanted the folder \"album\""))
    }

    @Test("ends with 65 and the place when the torrent is bad")
    func badTorrent() async throws {
        try folder.write(sample.metainfo.dropLast(5), to: "cut.torrent")

        let child = try await verify("cut.torrent", "album")

        #expect(child.exitStatus == 65)
        #expect(child.standardError.contains("byte "))
        #expect(child.standardError.split(separator: "\n").count == 1)
    }

    @Test("changes nothing, even where files lack")
    func readOnly() async throws {
        unlink(folder.path("album/a"))
        truncate(folder.path("album/d"), 10)

        _ = try await verify("album.torrent", "album")

        #expect(access(folder.path("album/a"), F_OK) != 0)
        #expect(try folder.read("album/d").count == 10)
    }

    // MARK: Torrents of libtorrent

    private static let libtorrentScript = """
        import libtorrent as lt, os, random, sys
        random.seed(7)
        os.makedirs('data/sub')
        sizes = [0, 1, 100, 16384, 16385, 32768, 50000, 65536, 65537, 300000, 1 << 20]
        for i, size in enumerate(sizes):
            open('data/%sf%d' % ('sub/' if i % 3 == 0 else '', i), 'wb').write(random.randbytes(size))
        for kind, flags in [('v1', lt.create_torrent.v1_only), ('v2', lt.create_torrent.v2_only), ('hybrid', 0)]:
            files = lt.file_storage()
            lt.add_files(files, 'data')
            torrent = lt.create_torrent(files, int(sys.argv[1]), flags)
            lt.set_piece_hashes(torrent, '.')
            open(kind, 'wb').write(lt.bencode(torrent.generate()))
        """

    /// Debian's module belongs to Debian's Python, whatever else PATH has.
    private static let hasLibtorrent = FileManager.default.fileExists(
        atPath: "/usr/share/doc/python3-libtorrent/copyright")

    @Test(
        "checks v1, v2 and hybrid torrents that libtorrent made",
        .enabled(if: hasLibtorrent, "libtorrent is not installed: apt install python3-libtorrent"),
        arguments: ["16384", "65536", "262144"])
    func libtorrent(pieceLength: String) async throws {
        try await ChildProcess.run(
            ["/usr/bin/python3", "-c", Self.libtorrentScript, pieceLength], in: folder.path
        ).requireSuccess()

        for kind in ["v1", "v2", "hybrid"] { try await verify(kind, "data").requireSuccess() }
        try flip("data/f10", at: 500_000)
        for kind in ["v1", "v2", "hybrid"] {
            let child = try await verify(kind, "data")

            #expect(child.exitStatus == 1)
            #expect(child.standardOutput.contains("data/f10: damaged: 1 of"), "\(child.report)")
        }
    }
}
