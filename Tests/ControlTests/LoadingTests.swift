import Foundation
import Glibc
import Metainfo
import Synchronization
import TestKit
import Testing

@testable import Control

@Suite struct PathPatternTests {
    @Test(
        "finds wildcards in every component, in the order of names",
        arguments: [
            ("w/*.torrent", ["w/a.torrent", "w/b c.torrent"]),
            ("*/*.torrent", ["v/x.torrent", "w/a.torrent", "w/b c.torrent"]),
            ("w/?.torrent", ["w/a.torrent"]),
            ("w/[ab]*", ["w/a.torrent", "w/b c.torrent"]),
            ("w/.*", ["w/.hidden.torrent"]),
            ("*/x.torrent", ["v/x.torrent"]),
            ("w/nosuch*", []),
            ("nosuch/*.torrent", []),
            ("w/a.torrent", ["w/a.torrent"]),
        ])
    func matches(_ pattern: String, _ wanted: [String]) throws {
        let folder = try TemporaryFolder("glob")
        for name in ["w/a.torrent", "w/b c.torrent", "w/.hidden.torrent", "v/x.torrent"] {
            try folder.write([1], to: name)
        }

        let found = PathPattern(Array(folder.path(pattern).utf8)).matches()

        #expect(found.map { String(decoding: $0, as: UTF8.self) } == wanted.map { folder.path($0) })
    }
}

@Suite struct FileMemoryTests {
    @Test("a file is new once, and again when it has changed")
    func changes() throws {
        let folder = try TemporaryFolder("memory")
        let path = Array(try folder.write([1], to: "a").utf8)
        var memory = FileMemory()
        let first = try #require(FileStatus(path))
        #expect(memory.isNew(path, first))
        memory.noteLoaded(path, first)
        #expect(!memory.isNew(path, first))

        try folder.write([1, 2], to: "a")

        #expect(memory.isNew(path, try #require(FileStatus(path))))
    }

    @Test("that a file is broken is said once, however often it changes, until it was whole")
    func broken() throws {
        let folder = try TemporaryFolder("memory")
        let path = Array(try folder.write([1], to: "a").utf8)
        let status = try #require(FileStatus(path))
        var memory = FileMemory()

        let first = memory.noteBroken(path, status)
        let second = memory.noteBroken(path, status)
        memory.noteLoaded(path, status)
        let third = memory.noteBroken(path, status)

        #expect(first && !second && third)
    }

    @Test("files that are gone are forgotten")
    func prune() throws {
        let folder = try TemporaryFolder("memory")
        let path = Array(try folder.write([1], to: "a").utf8)
        let status = try #require(FileStatus(path))
        var memory = FileMemory()
        memory.noteLoaded(path, status)

        try FileManager.default.removeItem(atPath: folder.path("a"))
        memory.prune()

        #expect(memory.isNew(path, status))
    }
}

@Suite struct TorrentFileReaderTests {
    @Test("refuses pipes and folders without waiting for anybody", arguments: ["pipe", "folder"])
    func oddFiles(_ name: String) throws {
        let folder = try TemporaryFolder("reader")
        _ = try folder.makeFolder("folder")
        try #require(mkfifo(folder.path("pipe"), 0o600) == 0)

        #expect(throws: LoadFailure.self) { try TorrentFileReader.read(Array(folder.path(name).utf8)) }
    }

    @Test("reads a torrent")
    func whole() throws {
        let folder = try TemporaryFolder("reader")
        let torrent = try NamedTorrent("a")
        let path = try folder.write(torrent.sample.metainfo, to: "a.torrent")

        let metainfo = try TorrentFileReader.read(Array(path.utf8))

        #expect(metainfo.info.name == "a")
    }
}

@Suite struct FolderWatchTests {
    @Test("tells of files that were written or moved in, and of nothing else")
    func events() async throws {
        let folder = try TemporaryFolder("watch")
        _ = try folder.makeFolder("in")
        try folder.write([1], to: "moved")
        let seen = SeenPaths()
        let watch = try FolderWatch()
        try watch.add(Array(folder.path("in").utf8)) { seen.add($0) }

        try folder.write([1, 2, 3], to: "in/written")
        _ = try folder.makeFolder("in/folder")
        try FileManager.default.moveItem(atPath: folder.path("moved"), toPath: folder.path("in/moved"))

        try await eventually("both are seen") { seen.all.contains(folder.path("in/moved")) }
        #expect(Set(seen.all) == [folder.path("in/written"), folder.path("in/moved")])
        withExtendedLifetime(watch) {}
    }

    @Test("a folder that is not there is refused with its name")
    func missing() throws {
        let watch = try FolderWatch()

        #expect(throws: LoadFailure.self) { try watch.add(Array("/nosuch/folder".utf8)) { _ in } }
    }
}

private final class SeenPaths: Sendable {
    private let paths = Mutex<[String]>([])

    var all: [String] { paths.withLock { $0 } }

    func add(_ path: [UInt8]) { paths.withLock { $0.append(String(decoding: path, as: UTF8.self)) } }
}
