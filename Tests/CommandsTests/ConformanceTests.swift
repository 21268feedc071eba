import Commands
import Testing

/// Compares with what the real rtorrent 0.9.8 answered (Fixtures/expressions.tsv, configs.tsv, recorded by Fixtures/record.py). Where we
/// answer otherwise on purpose, Fixtures/differences.tsv has our answer and the reason.
@Suite("conformance with rTorrent 0.9.8")
struct ConformanceTests {
    @Test("gives the recorded answer, or the documented other one, to every expression")
    func expressions() throws {
        let differences = Dictionary(
            try Fixtures.rows("differences.tsv").map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
        var used: Set<String> = []
        var count = 0

        for row in try Fixtures.rows("expressions.tsv") {
            let interpreter = try makeInterpreter()
            try interpreter.runPrelude()
            let question = [UInt8](Fixtures.decoded(row[0]).utf8)
            let answer = Fixtures.answer { () throws(CommandFault) in
                try interpreter.run(question, CommandContext(interpreter))
            }
            if differences[row[0]] != nil { used.insert(row[0]) }
            count += 1
            #expect(answer == differences[row[0]] ?? row[1], "\(row[0])")
            if differences[row[0]] != nil {
                #expect(row[1] != differences[row[0]], "no difference any more: \(row[0])")
            }
        }

        #expect(count > 1_000)
        #expect(used.count == differences.count)
    }

    @Test("reads the recorded config files as rTorrent does, but for the traps that differ on purpose")
    func configs() throws {
        let differences = Dictionary(
            uniqueKeysWithValues: try Fixtures.rows("config-differences.tsv").map { ("\($0[0])\t\($0[1])", $0[2]) })
        let recorded = Dictionary(
            uniqueKeysWithValues: try Fixtures.rows("configs.tsv").map { ("\($0[0])\t\($0[1])", $0[2]) })
        var asked: Set<String> = []

        for section in try Fixtures.text("configs.txt").split(separator: "=== ") {
            let lines = section.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let end = try #require(lines.firstIndex(of: "---"))
            var text = lines[1..<end].map { $0 + "\n" }.joined()
            if text.contains("␤"), text.hasSuffix("\n") { text.removeLast() }
            let host = FakeHost()
            host.files["/tmp/swarm-conformance.rc"] = [UInt8](Fixtures.decoded(text).utf8)
            let interpreter = try makeInterpreter(host)
            try interpreter.runPrelude()
            for question in ["import"] + lines[(end + 1)...].filter({ !$0.isEmpty }) {
                let key = "\(lines[0])\t\(question)"
                let command = question == "import" ? "import=/tmp/swarm-conformance.rc" : question
                let answer = Fixtures.answer { () throws(CommandFault) in
                    try interpreter.evaluate(Fixtures.decoded(command))
                }
                #expect(answer == differences[key] ?? recorded[key], "\(key)")
                if let different = differences[key] {
                    #expect(different != recorded[key], "no difference any more: \(key)")
                }
                asked.insert(key)
            }
        }

        #expect(asked == Set(recorded.keys))
    }
}
