import Commands
import Metainfo
import TestKit
import Testing

@testable import Control

@Suite("Magnet links") struct MagnetTests {
    private let torrent: NamedTorrent
    /// Nobody listens at its tracker.
    private let link: String

    init() throws {
        torrent = try NamedTorrent("a")
        link = "magnet:?xt=urn:btih:\(torrent.hash)&tr=http%3A%2F%2F127.0.0.1%3A9%2Fown"
    }

    private static let trace = [
        "method.insert=trace,string",
        "method.set_key=event.download.erased,zz,\"trace.set=\\\"$cat=$trace=,erased,$d.name=,|\\\"\"",
        "method.set_key=event.download.inserted_new,zz,\"trace.set=\\\"$cat=$trace=,new,$d.name=,|\\\"\"",
    ]

    /// Waits until the hash stands for a torrent and no link any more.
    private func awaitTorrent(_ stage: Stage) async throws {
        try await eventually("the torrent has taken the link's place") {
            try await stage.call("d.name", torrent.hash) == "\"a\""
        }
    }

    @Test("a started magnet becomes its torrent by the same commands, and that is downloaded")
    func whole() async throws {
        let seeds = try await SeedingEngine()
        try await seeds.seed(torrent.sample)
        let stage = try await Stage(Self.trace)

        _ = try await stage.call("load.start", "", link, "d.custom1.set=tv", "d.priority.set=3")
        try await eventually("the search goes on") { try await stage.call("d.is_active", torrent.hash) == "1" }
        _ = try await stage.call("d.custom2.set", torrent.hash, "set on the link")
        _ = try await stage.call("add_peer", torrent.hash, seeds.address)
        try await awaitTorrent(stage)
        try await eventually("it is complete") { try await stage.call("d.complete", torrent.hash) == "1" }
        let answers = try await ["d.is_meta", "d.custom1", "d.custom2", "d.priority", "d.state"].asyncMapped {
            try await stage.call($0, torrent.hash)
        }
        let tracker = try await stage.call("t.url", torrent.hash + ":t0")
        let trace = try await stage.call("trace")
        await stage.end()
        await seeds.end()

        #expect(answers == ["0", "\"tv\"", "\"\"", "3", "1"])
        #expect(tracker == "\"http://127.0.0.1:9/own\"")
        #expect(trace == "\"new\(torrent.hash).meta|erased\(torrent.hash).meta|newa|\"")
        #expect(try stage.folder.read("data/a") == torrent.sample.stream)
    }

    @Test("a magnet that was loaded stopped searches once it is started, and its torrent comes in stopped")
    func stopped() async throws {
        let seeds = try await SeedingEngine()
        try await seeds.seed(torrent.sample)
        let stage = try await Stage()

        _ = try await stage.call("load.normal", "", link)
        try await eventually("the link is there") { try await stage.call("d.is_meta", torrent.hash) == "1" }
        _ = try await stage.call("add_peer", torrent.hash, seeds.address)
        let before = try await stage.call("d.is_active", torrent.hash)
        _ = try await stage.call("d.start", torrent.hash)
        try await awaitTorrent(stage)
        let state = try await stage.call("d.state", torrent.hash)
        await stage.end()
        await seeds.end()

        #expect(before == "0" && state == "0")
    }

    @Test("the search ends when its magnet is stopped, and for good when it is erased")
    func ended() async throws {
        let stage = try await Stage()
        _ = try await stage.call("load.start", "", link)
        try await eventually("the search goes on") { try await stage.call("d.is_active", torrent.hash) == "1" }

        _ = try await stage.call("d.stop", torrent.hash)
        let stopped = try await stage.call("d.is_active", torrent.hash)
        _ = try await stage.call("d.start", torrent.hash)
        let again = try await stage.call("d.is_active", torrent.hash)
        let isSearching = try await stage.server.run { controller in
            let download = try #require(controller.downloads.all.first)
            controller.erase(download)
            return download.search != nil
        }
        let list = try await stage.call("download_list")
        await stage.end()

        #expect(stopped == "0" && again == "1" && !isSearching && list == "[]")
    }

    @Test("a magnet and its torrent outlive a restart; the commands are run with the rights they were given with")
    func restart() async throws {
        let folder = try TemporaryFolder("magnet")
        let first = try await Stage(in: folder)
        let link = link
        try await first.server.run { controller in
            var options = LoadOptions()
            options.isStarted = true
            options.commands = [.text("d.custom1.set=tv")]
            options.caller = Caller(scope: .control)
            controller.load(.path(Array(link.utf8)), options)
        }
        try await eventually("the search goes on") { try await first.call("d.is_active", torrent.hash) == "1" }
        await first.end()
        let saved = String(decoding: try folder.read("session/\(torrent.hash).torrent"), as: UTF8.self)

        let seeds = try await SeedingEngine()
        try await seeds.seed(torrent.sample)
        let second = try await Stage(in: folder)
        _ = try await second.call("add_peer", torrent.hash, seeds.address)
        try await eventually("it is complete") { try await second.call("d.complete", torrent.hash) == "1" }
        await second.end()
        await seeds.end()
        let third = try await Stage(in: folder)
        let answers = try await ["d.name", "d.custom1", "d.complete"].asyncMapped {
            try await third.call($0, torrent.hash)
        }
        await third.end()

        #expect(saved.contains("12:swarm_calleri1e"))
        #expect(answers == ["\"a\"", "\"tv\"", "1"])
    }
}
