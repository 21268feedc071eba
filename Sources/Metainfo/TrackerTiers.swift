import Bencode

/// Reads the trackers of a torrent into tiers (BEP 12).
enum TrackerTiers {
    /// More than anyone can ask in turn; a torrent with more keeps the first.
    static let maxTrackers = 1000
    static let maxURLBytes = 4096

    /// `announce-list` if it names any tracker, else `announce` as the only tier. What is no usable URL is left out and said.
    static func read(_ root: BencodeNode, warnings: inout [String]) -> [[String]] {
        var tiers: [[String]] = []
        var seen: Set<String> = []
        var dropped = 0
        for member in root["announce-list"]?.list ?? [] {
            var tier: [String] = []
            // Some programs wrote a flat list: each entry then stands as a tier.
            for node in member.list ?? [member] {
                guard let url = url(node, "announce-list", &warnings) else { continue }
                if seen.count >= maxTrackers {
                    dropped += 1
                } else if seen.insert(url).inserted {
                    tier.append(url)
                }
            }
            if !tier.isEmpty { tiers.append(tier) }
        }
        if dropped > 0 { warnings.append("announce-list: kept the first \(maxTrackers) trackers, left out \(dropped)") }
        if tiers.isEmpty, let node = root["announce"], let url = url(node, "announce", &warnings) { tiers = [[url]] }
        return tiers
    }

    /// A trimmed URL; nil when empty or when it could not be sent as it is.
    static func url(_ node: BencodeNode, _ field: String, _ warnings: inout [String]) -> String? {
        let problem: String
        if let bytes = node.slice {
            let trimmed = trim(bytes)
            if trimmed.isEmpty { return nil }
            if trimmed.count > maxURLBytes {
                problem = "a URL of \(trimmed.count) bytes, wanted at most \(maxURLBytes)"
            } else if let bad = trimmed.first(where: { $0 <= 0x20 || $0 == 0x7f }) {
                problem = "a URL with byte \(bad) in it, wanted none of spaces and control characters"
            } else if let text = String(validating: trimmed, as: UTF8.self) {
                return text
            } else {
                problem = "a URL that is not UTF-8"
            }
        } else {
            problem = "\(node.kind.article), wanted a string"
        }
        if warnings.count < 100 {
            warnings.append("\(field): left out at byte \(node.range.lowerBound): found \(problem)")
        }
        return nil
    }

    private static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (byte >= 0x09 && byte <= 0x0d) }
        var rest = bytes.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest
    }
}
