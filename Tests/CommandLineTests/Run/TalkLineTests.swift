import Commands
import Foundation
import Glibc
import RPC
import TestKit
import Testing

/// The line that was shown in 2011, word for word but for its folders and ports.
@Suite("the start-up line of 2011", .timeLimit(.minutes(3)))
struct TalkLineTests {
    private let folder: TemporaryFolder
    private let sample = SampleTorrent(count: 120_000)

    init() throws { folder = try TemporaryFolder() }

    /// rTorrent's options of that day; names of that day too.
    private func words() throws -> [String] {
        let base = folder.path
        return [
            "-n", "-O", "directory=\(base)/data", "-O", "session=\(base)/session", "-O",
            "schedule=watch_directory,5,5,load_start=\(base)/watch/*.torrent", "-O",
            "schedule=tied_directory,5,5,start_tied=", "-O", "schedule=untied_directory,5,5,close_untied=", "-O",
            "scgi_local=\(base)/rpc.socket", "-O", "bind=127.0.0.1", "-O", "port_range=0-0", "-O", "dht=auto", "-O",
            "dht_port=6881", "-O", "peer_exchange=yes", "-O", "download_rate=15", "-O", "upload_rate=15",
        ]
    }

    @Test("seeds what is linked into the watch folder, closes what is taken away, starts it when it is back")
    func watch() async throws {
        let torrent = try folder.write(sample.metainfo, to: "sample.torrent")
        try folder.write(sample.stream, to: "data/sample.bin")
        let swarm = try await RunningSwarm.start(in: folder, words: try words())
        let link = folder.path("watch/sample.torrent")

        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: torrent)
        try await swarm.awaits("d.is_active=", [.integer(1)])
        #expect(try await swarm.column("d.complete=") == [.integer(1)])
        #expect(try await swarm.call("throttle.global_up.max_rate") == .integer(15 << 10))

        #expect(unlink(link) == 0)
        try await swarm.awaits("d.is_open=", [.integer(0)])

        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: torrent)
        try await swarm.awaits("d.is_active=", [.integer(1)])
        #expect(try await swarm.call("d.multicall2", "", "main", "d.tied_to_file=") == .array([.array([.text(link)])]))
    }
}
