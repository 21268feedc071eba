import Commands
import Testing

/// rTorrent's commands as `Fixtures/command-shapes.tsv` lists them.
struct RecordedCommands {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// In 0.9.8 and in 0.16: `y`, `n`, `private`, `redirect:…`.
        let presence: [String]
        /// `d`, `f`, `t`, `p`, `any`.
        let target: String
        /// The type of a good answer of 0.9.8; empty where it was not asked.
        let result: String
        let isSafeForUntrusted: Bool
        let group: String

        var isPrivate: Bool { presence.allSatisfy { $0 == "private" || $0 == "n" } }
        var testDescription: String { name }
    }

    static let rows: [Row] = Fixture.lines("command-shapes.tsv").dropFirst().map { line in
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        return Row(
            name: fields[0], presence: [fields[1], fields[2]], target: fields[3],
            result: String(fields[4].prefix { $0 != " " }), isSafeForUntrusted: fields[5] == "y", group: fields[6])
    }

    static let byName = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })

    /// Whether a command is about a download or a part of it; ratio groups and disk space are about all.
    static func isOfDownloads(_ row: Row) -> Bool {
        ["d", "f", "fi", "t", "p", "view", "load", "tied"].contains(row.group)
            && !["on_ratio", "close_low_diskspace"].contains(row.name)
    }
}

/// Files recorded from rTorrent.
enum Fixture {
    static let folder =
        "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Fixtures/"

    /// Lines that are neither empty nor comments.
    static func lines(_ name: String) -> [String] {
        String(decoding: bytes(name), as: UTF8.self).split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("#")
        }
    }

    static func bytes(_ name: String) -> [UInt8] {
        (try? SystemServices.readFile(folder + name, limit: 16 << 20)) ?? []
    }
}
