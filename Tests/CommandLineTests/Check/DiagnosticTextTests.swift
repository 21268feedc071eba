import Commands
import Testing

@testable import swarm

@Suite("diagnostics as text")
struct DiagnosticTextTests {
    private func diagnostic(_ source: String, column: Int, length: Int, suggestions: [String] = []) -> Diagnostic {
        Diagnostic(
            .error, SourceLocation(file: "rc", line: 3, column: column), command: "c", "is wrong", source: source,
            markLength: length, suggestions: suggestions)
    }

    @Test("marks the place below the line and says what may have been meant")
    func mark() {
        let lines = DiagnosticText.lines(
            diagnostic("\tthrotle.up = x,5oo", column: 2, length: 10, suggestions: ["throttle.up"]))

        #expect(
            lines == [
                "rc:3:2: error: c: is wrong",
                "     throtle.up = x,5oo",
                "     ^~~~~~~~~~",
                "    did you mean throttle.up?",
            ])
    }

    @Test("columns count bytes, the mark stands by what is seen")
    func wide() {
        let lines = DiagnosticText.lines(diagnostic("ü=日本x", column: 10, length: 1))

        #expect(lines.suffix(2) == ["    ü=日本x", "          ^"])
    }

    @Test("shows the surroundings of the mark in a long line")
    func long() {
        let line = String(repeating: "a", count: 400) + "WRONG" + String(repeating: "b", count: 400)

        let lines = DiagnosticText.lines(diagnostic(line, column: 401, length: 5))

        #expect(lines[1].count <= 110 && lines[1].contains("aWRONGb"))
        let mark = lines[2].firstIndex(of: "^").map { lines[2].distance(from: lines[2].startIndex, to: $0) }
        let place = lines[1].firstIndex(of: "W").map { lines[1].distance(from: lines[1].startIndex, to: $0) }
        #expect(mark == place && lines[2].hasSuffix("^~~~~"))
    }

    @Test("a mark beyond the end of the line is no trap", arguments: [0, 1, 50])
    func beyond(column: Int) {
        let lines = DiagnosticText.lines(diagnostic("x", column: column, length: 90))

        #expect(lines.count == 3 && lines[2].contains("^"))
    }

    @Test("counts what there is")
    func summary() {
        let error = diagnostic("", column: 1, length: 1)
        var note = error
        note.severity = .note

        #expect(DiagnosticText.summary([error, error, note]) == "2 errors, 1 note")
        #expect(DiagnosticText.summary([]) == "nothing to complain about")
    }
}
