import Commands
import Testing

@testable import Control

@Suite("Patterns of f.multicall")
struct FilePatternTests {
    @Test(
        "fit whole paths that begin with a slash",
        arguments: [
            ("*.bin", "/sub/b.bin", true), ("a*", "/a.txt", false), ("/a*", "/a.txt", true), ("*", "", true),
            ("/sub/*/c", "/sub/a/b/c", true), ("*a*b", "/xaxxb", true), ("*a*b", "/xaxxbc", false),
            ("/?.txt", "/a.txt", true), ("/[a-c].txt", "/b.txt", true), ("/[!a-c].txt", "/b.txt", false),
            ("/[]x].txt", "/].txt", true), ("/[ab", "/[ab", true), ("/\\*", "/*", true), ("/\\*", "/x", false),
        ])
    func matching(_ pattern: String, _ path: String, _ fits: Bool) {
        #expect(FilePattern.matches(Array(pattern.utf8), Array(path.utf8)) == fits)
    }

    @Test("answers in time for a pattern of stars")
    func stars() {
        let pattern = [UInt8](repeating: UInt8(ascii: "*"), count: 2_000) + Array("b".utf8)
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 2_000)

        #expect(!FilePattern.matches(pattern, text))
    }
}
