import Glibc
import Metainfo

/// A text file of info-hashes, one in a line, as opentracker's whitelists are.
///
/// A line is empty, a comment that begins with `#`, or 40 hexadecimal digits; behind them, after a blank, anything may
/// follow. 64 digits are a v2 info-hash, which trackers know by its first 20 bytes (BEP 52).
enum AccessListFile {
    private static let maximumBytes = 1 << 30

    static func read(_ path: String) throws(TrackerError) -> Set<InfoHash> {
        try parse(try contents(of: path), path: path)
    }

    static func parse(_ text: [UInt8], path: String) throws(TrackerError) -> Set<InfoHash> {
        var infoHashes: Set<InfoHash> = []
        var number = 0
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let blanks: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")]
            let words = line.split(maxSplits: 1) { blanks.contains($0) }
            guard let word = words.first, word.first != UInt8(ascii: "#") else { continue }
            guard word.count == 40 || word.count == 64,
                let infoHash = InfoHash(hex: String(decoding: word.prefix(40), as: UTF8.self)),
                word.allSatisfy({ isHexDigit($0) })
            else {
                throw .badListLine(path: path, line: number, found: shown(word))
            }
            infoHashes.insert(infoHash)
        }
        return infoHashes
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    static func shown(_ word: ArraySlice<UInt8>) -> String {
        let text = String(
            decoding: word.prefix(48).map { $0 < 0x20 || $0 >= 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
        return word.count > 48 ? text + "…" : text
    }

    private static func contents(of path: String) throws(TrackerError) -> [UInt8] {
        guard let bytes = FileBytes.read(path, limit: maximumBytes) else {
            throw .unreadableList(path: path, code: errno)
        }
        return bytes
    }
}
