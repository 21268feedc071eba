import Foundation
import Metainfo
import TestKit
import Testing
import TrackerWire

@testable import TrackerServer

@Suite("Torrents of a folder", .timeLimit(.minutes(2)))
struct FolderAccessTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func add(_ name: String, seed: UInt64, count: Int = 50_000) throws -> InfoHash {
        let sample = SampleTorrent(name: name, count: count, seed: seed)
        try folder.write(sample.metainfo, to: "torrents/\(name).torrent")
        return try #require(try MetainfoFile.decode(sample.metainfo).infoHash)
    }

    private func configuration() throws -> TrackerConfiguration {
        var configuration = TrackerConfiguration.loopback
        configuration.access = try .reading(.init(folder: folder.path("torrents")))
        return configuration
    }

    @Test("serves what lies in it, folders below included, and knows names and sizes")
    func scan() throws {
        let first = try add("first", seed: 1)
        let second = try add("deep/er/second", seed: 2)
        try folder.write(Array("no torrent".utf8), to: "torrents/bad.torrent")

        let access = try AccessList.reading(.init(folder: folder.path("torrents")))

        #expect(access.allows(first) && access.allows(second) && access.count == 2 && !access.isOpen)
        #expect(access.torrent(first)?.totalLength == 50_000 && access.torrent(first)?.name == "first")
        #expect(access.folderProblems.keys.map { $0.hasSuffix("/bad.torrent") } == [true])
    }

    @Test("a file that comes is served, one that goes is not and its peers are forgotten")
    func watched() async throws {
        let first = try add("first", seed: 1)
        try await withTracker(try configuration()) { probe in
            let tracker = try probe.tracker
            _ = try probe.announce(hash: first.percentEncoded, port: 1000)

            let second = try add("second", seed: 2)
            try await eventually("the second is served") { tracker.access.allows(second) }
            try FileManager.default.removeItem(atPath: folder.path("torrents/first.torrent"))
            try await eventually("the first is gone") { tracker.table.counts(of: first) == nil }

            #expect(throws: (any Error).self) { try probe.announce(hash: first.percentEncoded, port: 1000) }
            #expect(try probe.announce(hash: second.percentEncoded, port: 1000).incomplete == 1)
        }
    }

    @Test("gives its torrent files away where that is allowed", arguments: [true, false])
    func fetched(isAllowed: Bool) async throws {
        let hash = try add("first", seed: 1)
        var configuration = try configuration()
        configuration.servesTorrents = isAllowed
        try await withTracker(configuration) { probe in
            let byHex = try probe.get("/file?info_hash=\(hash.hex)")
            let byBytes = try probe.get("/file?info_hash=\(hash.percentEncoded)")

            #expect(byHex.head.hasPrefix("HTTP/1.0 \(isAllowed ? "200" : "404")"))
            #expect(try (byHex.body == folder.read("torrents/first.torrent")) == isAllowed)
            #expect(byBytes.body == byHex.body)
        }
    }

    @Test("a blacklist refuses what is open to all otherwise, and what a list has")
    func blacklist() async throws {
        let hash = try #require(InfoHash(bytes: TrackerProbe.hash.utf8))
        var configuration = TrackerConfiguration.loopback
        configuration.access = try .reading(
            .init(blacklist: try folder.write(Array("\(hash.hex)\n".utf8), to: "black")))
        try await withTracker(configuration) { probe in
            let other = try probe.announce(hash: String(repeating: "b", count: 20), port: 1)

            #expect(throws: (any Error).self) { try probe.announce(port: 1) }
            #expect(other.incomplete == 1)
        }
        let both = try AccessList.reading(
            .init(
                whitelist: try folder.write(Array("\(hash.hex)\n".utf8), to: "white"), blacklist: folder.path("black")))
        #expect(!both.allows(hash) && both.count == 0)
    }
}

extension InfoHash {
    /// As in a query.
    var percentEncoded: String {
        bytes.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
