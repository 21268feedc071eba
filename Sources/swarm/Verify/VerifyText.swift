import Metainfo
import Storage

/// What `verify` says about what it found.
enum VerifyText {
    /// The terminal is no place for a hundred thousand names; `--json` has them all.
    private static let maxFiles = 20
    private static let maxRuns = 8

    // MARK: For people

    static func lines(_ report: VerifyReport, _ damage: [FileDamage], seconds: Double) -> [String] {
        let total = report.info.pieceCount
        var lines = damage.prefix(maxFiles).map(line)
        if damage.count > maxFiles {
            lines.append("and \(damage.count - maxFiles) more files; --json lists them all")
        }
        lines += report.problems.filter(\.isHarmless).prefix(maxFiles).map {
            "note: \(TerminalText.visible($0.description))"
        }
        let size = ByteFormat.size(report.verifiedLength)
        let time = ByteFormat.fixed(seconds, places: 1)
        lines.append(
            report.isWhole
                ? "all \(total) pieces are right: \(size) in \(time) s"
                : "\(report.verified.setCount) of \(total) pieces are right: \(size) of "
                    + "\(ByteFormat.size(report.info.files.contentLength)) in \(time) s")
        return lines
    }

    private static func line(_ damage: FileDamage) -> String {
        let path = TerminalText.visible(damage.path)
        let pieces = damage.damagedPieces
        let which = "\(pieces.count == 1 ? "piece" : "pieces") \(runs(pieces, limit: maxRuns))"
        return switch damage.kind {
        case .problem(let problem): TerminalText.visible(problem.description)
        case .unreadable(let error): TerminalText.visible(error.description)
        case .damaged: "\(path): damaged: \(pieces.count) of \(damage.pieceCount) pieces are wrong: \(which)"
        case .uncertain: "\(path): perhaps damaged: shares \(which) with a damaged or missing file"
        }
    }

    /// "3, 5-9, 12 and 4 more".
    static func runs(_ numbers: [Int], limit: Int) -> String {
        var runs: [(first: Int, last: Int)] = []
        for number in numbers {
            if let last = runs.last?.last, last + 1 == number {
                runs[runs.count - 1].last = number
            } else {
                runs.append((number, number))
            }
        }
        let shown = runs.prefix(limit).map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }
        let rest = runs.dropFirst(limit).reduce(0) { $0 + $1.last - $1.first + 1 }
        return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    // MARK: For programs

    static func json(
        _ metainfo: MetainfoFile, _ report: VerifyReport, _ damage: [FileDamage], torrent: String, path: String,
        seconds: Double
    ) -> JSONValue {
        [
            "torrent": .string(torrent),
            "path": .string(path),
            "info_hash": JSONValue(metainfo.infoHash?.hex),
            "info_hash_v2": JSONValue(metainfo.infoHashV2?.hex),
            "name": .string(report.info.name),
            "whole": .bool(report.isWhole),
            "total_size": .number(report.info.files.contentLength),
            "verified_size": .number(report.verifiedLength),
            "num_pieces": JSONValue(report.info.pieceCount),
            "num_good_pieces": JSONValue(report.verified.setCount),
            "damaged_pieces": .array(report.damagedPieces.map { JSONValue($0) }),
            "damaged_files": .array(damage.map { json($0, report.info) }),
            "too_long_files": .array(report.problems.filter(\.isHarmless).map { .string($0.path) }),
            "read_errors": .array(report.readFailures.map { .string($0.description) }),
            "seconds": .real(seconds),
        ]
    }

    private static func json(_ damage: FileDamage, _ info: Info) -> JSONValue {
        let (state, found): (String, Int64?) =
            switch damage.kind {
            case .damaged: ("damaged", nil)
            case .unreadable: ("unreadable", nil)
            case .uncertain: ("uncertain", nil)
            case .problem(let problem):
                switch problem.kind {
                case .missing: ("missing", nil)
                case .short(_, let found): ("short", found)
                case .longer(_, let found): ("longer", found)
                case .notAFile: ("not_a_file", nil)
                case .unreadable: ("unreadable", nil)
                }
            }
        return [
            "path": .string(damage.path),
            "index": JSONValue(damage.file),
            "state": .string(state),
            "size": .number(info.files.entries[damage.file].length),
            "size_found": JSONValue(found),
            "damaged_pieces": .array(damage.damagedPieces.map { JSONValue($0) }),
        ]
    }
}
