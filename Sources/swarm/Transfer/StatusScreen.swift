/// A line of the live screen; how it is stressed is up to the terminal.
struct ScreenLine: Equatable {
    enum Tone {
        case title
        case plain
        case faint
        case problem
    }

    var text: String
    var tone = Tone.plain
}

/// The live screen of `seed` and `get`, as lines; a pure function of the status and the width.
struct StatusScreen {
    /// Columns that may be used.
    var width: Int
    /// False where the terminal's language has no UTF-8: then the bar is made of "#".
    var hasUnicode = true

    func render(_ status: TransferStatus) -> [ScreenLine] {
        var lines = [title(status), ScreenLine(text: bar(status)), ScreenLine(text: "")]
        lines += facts(status)
        lines.append(ScreenLine(text: ""))
        lines += tracker(status.tracker)
        lines += problems(status)
        lines.append(place(status))
        return lines.map { ScreenLine(text: TerminalText.clip($0.text, to: width), tone: $0.tone) }
    }

    private func title(_ status: TransferStatus) -> ScreenLine {
        let size = ByteFormat.size(status.totalLength)
        let name = TerminalText.clip(TerminalText.visible(status.name), to: max(8, width - size.count - 2))
        return ScreenLine(text: TerminalText.pad(name, to: width - size.count) + size, tone: .title)
    }

    private func bar(_ status: TransferStatus) -> String {
        // One width for each part, so that the bar does not shake while numbers change.
        let percent = leading(ByteFormat.fixed(status.fraction * 100, places: 1), 5) + " %"
        let text = percent + "  " + TerminalText.pad(state(status), to: 17)
        let room = width - TerminalText.width(text) - 2
        guard room >= 8 else { return text }
        return filled(status.fraction, room) + "  " + text
    }

    private func filled(_ fraction: Double, _ room: Int) -> String {
        let fraction = min(1, max(0, fraction))
        guard hasUnicode else {
            let full = Int(fraction * Double(room - 2))
            return "[" + String(repeating: "#", count: full) + String(repeating: "-", count: room - 2 - full) + "]"
        }
        let eighths = Int(fraction * Double(room) * 8)
        var bar = String(repeating: "█", count: eighths / 8)
        if eighths % 8 > 0 {
            bar.append(["▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8 - 1])
        }
        return bar + String(repeating: "░", count: room - eighths / 8 - (eighths % 8 > 0 ? 1 : 0))
    }

    private func state(_ status: TransferStatus) -> String {
        switch status.phase {
        case .starting: "starting"
        case .checking: "checking"
        case .downloading:
            if let left = status.secondsLeft {
                "\(ByteFormat.duration(seconds: left)) left"
            } else if status.peers == 0 {
                "looking for peers"
            } else {
                "waiting"
            }
        case .seeding: "seeding"
        case .complete: "complete"
        case .stopping: "leaving the swarm"
        case .stopped: "stopped"
        case .failed: "failed"
        }
    }

    // MARK: - Facts

    private func facts(_ status: TransferStatus) -> [ScreenLine] {
        var left: [(String, String)] = []
        if !status.isWhole || status.downloaded > 0 {
            left.append(("down", moved(status.downloadRate, status.downloaded)))
        }
        left.append(("up", moved(status.uploadRate, status.uploaded)))
        left.append(("peers", peers(status)))
        if status.isWhole { left.append(("serves", "\(status.served)")) }
        var right = [
            ("ratio", status.ratio.map { ByteFormat.fixed($0, places: 2) } ?? "-"),
            ("copies", ByteFormat.fixed(status.distributedCopies, places: 3)),
        ]
        let leechers = max(0, status.peers - status.seeds)
        if leechers > 0 {
            right.append(("they have", "\(ByteFormat.fixed(status.peersCompletion * 100, places: 1)) % on average"))
        }
        let column = 40
        guard width >= column + 26 else { return (left + right).map { ScreenLine(text: fact($0)) } }
        return (0..<max(left.count, right.count)).map { row in
            let first = row < left.count ? fact(left[row]) : ""
            let second = row < right.count ? fact(right[row], label: 11) : ""
            return ScreenLine(text: second.isEmpty ? first : TerminalText.pad(first, to: column) + second)
        }
    }

    private func fact(_ pair: (String, String), label: Int = 9) -> String {
        TerminalText.pad(pair.0, to: label) + pair.1
    }

    private func moved(_ rate: Double, _ total: Int64) -> String {
        leading(ByteFormat.rate(rate), 12) + leading(ByteFormat.size(total), 12)
    }

    private func peers(_ status: TransferStatus) -> String {
        var text = "\(status.peers)"
        if status.seeds > 0 { text += status.seeds == 1 ? ", 1 seed" : ", \(status.seeds) seeds" }
        if status.dialing > 0 { text += ", calling \(status.dialing)" }
        return text
    }

    // MARK: - Lines below

    private func tracker(_ tracker: TransferStatus.Tracker?) -> [ScreenLine] {
        guard let tracker else { return [ScreenLine(text: fact(("tracker", "none in this torrent")))] }
        let others = tracker.count > 1 ? "   (\(tracker.working) of \(tracker.count) answer)" : ""
        var lines = [ScreenLine(text: fact(("tracker", TerminalText.visible(tracker.url) + others)))]
        var words: [String] = []
        if let problem = tracker.problem {
            lines.append(ScreenLine(text: fact(("", TerminalText.visible(problem))), tone: .problem))
        } else if let seeds = tracker.seeds, let leechers = tracker.leechers {
            words.append("\(count(seeds, "seed")), \(count(leechers, "downloader"))")
        }
        if tracker.isAnnouncing {
            words.append("asking now")
        } else if let next = tracker.secondsToNextAnnounce {
            words.append("next announce in \(ByteFormat.duration(seconds: Double(next)))")
        }
        if !words.isEmpty { lines.append(ScreenLine(text: fact(("", words.joined(separator: "; "))), tone: .faint)) }
        return lines
    }

    private func problems(_ status: TransferStatus) -> [ScreenLine] {
        var texts = status.problems.suffix(3).map { "\($0.time) \(TerminalText.visible($0.text))" }
        if case .failed(let reason) = status.phase { texts.append(TerminalText.visible(reason)) }
        return texts.flatMap { text in wrap(text).map { ScreenLine(text: $0, tone: .problem) } }
    }

    private func place(_ status: TransferStatus) -> ScreenLine {
        let port = status.port == 0 ? "" : "port \(status.port), "
        return ScreenLine(text: "\(port)\(TerminalText.visible(status.path))", tone: .faint)
    }

    private func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    /// What went wrong must be read to its end, so it is broken between words and not cut.
    private func wrap(_ text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, TerminalText.width(line) + 1 + TerminalText.width(String(word)) > width {
                lines.append(line)
                line = "  "
            } else if !line.isEmpty {
                line += " "
            }
            line += word
        }
        return lines + [line]
    }

    private func leading(_ text: String, _ columns: Int) -> String {
        String(repeating: " ", count: max(0, columns - text.count)) + text
    }
}
