import Commands
import Glibc
import RPC
import Testing

/// Byte for byte against the exchanges that were recorded from rtorrent 0.9.8 (Fixtures/golden; the scenario is told in Vocabulary.swift).
@Suite("Golden exchanges with rTorrent 0.9.8")
struct GoldenTests {
    /// Where we answer more than 0.9.8 on purpose: real signatures and help, and JSON for JSON.
    private static let differing = [
        "30-methodSignature", "31-methodHelp", "45-content-type-json-header-ignored",
    ]

    private static let folder =
        "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Fixtures/golden"

    private static let names: [String] = {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".request.xml") { names.append(String(name.dropLast(12))) }
        }
        return names.sorted()
    }()

    @Test("has all of them")
    func complete() {
        #expect(Self.names.count == 45)
    }

    @Test("answers as recorded", arguments: names.filter { !differing.contains($0) })
    func exchange(_ name: String) throws {
        let request = try SystemServices.readFile("\(Self.folder)/\(name).request.xml", limit: 1 << 20)
        let response = try SystemServices.readFile("\(Self.folder)/\(name).response.scgi", limit: 1 << 20)
        let vocabulary = Vocabulary()
        let dispatcher = try vocabulary.makeDispatcher()
        if name.hasPrefix("08") { vocabulary.single.custom1 = [UInt8]("lab<&>él".utf8) }

        let reply = dispatcher.respond(to: request, contentType: nil, caller: .owner)

        #expect(
            String(decoding: SCGIResponse.encoded(reply), as: UTF8.self) == String(decoding: response, as: UTF8.self))
    }

    @Test("answers otherwise where it has more to say", arguments: differing)
    func more(_ name: String) throws {
        let request = try SystemServices.readFile("\(Self.folder)/\(name).request.xml", limit: 1 << 20)
        let response = try SystemServices.readFile("\(Self.folder)/\(name).response.scgi", limit: 1 << 20)

        let reply = try Vocabulary().makeDispatcher().respond(to: request, contentType: nil, caller: .owner)

        #expect(SCGIResponse.encoded(reply) != response)
        #expect(!String(decoding: reply.body.bytes, as: UTF8.self).contains("fault"))
    }
}
