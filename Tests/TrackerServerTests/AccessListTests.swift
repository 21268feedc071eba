import Metainfo
import TestKit
import Testing

@testable import TrackerServer

@Suite("Lists of torrents")
struct AccessListTests {
    private let first = "0123456789abcdef0123456789ABCDEF01234567"
    private let second = "ffffffffffffffffffffffffffffffffffffffff"

    private func hash(_ hex: String) throws -> InfoHash { try #require(InfoHash(hex: hex)) }

    @Test("holds the hashes of its lines, whatever stands around them")
    func reads() throws {
        let folder = try TemporaryFolder()
        let text = "# ours\n\n  \(first)\t a name\r\n\(second)#no\n".replacing("#no", with: "")
        let path = try folder.write(Array(text.utf8), to: "list")

        let list = try AccessList.file(path)

        #expect(list.count == 2 && !list.isOpen)
        #expect(try list.allows(hash(first)) && list.allows(hash(second)))
        #expect(!list.allows(try hash(String(repeating: "0", count: 40))))
    }

    @Test("takes the first half of a v2 info-hash")
    func v2() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Array((first + "0123456789abcdef01234567").utf8), to: "list")

        #expect(try AccessList.file(path).allows(try hash(first)))
    }

    @Test(
        "names file and line of what is wrong",
        arguments: [
            ("0123\n", 1, "0123"), ("\n# x\n\nhello world\n", 4, "hello"),
            ("\(String(repeating: "g", count: 40))\n", 1, String(repeating: "g", count: 40)),
            ("\u{1}\u{7F}", 1, "??"), (String(repeating: "a", count: 100), 1, String(repeating: "a", count: 48) + "…"),
            (String(repeating: "a", count: 63) + "z", 1, String(repeating: "a", count: 48) + "…"),
        ])
    func wrong(text: String, line: Int, found: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Array(text.utf8), to: "list")

        #expect(throws: TrackerError.badListLine(path: path, line: line, found: found)) { try AccessList.file(path) }
    }

    @Test("names a file that cannot be read")
    func missing() throws {
        let folder = try TemporaryFolder()

        let error = #expect(throws: TrackerError.self) { try AccessList.file(folder.path("none")) }

        let text = "\(try #require(error))"
        #expect(text.hasSuffix("none: No such file or directory"))
        #expect(throws: TrackerError.self) { try AccessList.file(folder.path) }
    }

    @Test("is read again whole or not at all")
    func reload() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Array(first.utf8), to: "list")
        let list = try AccessList.file(path)

        _ = try folder.write(Array("\(second)\nrubbish\n".utf8), to: "list")
        #expect(throws: TrackerError.badListLine(path: path, line: 2, found: "rubbish")) { try list.reload() }
        #expect(try list.allows(hash(first)) && !list.allows(hash(second)))

        _ = try folder.write(Array(second.utf8), to: "list")
        try list.reload()
        #expect(try !list.allows(hash(first)) && list.allows(hash(second)))
    }

    @Test("an empty list allows nothing, none allows everything")
    func empty() throws {
        let folder = try TemporaryFolder()

        #expect(!(try AccessList.file(try folder.write([], to: "list")).allows(try hash(first))))
        #expect(try AccessList.open.allows(hash(first)) && AccessList.open.isOpen)
    }
}
