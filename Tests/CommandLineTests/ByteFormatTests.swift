import Testing

@testable import swarm

struct ByteFormatTests {
    @Test(
        "sizes are powers of 1024 with one digit behind the point",
        arguments: [
            (0, "0 B"), (1, "1 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (23_907_532, "22.8 MiB"),
            (1_048_575_999, "1000.0 MiB"), (1 << 30, "1.0 GiB"), (Int64.max, "8.0 EiB"),
        ] as [(Int64, String)])
    func sizes(bytes: Int64, text: String) {
        #expect(ByteFormat.size(bytes) == text)
    }

    @Test(
        "times have two units",
        arguments: [
            (0, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (200, "3 min 20 s"), (3_720, "1 h 02 min"),
            (273_600, "3 d 04 h"), (.infinity, "years"), (.nan, "years"), (-5, "0 s"),
        ] as [(Double, String)])
    func durations(seconds: Double, text: String) {
        #expect(ByteFormat.duration(seconds: seconds) == text)
    }

    @Test("a percentage is not rounded up to whole, a size is rounded")
    func digits() {
        #expect(ByteFormat.fixed(99.96, places: 1) == "99.9")
        #expect(ByteFormat.fixed(62.4, places: 1) == "62.4")
        #expect(ByteFormat.fixed(0.29, places: 2) == "0.29")
        #expect(ByteFormat.fixed(7, places: 0) == "7")
        #expect(ByteFormat.fixed(.infinity, places: 1) == "-")
        #expect(ByteFormat.rounded(99.96, places: 1) == "100.0")
        #expect(ByteFormat.rounded(-0.26, places: 1) == "-0.3")
    }

    @Test("a rate that is no number is none")
    func oddRates() {
        #expect(ByteFormat.rate(.nan) == "0 B/s")
        #expect(ByteFormat.rate(13_002_342.4) == "12.4 MiB/s")
    }
}

struct TerminalTextTests {
    @Test(
        "counts columns and not characters",
        arguments: [("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("🎬", 2), ("", 0), ("한국", 4)])
    func widths(text: String, columns: Int) {
        #expect(TerminalText.width(text) == columns)
    }

    @Test("cuts at a column, never inside a character")
    func clip() {
        #expect(TerminalText.clip("abcdef", to: 6) == "abcdef")
        #expect(TerminalText.clip("abcdef", to: 5) == "abcd~")
        #expect(TerminalText.clip("漢字漢字", to: 4) == "漢~")
        #expect(TerminalText.clip("abc", to: 0) == "")
    }
}
