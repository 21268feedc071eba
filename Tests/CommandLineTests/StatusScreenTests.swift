import Testing

@testable import swarm

struct StatusScreenTests {
    private func text(_ status: TransferStatus, width: Int, hasUnicode: Bool = true) -> [String] {
        StatusScreen(width: width, hasUnicode: hasUnicode).render(status).map(\.text)
    }

    private static var half: TransferStatus {
        var status = HeadlessStatusTests.half
        status.port = 6881
        status.dialing = 4
        status.tracker = .init(
            url: "http://tracker.example.org:6969/announce", seeds: 3, leechers: 1, secondsToNextAnnounce: 1740)
        return status
    }

    @Test("a download on a usual terminal")
    func download() {
        #expect(
            text(Self.half, width: 79) == [
                "libnoise-viewer.ogv                                                    22.8 MiB",
                "█████████████████████████▌░░░░░░░░░░░░░░░░░░░░░░░░░   50.0 %  1 min 23 s left  ",
                "",
                "down      512.0 KiB/s    12.0 MiB       ratio      0.08",
                "up         12.4 KiB/s     1.0 MiB       copies     1.076",
                "peers    5, 2 seeds, calling 4          they have  7.6 % on average",
                "",
                "tracker  http://tracker.example.org:6969/announce",
                "         3 seeds, 1 downloader; next announce in 29 min 00 s",
                "port 6881, /root/libnoise-viewer.ogv",
            ])
    }

    @Test("a narrow terminal has one column and no bar")
    func narrow() {
        let lines = text(Self.half, width: 30, hasUnicode: false)

        #expect(lines[0] == "libnoise-viewer.ogv   22.8 MiB")
        #expect(lines[1].hasPrefix(" 50.0 %  1 min 23 s left"))
        #expect(lines.contains("ratio    0.08"))
        #expect(lines.contains("tracker  http://tracker.examp~"))
    }

    @Test("no line is wider than the terminal", arguments: [20, 21, 40, 65, 66, 67, 79, 200])
    func widths(width: Int) {
        var statuses = [Self.half, Self.half, Self.half, Self.half]
        statuses[1].name = String(repeating: "漢字", count: 60)
        statuses[2].phase = .failed(String(repeating: "no room on the disk ", count: 10))
        statuses[3].phase = .checking(done: 3, total: 7)
        statuses[3].tracker?.problem = String(repeating: "x", count: 300)
        for status in statuses {
            for line in text(status, width: width) { #expect(TerminalText.width(line) <= width, "\(line)") }
        }
    }

    @Test("the bar is empty at nothing, full at all, and without UTF-8 of plain characters")
    func bars() {
        var status = Self.half
        status.verified = 0
        #expect(text(status, width: 40)[1].hasPrefix("░░░"))
        #expect(text(status, width: 40, hasUnicode: false)[1].hasPrefix("[-----"))
        status.phase = .seeding
        #expect(!text(status, width: 40)[1].contains("░"))
        #expect(text(status, width: 40, hasUnicode: false)[1].hasPrefix("[#####"))
    }

    @Test(
        "names what it does",
        arguments: [
            (TransferStatus.Phase.starting, "starting"), (.checking(done: 0, total: 1), "checking"),
            (.seeding, "seeding"), (.complete, "complete"), (.stopping, "leaving the swarm"), (.failed("x"), "failed"),
        ])
    func states(phase: TransferStatus.Phase, word: String) {
        var status = Self.half
        status.phase = phase

        #expect(text(status, width: 79)[1].contains(word))
    }

    @Test("a torrent of nothing is whole at once and divides by nothing")
    func emptyTorrent() {
        var status = TransferStatus(name: "empty", path: "/empty", totalLength: 0)
        status.phase = .seeding

        let lines = text(status, width: 79)

        #expect(lines[1].contains("100.0 %"))
        #expect(lines.contains { $0.hasSuffix("ratio      -") })
    }

    @Test("a seed without downloads does not show a download rate")
    func seed() {
        var status = Self.half
        status.phase = .seeding
        status.downloaded = 0

        #expect(!text(status, width: 79).contains { $0.hasPrefix("down ") })
    }

    @Test("what a tracker refuses is a problem, and what strangers write cannot act on the terminal")
    func trackerProblem() {
        var status = Self.half
        status.name = "evil\u{1B}[31mname"
        status.tracker?.problem = "refused:\u{7} no such torrent"

        let lines = StatusScreen(width: 79).render(status)

        #expect(lines.contains(ScreenLine(text: "         refused:? no such torrent", tone: .problem)))
        #expect(!lines.contains { $0.text.contains("\u{1B}") || $0.text.contains("\u{7}") })
    }

    @Test("a failure is told to its end, broken between words")
    func failure() {
        var status = Self.half
        status.phase = .failed("/srv/data.bin: no space left on the disk")

        let told = StatusScreen(width: 30).render(status).filter { $0.tone == .problem }.map(\.text)

        #expect(told == ["/srv/data.bin: no space left", "  on the disk"])
    }
}

struct LiveScreenTests {
    private let lines = [ScreenLine(text: "abc", tone: .title), ScreenLine(text: "defgh")]

    /// `#expect` does not take mutating calls.
    private func frame(_ screen: inout LiveScreen, _ lines: [ScreenLine], columns: Int, rows: Int) -> String {
        screen.frame(lines, columns: columns, rows: rows)
    }

    private func close(_ screen: inout LiveScreen) -> String { screen.close() }

    @Test("the first frame hides the cursor and goes down")
    func firstFrame() {
        var screen = LiveScreen(hasColors: false)

        #expect(frame(&screen, lines, columns: 80, rows: 24) == "\u{1B}[?25labc\u{1B}[K\r\ndefgh\u{1B}[K\r\n\u{1B}[J")
    }

    @Test("later frames begin where the last one did")
    func nextFrame() {
        var screen = LiveScreen(hasColors: false)
        _ = frame(&screen, lines, columns: 80, rows: 24)

        #expect(frame(&screen, [lines[1]], columns: 80, rows: 24) == "\r\u{1B}[2Adefgh\u{1B}[K\r\n\u{1B}[J")
    }

    @Test("a terminal that has become narrower has broken the old lines")
    func narrower() {
        var screen = LiveScreen(hasColors: false)
        _ = frame(&screen, lines, columns: 80, rows: 24)

        #expect(frame(&screen, [], columns: 2, rows: 24).hasPrefix("\r\u{1B}[5A"))
    }

    @Test("a terminal with few rows shows the first lines")
    func fewRows() {
        var screen = LiveScreen(hasColors: false)

        #expect(!frame(&screen, lines, columns: 80, rows: 2).contains("defgh"))
        #expect(frame(&screen, lines, columns: 80, rows: 2).contains("\u{1B}[1A"))
    }

    @Test("the end brings the cursor back, once")
    func close() {
        var screen = LiveScreen()
        #expect(close(&screen) == "")
        _ = frame(&screen, lines, columns: 80, rows: 24)

        #expect(close(&screen) == "\u{1B}[?25h")
        #expect(close(&screen) == "")
    }

    @Test("titles stand out where colours are wanted")
    func colors() {
        var screen = LiveScreen()

        #expect(frame(&screen, lines, columns: 80, rows: 24).contains("\u{1B}[1mabc\u{1B}[0m"))
    }
}
