/// Guesses at what was meant.
enum Spelling {
    /// The candidates within a third of the word's length, nearest first.
    ///
    /// Words in another order count as near: `d.set_custom1` and `d.custom1.set` share their parts.
    static func nearest(to word: String, among candidates: some Sequence<String>, limit: Int) -> [String] {
        let wanted = Array(word.utf8.prefix(64))
        let bound = max(1, wanted.count / 3)
        let parts = Set(word.split(whereSeparator: isSeparator))
        var found: [(distance: Int, name: String)] = []
        for candidate in candidates {
            var distance = bound + 1
            let length = candidate.utf8.count
            if abs(length - wanted.count) <= bound { distance = editDistance(wanted, Array(candidate.utf8)) }
            if parts.count > 1, distance > 1, Set(candidate.split(whereSeparator: isSeparator)) == parts {
                distance = 1
            }
            if distance <= bound { found.append((distance, candidate)) }
        }
        found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return found.prefix(limit).map(\.name)
    }

    private static func isSeparator(_ character: Character) -> Bool { character == "." || character == "_" }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
    static func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        if first.isEmpty || second.isEmpty { return max(first.count, second.count) }
        var beforeLast = [Int](repeating: 0, count: second.count + 1)
        var last = Array(0...second.count)
        var row = last
        for i in 1...first.count {
            row[0] = i
            for j in 1...second.count {
                let cost = first[i - 1] == second[j - 1] ? 0 : 1
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
                if i > 1, j > 1, first[i - 1] == second[j - 2], first[i - 2] == second[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            (beforeLast, last, row) = (last, row, beforeLast)
        }
        return last[second.count]
    }
}
