import Engine
import Glibc
import Metainfo
import Storage
import SwarmCore
import Synchronization
import TestKit
import Testing

/// What is believed at the next start.
@Suite("Resuming")
struct ResumeTests {
    private static let pieceLength = 16384
    private let folder: TemporaryFolder
    private let sample: SampleTorrent
    private let metainfo: MetainfoFile
    private let engine: TorrentEngine

    init() throws {
        folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 8)
        sample = SampleTorrent(
            name: "two",
            files: [
                .init("a", content: generator.bytes(5 * Self.pieceLength)),
                .init("b", content: generator.bytes(7 * Self.pieceLength)),
            ], pieceLength: Self.pieceLength)
        metainfo = try MetainfoFile.decode(sample.metainfo)
        try sample.write(to: folder)
        engine = TorrentEngine(configuration: EngineConfiguration(peerID: .generate()))
    }

    private func checked(_ plan: CheckPlan) async throws -> Torrent {
        let torrent = try engine.insert(metainfo, options: TorrentOptions(directory: folder.path))
        torrent.open()
        torrent.check(plan)
        try await eventually("it is checked") { torrent.stage == .ready }
        return torrent
    }

    private func resumeData(of torrent: Torrent) async throws -> ResumeData {
        let data = await withCheckedContinuation { continuation in
            torrent.resumeData { continuation.resume(returning: $0) }
        }
        return try #require(data)
    }

    /// Changes a byte in the middle of each piece of a file; its size stays.
    private func spoil(_ name: String, keepingTime: Bool) throws {
        let path = folder.path("two/\(name)")
        var status = stat()
        try #require(stat(path, &status) == 0)
        try folder.write([UInt8](repeating: 7, count: Int(status.st_size)), to: "two/\(name)")
        var times = [status.st_atim, status.st_mtim]
        if !keepingTime { times[1].tv_sec -= 100 }
        try #require(utimensat(AT_FDCWD, path, &times, 0) == 0)
    }

    @Test("says what is there, file by file")
    func saysWhatIsThere() async throws {
        try spoil("b", keepingTime: false)
        let torrent = try await checked(.full)

        let data = try await resumeData(of: torrent)

        #expect(data.verified.setCount == 5)
        #expect(data.files.map(\.completedPieces) == [5, 0])
        #expect(data.files.allSatisfy { $0.modified != nil })
        await engine.shutdown()
    }

    @Test("believes files that are as they were, without reading them")
    func believes() async throws {
        let former = try await checked(.full)
        let data = try await resumeData(of: former)
        engine.forget(former)
        // A change that nobody could see by size and time.
        try spoil("a", keepingTime: true)

        let torrent = try await checked(.resume(data))

        #expect(torrent.verifiedPieces()?.isAllSet == true)
        #expect(torrent.hashedPieces == 12)
        await engine.shutdown()
    }

    @Test("hashes the pieces of a file that has changed, and no others")
    func hashesWhatChanged() async throws {
        let former = try await checked(.full)
        let data = try await resumeData(of: former)
        engine.forget(former)
        try spoil("a", keepingTime: true)
        try spoil("b", keepingTime: false)

        let torrent = try await checked(.resume(data))

        let verified = try #require(torrent.verifiedPieces())
        #expect((0..<12).filter { verified[$0] } == [0, 1, 2, 3, 4])
        await engine.shutdown()
    }

    @Test("knows nothing while closed")
    func nothingWhileClosed() async throws {
        let torrent = try engine.insert(metainfo, options: TorrentOptions(directory: folder.path))

        let data: ResumeData? = await withCheckedContinuation { continuation in
            torrent.resumeData { continuation.resume(returning: $0) }
        }

        #expect(data == nil)
        await engine.shutdown()
    }
}
