import Commands
import Testing

@Suite("Patterns of match")
struct BytePatternTests {
    private func matches(_ pattern: String, _ text: String) throws -> Bool {
        let interpreter = try makeInterpreter()
        let arguments: Value = .list([.command(try deferred("cat", text, interpreter)), .text(pattern)])
        return try interpreter.call("match", arguments, CommandContext(interpreter)) == 1
    }

    /// `((cat,text))` without any quoting.
    private func deferred(_ name: String, _ text: String, _ interpreter: Interpreter) throws -> DeferredCommand {
        let quoted = text.map { "\\\($0)" }.joined()
        guard case .command(let command) = try interpreter.evaluate("if=1,((\(name),\"\(quoted)\"))") else {
            throw CommandFault.wrongObjectType
        }
        return command
    }

    @Test(
        "fits whole texts",
        arguments: [
            ("abc", "abc"), ("ABC", "abc"), ("a.c", "axc"), ("a|bc", "bc"), ("(a|b)*", "abba"), ("(?:ab)+", "abab"),
            ("a{2}", "aa"), ("a{2,}", "aaaa"), ("a{1,3}b", "aab"), ("[a-c]+", "cab"), ("[^a-c]+", "xyz"),
            ("[[:digit:]]+x", "12X"), (#"\d+\s\w+"#, "12 ab_c"), (#"\D\S\W"#, "ab-"), (#"\."#, "."), ("^a$", "a"),
            (".*", ""),
            ("", ""), ("a*?b", "aab"), ("[]]x", "]x"), ("[^]", "q"), (#"[\d-]+"#, "1-2"), (#"a\/b"#, "a/b"),
            ("(a*)*", "aaa"),
            ("(|a)+", "aa"), (".*[.]mkv", "Film.MKV"), ("x**", "xx"), ("a|b|c|", ""),
        ] as [(String, String)])
    func fits(_ pattern: String, _ text: String) throws {
        // An empty set comes first in `[]]`, as in ECMAScript: nothing fits it.
        #expect(try matches(pattern, text) == (pattern != "[]]x"))
    }

    @Test(
        "does not fit others, parts of texts, nor malformed patterns",
        arguments: [
            ("abc", "abcd"), ("bc", "abc"), ("a.c", "a\nc"), ("a{2}", "aaa"), ("[a-c]", "d"), ("(", "("), (")", ")"),
            ("*", "*"),
            ("a{2", "aa"), ("a{3,2}", "aaa"), ("[a", "a"), ("[b-a]", "a"), ("\\", "\\"), (#"(a)\1"#, "aa"),
            (#"\b"#, "b"),
            ("a$b", "ab"), ("a^b", "ab"), ("(?=a)a", "a"), ("a{1001}", "a"), ("é", "É"),
        ] as [(String, String)])
    func refuses(_ pattern: String, _ text: String) throws {
        #expect(try !matches(pattern, text))
    }

    @Test("takes time in proportion to the text where backtracking would never end")
    func linear() throws {
        #expect(try !matches("(a*)*(a*)*(a|a)*(a+)+b", String(repeating: "a", count: 5_000)))
    }

    @Test("refuses patterns that grow beyond bounds")
    func bounded() throws {
        #expect(try !matches("((a{900}){900}){900}", "a"))
        #expect(try !matches(String(repeating: "(", count: 3_000) + "a" + String(repeating: ")", count: 3_000), "a"))
        #expect(try !matches(String(repeating: "a?", count: 5_000), "a"))
    }
}
