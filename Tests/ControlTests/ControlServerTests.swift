import Commands
import Control
import Foundation
import Glibc
import NIOPosix
import RPC
import Synchronization
import TestKit
import Testing

@Suite struct ControlServerTests {
    @Test("answers through two sockets at once, and removes the local one at the end")
    func sockets() async throws {
        let folder = try TemporaryFolder("sockets")
        let (first, second) = (folder.path("a"), folder.path("b"))
        let stage = try await Stage([
            "network.scgi.open_local=\(first)", "network.scgi.open_local=\(second)", "method.insert=x,value,7",
        ])

        let answers = try await [first, second].asyncMap { path in
            let client = SCGIClient(address: .local(path: path, mode: nil))
            return try client.call("x", []).value()
        }
        await stage.end()

        #expect(answers == [7, 7])
        #expect(access(first, F_OK) != 0 && access(second, F_OK) != 0)
    }

    @Test("lists every error of a config, and does not start")
    func configErrors() async throws {
        do {
            let stage = try await Stage([
                "nosuch=1", "throttle.global_up.max_rate.set=5oo", "pieces.sync.always_safe.set=1",
            ])
            await stage.end()
            Issue.record("it started")
        } catch let error as StartError {
            let text = error.description
            #expect(text.contains("nosuch") && text.contains("5oo"))
        }
    }

    @Test("everything that is set up by commands is there before a config is read")
    func completeness() async throws {
        let lines = Mutex<[String]>([])
        let options = StartOptions { line in lines.withLock { $0.append(line) } }

        _ = await ControlServer.check(options)

        // Names of old whose command is not there yet are another matter.
        let seen = lines.withLock { $0 }.filter { !$0.contains(" leads to ") }
        #expect(seen.isEmpty)
    }

    @Test("an option that faults keeps it from starting, in rTorrent's words")
    func optionErrors() async throws {
        var options = StartOptions { _ in }
        options.settings = [.command("nosuch=1")]

        do {
            let server = try await ControlServer.start(options)
            server.requestShutdown(quick: true)
            await server.waitUntilShutDown()
            Issue.record("it started")
        } catch {
            #expect(error.description == "Failed to parse command line option: Command \"nosuch\" does not exist.")
        }
    }

    @Test("a check of a config leaves no trace and tells what became of each setting")
    func rehearsal() async throws {
        let folder = try TemporaryFolder("check")
        let path = try folder.write(
            "network.scgi.open_local=\(folder.path("socket"))\nmethod.insert=x,value,1\nx.set=5\nnosuch=\n".utf8,
            to: "rc")
        var options = StartOptions { _ in }
        options.config = path

        let sink = await ControlServer.check(options)

        #expect(sink.errors.count == 1)
        #expect(sink.settings.contains { $0.command == "x.set" && $0.result == 5 })
        #expect(access(folder.path("socket"), F_OK) != 0)
    }

    @Test("targets are hashes in either case, files, trackers; others fault as in 0.9.8")
    func targets() async throws {
        let stage = try await Stage()
        let torrent = try NamedTorrent("a")
        _ = try await stage.call("load.raw", [.emptyString, .string(torrent.sample.metainfo)])
        try await eventually("it is loaded") { try await stage.call("d.name", torrent.hash) == "\"a\"" }

        let answers = try await [
            torrent.hash.lowercased(), "\(torrent.hash):f0", "\(torrent.hash):f1", "\(torrent.hash):t7",
            String(torrent.hash.dropLast()), String(repeating: "0", count: 40), "\(torrent.hash):x0",
        ].asyncMapped { try await stage.call($0.contains(":f") ? "f.path" : "d.name", $0) }
        await stage.end()

        #expect(
            answers == [
                "\"a\"", "\"a\"", "\"!-501 Invalid index.\"", "\"!-501 Invalid index.\"",
                "\"!-501 Unsupported target type found.\"", "\"!-501 Could not find info-hash.\"",
                "\"!-501 Unsupported target type found.\"",
            ])
    }

    @Test("a pipe or a folder in a watch folder holds nobody up")
    func oddFiles() async throws {
        let stage = try await Stage()
        let torrent = try NamedTorrent("b")
        try #require(mkfifo(stage.folder.path("watch/a.torrent"), 0o600) == 0)
        _ = try stage.folder.makeFolder("watch/c.torrent")
        try stage.folder.write(torrent.sample.metainfo, to: "watch/d.torrent")

        _ = try await stage.call("load.normal", "", stage.folder.path("watch/*.torrent"))

        try await eventually("the torrent is loaded") {
            try await stage.call("download_list") == "[\"\(torrent.hash)\"]"
        }
        await stage.end()
    }

    @Test("a magnet becomes an active download of a name of its own")
    func magnet() async throws {
        let stage = try await Stage()
        let hash = String(repeating: "AB", count: 20)

        _ = try await stage.call("load.start", "", "magnet:?xt=urn:btih:\(hash)&dn=x&tr=http%3A%2F%2F127.0.0.1%3A9%2Fa")

        try await eventually("it is there") { try await stage.call("d.is_meta", hash) == "1" }
        #expect(try await stage.call("d.name", hash) == "\"\(hash).meta\"")
        try await eventually("it searches") { try await stage.call("d.is_active", hash) == "1" }
        await stage.end()
    }

    @Test("a new file in a watched folder is handed to the command at once")
    func inotify() async throws {
        let stage = try await Stage()
        let torrent = try NamedTorrent("a")
        _ = try await stage.call("directory.watch.added", "", stage.folder.path("watch"), "load.normal")

        try stage.folder.write(torrent.sample.metainfo, to: "watch/a.torrent")

        try await eventually("it is loaded") { try await stage.call("download_list") == "[\"\(torrent.hash)\"]" }
        await stage.end()
    }
}

extension Array where Element: Sendable {
    func asyncMap<Result: Sendable>(_ body: @escaping @Sendable (Element) throws -> Result) async throws -> [Result] {
        var results: [Result] = []
        for element in self {
            results.append(try await NIOThreadPool.singleton.runIfActive { try body(element) })
        }
        return results
    }

    func asyncMapped<Result>(_ body: (Element) async throws -> Result) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
