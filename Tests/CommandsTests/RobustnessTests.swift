import Commands
import TestKit
import Testing

@Suite("Robustness against foreign texts")
struct RobustnessTests {
    @Test(
        "faults on nesting without end",
        arguments: [
            ("cat=", "{", "}"), ("cat=", "(cat,", ")"), ("cat=", "((cat,", "))"), ("cat=", "$cat=", ""),
            ("cat=", "{((cat,{", "}))}"),
            ("", "branch=", ""),
        ] as [(String, String, String)])
    func deepNesting(_ start: String, _ open: String, _ close: String) throws {
        let interpreter = try makeInterpreter()
        let count = 20_000
        let text = start + String(repeating: open, count: count) + "x" + String(repeating: close, count: count)

        #expect(throws: CommandFault.self) {
            let value = try interpreter.evaluate(text)
            if start.isEmpty { throw CommandFault.tooDeep }
            Issue.record("answered \(value.kindName)")
        }
    }

    @Test("takes nesting that people write")
    func shallowNesting() throws {
        let interpreter = try makeInterpreter()

        let calls = "cat=" + String(repeating: "(cat,", count: 100) + "x" + String(repeating: ")", count: 100)
        let substitutions = "cat=" + String(repeating: "$cat=", count: 100) + "x"

        #expect(try interpreter.evaluate(calls) == "x")
        #expect(try interpreter.evaluate(substitutions) == "x")
    }

    @Test("bounds the number of arguments and the length of what is put together")
    func bounds() throws {
        let interpreter = try makeInterpreter()
        let many = "cat=" + String(repeating: "a,", count: 70_000)
        _ = try interpreter.evaluate(
            "method.insert=s,string,0123456789abcdef;method.insert=double,simple,\"s.set=(cat,(s),(s))\"")

        #expect(throws: CommandFault.self) { try interpreter.evaluate(many) }
        let fault = #expect(throws: CommandFault.self) { for _ in 0..<40 { _ = try interpreter.evaluate("double=") } }
        #expect(fault == .tooLong)
    }

    @Test("answers or faults on damaged expressions, and is in order afterwards")
    func damagedExpressions() throws {
        let seed: UInt64 = 0x5EED_0003
        let corpus = try Fixtures.rows("expressions.tsv").map { [UInt8](Fixtures.decoded($0[0]).utf8) }
        var mutation = Mutation(seed: seed, alphabet: "(){}$,;=\"\\# .0123456789kMg\n")
        var generator = SeededGenerator(seed: seed)
        var answers = 0

        var interpreter = try Self.idleInterpreter()
        for round in 0..<24_000 {
            if round % 100 == 0 {
                #expect(try interpreter.evaluate("cat=$argument.0=") == "placeholder.0", "seed \(seed), round \(round)")
                interpreter = try Self.idleInterpreter()
            }
            let base = corpus.randomElement(using: &generator) ?? []
            let text = mutation.damage(base, splicing: corpus.randomElement(using: &generator) ?? [])
            let caller = Caller(scope: CommandScope.allCases[round % 3], isUntrusted: round % 5 == 0)
            let target = round % 2 == 0 ? CommandTarget.none : Item(name: "n").target
            let context = CommandContext(interpreter, target: target, caller: caller)
            if (try? interpreter.run(text, context)) != nil { answers += 1 }
        }

        #expect(answers > 1_000, "seed \(seed): the damage should leave some texts whole")
    }

    /// An interpreter whose programs are not really run.
    private static func idleInterpreter() throws -> Interpreter {
        let interpreter = try makeInterpreter(IdleHost())
        try interpreter.runPrelude()
        return interpreter
    }

    @Test("reads damaged config files to their end")
    func damagedConfigs() throws {
        let seed: UInt64 = 0x5EED_0004
        let corpus = try Fixtures.text("configs.txt").split(separator: "=== ").map {
            [UInt8](Fixtures.decoded(String($0)).utf8)
        }
        var mutation = Mutation(seed: seed, alphabet: "\\\n\r#;=\"$(){}, ")
        var generator = SeededGenerator(seed: seed)
        var interpreter = try Self.idleInterpreter()

        for round in 0..<4_000 {
            let text = mutation.damage(
                corpus.randomElement(using: &generator) ?? [], splicing: corpus.randomElement(using: &generator) ?? [])
            if round % 100 == 0 { interpreter = try Self.idleInterpreter() }
            interpreter.diagnostics = DiagnosticSink()
            let file = ConfigFile(text, name: "f")
            try interpreter.load(file, mode: .collect, CommandContext(interpreter))
            for diagnostic in interpreter.diagnostics.all {
                #expect(
                    diagnostic.location.line >= 1 && diagnostic.location.column >= 1, "seed \(seed), round \(round)")
                _ = diagnostic.description
            }
        }
    }
}

/// A host that runs no programs.
final class IdleHost: FakeHost {
    override func execute(_ request: ProgramRequest) throws(CommandFault) -> ProgramResult {
        ProgramResult(waitStatus: 0)
    }
}
