import Commands
import Glibc
import RPC
import TestKit
import Testing

@Suite("swarm run, started again", .timeLimit(.minutes(3)))
struct SessionStartTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("answers nobody before its session is there")
    func answers() async throws {
        let count = 200
        let first = try await RunningSwarm.start(in: folder)
        for number in 0..<count {
            let sample = SampleTorrent(name: "t\(number)", count: 20_000, seed: UInt64(number))
            try await first.call("load.raw", "", .string(sample.metainfo))
        }
        try await eventually("all are loaded") { try await first.column("d.hash=").count == count }
        #expect(try await first.end(SIGINT) == 0)

        // Returns with the first answer.
        let second = try await RunningSwarm.start(in: folder)

        #expect(try await second.column("d.hash=").count == count)
    }

    @Test("a torrent with a file that is not wanted stays incomplete, and runs on")
    func unwanted() async throws {
        let sample = SampleTorrent(
            name: "two",
            files: [
                .init("a", content: Array(repeating: 1, count: 16_384 * 2)),
                .init("b", content: Array(repeating: 2, count: 16_384)),
            ])
        try folder.write(sample.files[0].content, to: "data/two/a")
        let first = try await RunningSwarm.start(in: folder)
        try await first.call("load.raw", "", .string(sample.metainfo))
        try await eventually("it is loaded") { try await first.column("d.hash=").count == 1 }
        let hash = try #require(try await first.column("d.hash=").first?.value())
        guard case .string(let digits) = hash else { return }
        try await first.call("f.priority.set", .text(String(decoding: digits, as: UTF8.self) + ":f1"), .integer(0))
        try await first.call("d.update_priorities", hash)
        try await first.call("d.start", hash)
        try await first.awaits("d.is_active=", [.integer(1)])
        #expect(try await first.column("d.complete=") == [.integer(0)])
        #expect(try await first.column("d.is_partially_done=") == [.integer(1)])
        #expect(try await first.end(SIGINT) == 0)

        let second = try await RunningSwarm.start(in: folder)

        try await second.awaits("d.is_active=", [.integer(1)])
        #expect(try await second.column("d.complete=") == [.integer(0)])
        #expect(try await second.column("d.completed_chunks=") == [.integer(2)])
        #expect(try await second.column("d.message=") == [.text("")])
    }
}
