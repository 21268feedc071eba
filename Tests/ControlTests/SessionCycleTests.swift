import Commands
import Control
import Engine
import Foundation
import TestKit
import Testing

@Suite struct SessionCycleTests {
    @Test("downloads come up as they were left, without a check, and fire as session downloads")
    func restart() async throws {
        let folder = try TemporaryFolder("cycle")
        let events = [
            "method.insert=trace,string",
            "method.set_key=event.download.inserted_session,5,\"trace.set=\\\"$cat=$trace=,s,$d.state=\\\"\"",
            "method.set_key=event.download.inserted_new,5,\"trace.set=\\\"$cat=$trace=,n,$d.state=\\\"\"",
        ]
        let (seed, label) = (try NamedTorrent("a"), try NamedTorrent("b"))
        let first = try await Stage(events, in: folder)
        try folder.write(seed.sample.stream, to: "data/a")
        _ = try await first.call("load.raw_start", [.emptyString, .string(seed.sample.metainfo)])
        _ = try await first.call("load.raw", [.emptyString, .string(label.sample.metainfo), "d.custom1.set=tv"])
        try await eventually("the seed is complete") { try await first.call("d.complete", seed.hash) == "1" }
        try await eventually("the other is there") { try await first.call("d.custom1", label.hash) == "\"tv\"" }
        await first.end()

        let second = try await Stage(events, in: folder)
        try await eventually("the seed is active") { try await second.call("d.is_active", seed.hash) == "1" }
        let answers = try await [
            ("d.complete", seed.hash), ("d.state", label.hash), ("d.custom1", label.hash), ("d.is_open", label.hash),
        ].asyncMapped { try await second.call($0.0, $0.1) }
        let trace = try await second.call("trace")
        await second.end()

        #expect(answers == ["1", "0", "\"tv\"", "0"])
        #expect(trace.filter { $0 == "s" }.count == 2 && !trace.contains("n"))
    }

    @Test("what the engine is to do with a download is what was loaded with it, and the same after a restart")
    func settings() async throws {
        let folder = try TemporaryFolder("cycle")
        let torrent = try NamedTorrent("a")
        let groups = ["throttle.up=slow,50"]
        let first = try await Stage(groups, in: folder)
        _ = try await first.call(
            "load.raw",
            [
                .emptyString, .string(torrent.sample.metainfo), "d.throttle_name.set=slow", "d.priority.set=3",
                "d.connection_seed.set=initial_seed",
            ])
        try await eventually("it is there") {
            try await first.call("d.connection_seed", torrent.hash) == "\"initial_seed\""
        }
        let loaded = try await first.server.run { $0.engine.allTorrents.first?.settings }
        await first.end()

        let second = try await Stage(groups, in: folder)
        let restored = try await second.server.run { $0.engine.allTorrents.first?.settings }
        await second.end()

        #expect(loaded?.throttle == "slow" && loaded?.priority == 3 && loaded?.isSuperSeeding == true)
        #expect(restored == loaded)
    }

    @Test("settings for new downloads reach the engine")
    func defaults() async throws {
        let torrent = try NamedTorrent("a")
        let stage = try await Stage(["protocol.connection.seed.set=initial_seed", "protocol.pex.set=0"])

        _ = try await stage.call("load.raw", [.emptyString, .string(torrent.sample.metainfo)])
        try await eventually("it is there") { try await stage.call("d.name", torrent.hash) == "\"a\"" }
        let settings = try await stage.server.run { $0.engine.allTorrents.first?.settings }
        await stage.end()

        #expect(settings?.isSuperSeeding == true && settings?.usesPeerExchange == false)
    }

    @Test("what was erased does not come back")
    func erased() async throws {
        let folder = try TemporaryFolder("cycle")
        let torrent = try NamedTorrent("a")
        let first = try await Stage(in: folder)
        _ = try await first.call("load.raw", [.emptyString, .string(torrent.sample.metainfo)])
        try await eventually("it is there") { try await first.call("d.name", torrent.hash) == "\"a\"" }
        _ = try await first.call("d.erase", torrent.hash)
        await first.end()

        let second = try await Stage(in: folder)
        let list = try await second.call("download_list")
        await second.end()

        #expect(list == "[]")
    }
}
