import Foundation
import TestKit
import Testing

/// `swarm create` beside mktorrent 1.1: the same flags make the same bytes, but for who made them.
@Suite("swarm create")
struct CreateTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let title: String
        let flags: [String]
        var payload: Payload = .file
        var testDescription: String { title }
    }

    static let cases = [
        Case(title: "one tracker", flags: ["-a", "http://tracker.invalid/announce"]),
        Case(title: "no tracker", flags: []),
        Case(title: "a folder", flags: ["-a", "http://tracker.invalid/announce"], payload: .folder),
        Case(
            title: "small pieces, across files", flags: ["-l", "15", "-a", "udp://tracker.invalid:6969"],
            payload: .folder),
        Case(title: "large pieces", flags: ["-l", "25", "-a", "http://tracker.invalid/announce"]),
        Case(
            title: "tiers",
            flags: ["-a", "http://a.invalid/announce,http://b.invalid/announce", "-a", "udp://c.invalid:1"]
        ),
        Case(title: "comment and private", flags: ["-p", "-c", "späte Größe ☃", "-a", "http://a.invalid/"]),
        Case(title: "source", flags: ["-s", "a \"source\"", "-a", "http://a.invalid/"]),
        Case(title: "another name", flags: ["-n", "other name.bin", "-a", "http://a.invalid/"]),
        Case(title: "a folder of another name", flags: ["-n", "x", "-a", "http://a.invalid/"], payload: .folder),
        Case(title: "one web seed", flags: ["-w", "http://web.invalid/data", "-a", "http://a.invalid/"]),
        Case(
            title: "web seeds",
            flags: ["-w", "http://web.invalid/1,http://web.invalid/2", "-w", "http://web.invalid/3"],
            payload: .folder),
        Case(title: "one thread", flags: ["-t", "1", "-a", "http://a.invalid/"], payload: .folder),
        Case(
            title: "long names",
            flags: [
                "--announce=http://a.invalid/", "--comment=long", "--piece-length=16", "--name=long name", "--private",
                "--source=long source", "--threads=3", "--web-seed=http://web.invalid/", "--no-date", "--verbose",
            ]),
    ]

    @Test("makes the bytes that mktorrent makes", arguments: cases)
    func sameBytes(example: Case) async throws {
        let folder = try TemporaryFolder("interop")
        try example.payload.make(in: folder.path)
        let data = folder.path(example.payload.name)
        // mktorrent's own default is 2^18 always; ours goes by size.
        let length =
            example.flags.contains { $0.hasPrefix("-l") || $0.hasPrefix("--piece-length") } ? [] : ["-l", "18"]

        try await ChildProcess.run(
            ["mktorrent"] + length + example.flags + ["-o", folder.path("theirs"), data], in: folder.path
        ).requireSuccess()
        try await SwarmExecutable.run(
            ["create"] + length + example.flags + ["-o", folder.path("ours"), data], in: folder.path
        ).requireSuccess()

        let theirs = try withoutOrigin(folder.read("theirs"))
        let ours = try withoutOrigin(folder.read("ours"))
        #expect(ours == theirs, "\(String(decoding: ours.prefix(600), as: UTF8.self))")
        #expect(theirs.count > 100)
    }

    /// Without the two values that tell who made a file, and when.
    private func withoutOrigin(_ torrent: [UInt8]) throws -> [UInt8] {
        var bytes = Data(torrent)
        let creator = try #require(bytes.range(of: Data("10:created by".utf8)))
        let rest = bytes[creator.upperBound...]
        let colon = try #require(rest.firstIndex(of: UInt8(ascii: ":")))
        let count = try #require(Int(String(decoding: rest[..<colon], as: UTF8.self)))
        bytes.removeSubrange(creator.lowerBound...(colon + count))
        if let date = bytes.range(of: Data("13:creation datei".utf8)) {
            let end = try #require(bytes[date.upperBound...].firstIndex(of: UInt8(ascii: "e")))
            bytes.removeSubrange(date.lowerBound...end)
        }
        return [UInt8](bytes)
    }
}
