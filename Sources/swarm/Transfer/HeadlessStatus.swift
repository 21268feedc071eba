/// The status block of btdownloadheadless: labels, order and units as scripts know them.
enum HeadlessStatus {
    /// One block, beginning with a blank line; problems stand in front of it.
    static func lines(_ status: TransferStatus) -> [String] {
        let rows = [
            ("saving:", "\(status.name) (\(megabytes(status.totalLength)))"),
            ("percent done:", ByteFormat.fixed(status.fraction * 100, places: 1)),
            ("time left:", timeLeft(status)),
            ("download to:", status.path),
            ("download rate:", status.isWhole ? "" : kilobytes(status.downloadRate)),
            ("upload rate:", kilobytes(status.uploadRate)),
            ("share rating:", shareRating(status)),
            ("seed status:", seedStatus(status)),
            ("peer status:", peerStatus(status)),
        ]
        var lines = [""]
        for problem in status.problems {
            lines += ["ERROR:", "[\(problem.time)] \(TerminalText.visible(problem.text))", ""]
        }
        for (label, value) in rows {
            let line = TerminalText.pad(label, to: 16) + TerminalText.visible(value)
            lines.append(value.isEmpty ? label : line)
        }
        return lines
    }

    private static func timeLeft(_ status: TransferStatus) -> String {
        switch status.phase {
        case .starting: "starting"
        case .checking: "checking existing data"
        case .downloading:
            status.peers == 0 ? "connecting to peers" : status.secondsLeft.map(hours) ?? "<unknown>"
        case .seeding, .complete: "Download Succeeded!"
        case .stopping, .stopped: status.isWhole ? "Download Succeeded!" : "shutting down"
        case .failed: "Download Failed!"
        }
    }

    /// Above 60 days BitTornado says it does not know.
    private static func hours(_ seconds: Double) -> String {
        guard seconds >= 0, seconds < 5_184_000 else { return "<unknown>" }
        let whole = Int(seconds)
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0
            ? "\(hours) hour \(twoDigits(minutes)) min \(twoDigits(rest)) sec" : "\(minutes) min \(twoDigits(rest)) sec"
    }

    private static func shareRating(_ status: TransferStatus) -> String {
        let totals = "(\(megabytes(status.uploaded)) up / \(megabytes(status.downloaded)) down)"
        let ratio = status.downloaded > 0 ? Double(status.uploaded) / Double(status.downloaded) : .infinity
        return (ratio > 100 ? "oo" : ByteFormat.fixed(ratio, places: 3)) + "  " + totals
    }

    private static func seedStatus(_ status: TransferStatus) -> String {
        let copies = "plus \(ByteFormat.fixed(status.distributedCopies, places: 3)) distributed copies"
        guard status.isWhole else { return "\(status.seeds) seen now, \(copies)" }
        // Two seeds have nothing to say to each other, so the tracker knows better; it counts us too.
        let others = status.tracker?.seeds.map { max(0, $0 - 1) } ?? 0
        return "\(max(others, status.seeds)) seen recently, \(copies)"
    }

    private static func peerStatus(_ status: TransferStatus) -> String {
        let percent = ByteFormat.fixed(status.peersCompletion * 100, places: 1)
        let peers = max(0, status.peers - status.seeds)
        return "\(peers) seen now, \(percent)% done at \(kilobytes(status.peersRate))"
    }

    private static func megabytes(_ bytes: Int64) -> String {
        ByteFormat.rounded(Double(bytes) / 1_048_576, places: 1) + " MB"
    }

    private static func kilobytes(_ rate: Double) -> String {
        ByteFormat.rounded(rate / 1024, places: 1) + " kB/s"
    }

    private static func twoDigits(_ value: Int) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }
}
