import Commands
import Control
import TestKit
import Testing

@testable import RPC

/// What rtorrent 0.9.8 answered to each command with arguments of all kinds (Fixtures/faults-0.9.8.tsv).
@Suite("Faults beside rTorrent's", .serialized)
struct FaultTests {
    @Test("commands take and refuse the same arguments in the same words")
    func faults() async throws {
        let scenario = try await GoldenScenario.start()
        try await scenario.load()

        for line in Fixture.lines("faults-0.9.8.tsv") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard let row = RecordedCommands.byName[fields[0]], RecordedCommands.isOfDownloads(row) else { continue }
            // A name without a folder would be made where the tests run.
            let text =
                fields[0].contains("directory")
                ? fields[1].replacing("\"99999999\"", with: "\"\(scenario.folder.path)/99999999\"") : fields[1]
            let parameters = try Self.parameters(fields[0], text)
            let answer = try await scenario.exchange(fields[0], parameters)
            let (found, wanted) = (Self.outcome(answer), fields[2...].joined(separator: "\t"))
            #expect(found == wanted || Self.isExpected(fields[0], fields[1]), "\(fields[0]) \(fields[1])")
        }

        await scenario.end()
    }

    /// Where we answer otherwise on purpose.
    private static func isExpected(_ name: String, _ arguments: String) -> Bool {
        switch name {
        // The empty argument of `d.custom.items=` passes, so that both can be columns; and here there are texts already.
        case "d.custom.items", "d.custom.keys": arguments == "[\"\"]" || arguments == "[]"
        // rTorrent keeps whatever it is given for the name of a view.
        case "d.views.has", "d.views.push_back", "d.views.push_back_unique", "d.views.remove": arguments != "-"
        default: false
        }
    }

    private static func parameters(_ name: String, _ arguments: String) throws -> [Value] {
        if arguments == "-" { return [""] }
        let bytes = Array(arguments.utf8)
        guard case .array(let values) = try bytes.withUnsafeBufferPointer({ try JSONParser.parse($0) }) else {
            return []
        }
        return try [.text(target(name))] + values.map { try $0.jsonValue() }
    }

    private static func target(_ name: String) -> String {
        switch RecordedCommands.byName[name]?.target {
        case "d": GoldenScenario.multi
        case "f": GoldenScenario.multi + ":f1"
        case "t": GoldenScenario.multi + ":t0"
        case "p": GoldenScenario.multi + ":p" + String(repeating: "0", count: 40)
        default: ""
        }
    }

    /// The type of the result, or code and text of the fault.
    private static func outcome(_ answer: String) -> String {
        do throws(CommandFault) {
            _ = try XMLRPCDecoder.decodeResponse(Array(answer.utf8))
        } catch {
            return "\(error.code.rawValue)\t\(error.message)"
        }
        let parts = answer.split(separator: "<param><value><", maxSplits: 1)
        return String(parts.last?.prefix { $0 != ">" } ?? "")
    }
}
