import Bencode
import Foundation
import Metainfo
import Storage
import TestKit
import Testing

@testable import Control

/// A way in which a file is damaged.
struct Damage: Sendable, CustomTestStringConvertible {
    let name: String
    let apply: @Sendable ([UInt8]) -> [UInt8]

    var testDescription: String { name }

    static let all: [Damage] = [
        Damage(name: "empty") { _ in [] },
        Damage(name: "one byte") { Array($0.prefix(1)) },
        Damage(name: "a half") { Array($0.prefix($0.count / 2)) },
        Damage(name: "without its end") { $0.dropLast() },
        Damage(name: "without its start") { Array($0.dropFirst(2)) },
        Damage(name: "zeros") { [UInt8](repeating: 0, count: $0.count) },
        Damage(name: "ones") { [UInt8](repeating: 255, count: $0.count) },
        Damage(name: "random") { bytes in
            var generator = SeededGenerator(seed: 7)
            return generator.bytes(bytes.count)
        },
        Damage(name: "first byte flipped") { [$0[0] ^ 4] + $0.dropFirst() },
        Damage(name: "a length flipped") { [$0[0], $0[1] ^ 0x40] + $0.dropFirst(2) },
        Damage(name: "a page of zeros") { $0.prefix(20) + [UInt8](repeating: 0, count: 100) + $0.dropFirst(120) },
        Damage(name: "something behind it") { $0 + Array("junk".utf8) },
        Damage(name: "a list") { [UInt8(ascii: "l")] + $0 + [UInt8(ascii: "e")] },
        Damage(name: "a number") { _ in Array("i42e".utf8) },
        Damage(name: "a string longer than all memory") { _ in Array("d99999999999999999999:a".utf8) },
        Damage(name: "lists without end") { _ in [UInt8](repeating: UInt8(ascii: "l"), count: 100_000) },
        Damage(name: "a web page") { _ in Array("<html><body>It works</body></html>".utf8) },
    ]
}

@Suite struct SessionDamageTests {
    private static let hash = "67900CE146564A904E654502EB04F5444CD29A42"

    @Test("leaves out a torrent that cannot be read, says so and keeps its file", arguments: Damage.all)
    func torrent(damage: Damage) async throws {
        let session = try SessionFolder(copying: "session")
        let name = Self.hash + ".torrent"
        let bytes = damage.apply(try session.folder.read(name))
        try session.folder.write(bytes, to: name)

        let entries = try await session.load()

        #expect(entries.count == 4 && entries.flatMap(\.problems).isEmpty)
        #expect(session.told.count == 1 && session.told[0].hasPrefix("session: \(name) is damaged: "))
        #expect(try session.folder.read(name + ".damaged") == bytes)
        #expect(try !session.names().contains(name))
        // What was remembered of it is still there for whoever finds the torrent again.
        #expect(try session.names().filter { $0.hasPrefix(Self.hash) }.count == 3)
    }

    @Test("checks the data when its resume file cannot be read", arguments: Damage.all)
    func resume(damage: Damage) async throws {
        let session = try SessionFolder(copying: "session")
        let name = Self.hash + ".torrent.libtorrent_resume"
        let bytes = damage.apply(try session.folder.read(name))
        try session.folder.write(bytes, to: name)

        let entries = try await session.load()

        #expect(entries.count == 5)
        let entry = try #require(entries.first { $0.infoHash.hex.uppercased() == Self.hash })
        #expect(entry.resume == nil)
        #expect(entry.record.customs[0] == Array("label".utf8))
        #expect(entry.problems.count == 1 && entry.problems[0].contains(name))
        #expect(try session.folder.read(name + ".damaged") == bytes)
    }

    @Test("does not start a torrent whose record cannot be read", arguments: Damage.all)
    func record(damage: Damage) async throws {
        let session = try SessionFolder(copying: "session")
        let name = Self.hash + ".torrent.rtorrent"
        let bytes = damage.apply(try session.folder.read(name))
        try session.folder.write(bytes, to: name)

        let entries = try await session.load()

        #expect(entries.count == 5)
        let entry = try #require(entries.first { $0.infoHash.hex.uppercased() == Self.hash })
        #expect(!entry.record.isStarted && entry.record.directory.isEmpty)
        #expect(entry.resume?.verified.isAllSet == true)
        #expect(entry.problems.count == 1 && entry.problems[0].contains(name))
        #expect(try session.folder.read(name + ".damaged") == bytes)
    }

    @Test("takes what it can from a file of which one value is wrong")
    func wrongValues() async throws {
        let session = try SessionFolder(copying: "session")
        let record = Self.hash + ".torrent.rtorrent"
        var value = try session.value(record)
        value["priority"] = "high"
        value["total_uploaded"] = -5
        try session.folder.write(try Data(encoding: value), to: record)
        let resume = Self.hash + ".torrent.libtorrent_resume"
        value = try session.value(resume)
        value["bitfield"] = .string([0xff, 0xff])
        try session.folder.write(try Data(encoding: value), to: resume)

        let entry = try #require(try await session.load().first { $0.infoHash.hex.uppercased() == Self.hash })

        #expect(entry.record.priority == 2 && entry.record.uploaded == 0)
        #expect(entry.record.customs[0] == Array("label".utf8) && entry.record.isStarted)
        #expect(entry.resume == nil && entry.trackers.count == 3)
        #expect(
            entry.problems == [
                "session: \(record): \"priority\" is a string, not a number",
                "session: \(record): \"total_uploaded\" is -5, wanted 0 to 9223372036854775807",
                "session: \(resume): \"bitfield\" is none for 4 pieces",
            ])
        // Both files are still in their places too: there is nothing better yet.
        #expect(try session.names().filter { $0.hasPrefix(Self.hash) }.count == 5)
    }

    @Test("loads the others beside folders and pipes that stand for files")
    func oddFiles() async throws {
        let session = try SessionFolder(copying: "session")
        for name in [".torrent", ".torrent.libtorrent_resume"] {
            try FileManager.default.removeItem(atPath: session.folder.path(Self.hash + name))
        }
        _ = try session.folder.makeFolder(Self.hash + ".torrent")
        #expect(mkfifo(session.folder.path("DA700F8791597B5093374A1CC92A0BC545550707.torrent.new"), 0o600) == 0)
        try session.folder.write([1], to: Self.hash.lowercased() + ".torrent")
        try session.folder.write([1], to: "notes.torrent")

        let entries = try await session.load()

        #expect(entries.count == 4 && entries.flatMap(\.problems).isEmpty)
        #expect(session.told.count == 1)
    }

    @Test("outlasts any damage to all three files at once", arguments: 0..<40)
    func mutations(seed: UInt64) async throws {
        let session = try SessionFolder(copying: "session")
        var mutation = Mutation(seed: seed)
        for _ in 0..<10 {
            for name in try session.names() where name.hasPrefix("F369") || name.hasPrefix("0011") {
                try session.folder.write(mutation.damage(try session.folder.read(name)), to: name)
            }

            let entries = try await session.load()

            #expect(entries.count >= 3)
            let directory = try session.open()
            for entry in entries { directory.save(entry.state()) }
            directory.close()
            #expect(try await session.load().count == entries.count)
        }
    }
}
