import Commands
import Control
import Metainfo
import TestKit
import Testing

@testable import RPC

/// What front ends send, call by call (Fixtures/frontend-calls.jsonl), to a server with the golden torrents.
@Suite("Calls of front ends", .serialized)
struct FrontEndCallTests {
    @Test("are answered with the types that the front ends read")
    func calls() async throws {
        let scenario = try await GoldenScenario.start()
        try await scenario.load()
        try await scenario.forBoth("d.start")
        try await scenario.waitUntil("d.is_active", is: 1)
        let third = SampleTorrent(name: "third", count: 40_000, seed: 77)
        let hash = try #require(try MetainfoFile.decode(third.metainfo).infoHash).hex.uppercased()
        let words = Words(torrent: third.metainfo, hash: hash, folder: scenario.folder.path)

        for line in Fixture.lines("frontend-calls.jsonl") {
            let call = try Call(line, words)
            if call.method == "d.erase" { try await isLoaded(hash, scenario, call) }
            let answer = try await scenario.send(call.document)
            #expect(call.accepts(answer), "\(call.frontEnd) \(call.method): \(line.prefix(200))\n\(answer.prefix(600))")
        }

        await scenario.end()
    }

    /// Loading ends some time after it was answered.
    private func isLoaded(_ hash: String, _ scenario: GoldenScenario, _ call: Call) async throws {
        try await eventually("\(call.frontEnd)'s torrent is loaded", context: { scenario.log.joined(separator: "\n") })
        {
            try await !scenario.exchange("d.name", [.text(hash)]).contains("<fault>")
        }
    }
}

/// What stands in the fixture for something that is made anew each time.
struct Words {
    let torrent: [UInt8]
    let hash: String
    let folder: String

    func replaced(_ text: String) -> String {
        text.replacing("$TORRENT64", with: String(decoding: Base64.encode(torrent), as: UTF8.self))
            .replacing("$DIR", with: folder + "/elsewhere").replacing("$THIRD", with: hash)
            .replacing("HASHLOWER", with: GoldenScenario.multi.lowercased())
            .replacing("HASH", with: GoldenScenario.multi)
    }
}

/// One line of the fixture.
struct Call {
    let frontEnd: String
    let method: String
    let type: String
    let document: [UInt8]

    struct Malformed: Error {
        let line: String
    }

    init(_ line: String, _ words: Words) throws {
        let bytes = Array(line.utf8)
        let parsed = try bytes.withUnsafeBufferPointer { try JSONParser.parse($0) }
        guard case .array(let fields) = parsed, fields.count == 4, case .string(let frontEnd) = fields[0],
            case .string(let method) = fields[1], case .array(let parameters) = fields[2],
            case .string(let type) = fields[3]
        else { throw Malformed(line: line) }
        self.frontEnd = String(decoding: frontEnd, as: UTF8.self)
        self.method = String(decoding: method, as: UTF8.self)
        self.type = String(decoding: type, as: UTF8.self)
        var text = "<methodCall><methodName>\(self.method)</methodName><params>"
        for parameter in parameters { text += "<param><value>\(Self.xml(parameter, words))</value></param>" }
        document = Array((text + "</params></methodCall>").utf8)
    }

    /// Whether the answer is no fault and of the type; no call inside a multicall may have failed either.
    func accepts(_ answer: String) -> Bool {
        if answer.contains("<fault>") || answer.contains("faultCode") { return false }
        return type == "any" || answer.contains("<param><value><\(type)>")
    }

    private static func xml(_ value: RPCParameter, _ words: Words) -> String {
        switch value {
        case .integer(let number): return "<i8>\(number)</i8>"
        case .string(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            if text == "$TORRENT" {
                return "<base64>\(String(decoding: Base64.encode(words.torrent), as: UTF8.self))</base64>"
            }
            let escaped = words.replaced(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            return "<string>\(escaped)</string>"
        case .array(let elements):
            let values = elements.map { "<value>\(xml($0, words))</value>" }.joined()
            return "<array><data>\(values)</data></array>"
        case .structure(let members):
            let list = members.map {
                "<member><name>\(String(decoding: $0.name, as: UTF8.self))</name><value>\(xml($0.value, words))</value></member>"
            }
            return "<struct>\(list.joined())</struct>"
        default: return ""
        }
    }
}
