import Commands
import Control
import Foundation
import TestKit
import Testing

/// The vocabulary against the list of rTorrent's own commands.
@Suite struct VocabularyCoverageTests {
    private struct Row {
        let name, origin, target, first, result, isSafe: String

        init?(_ line: Substring) {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 6, !line.hasPrefix("#") else { return nil }
            (name, origin, target) = (parts[0], parts[1], parts[2])
            (first, result, isSafe) = (parts[3], parts[4], parts[5])
        }
    }

    private static let rows: [Row] = {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let text = try? String(contentsOf: url.appending(path: "Fixtures/commands.tsv"), encoding: .utf8)
        return (text ?? "").split(separator: "\n").compactMap { Row($0) }
    }()

    @Test("has every command of 0.9.8 and 0.16, and aliases that lead somewhere")
    func complete() {
        let test = TestController()

        let table = CommandTable(test.controller.map)

        #expect(Self.rows.count == 983)
        let missing = table.rows.filter { $0.state == .missing }.map(\.name)
        #expect(missing.filter { !Self.isOfDownloads($0) } == [])
        #expect(test.dangling.filter { !Self.isOfDownloads($0) } == [])
    }

    /// Fields of downloads, files, trackers and peers have tests of their own.
    private static func isOfDownloads(_ name: String) -> Bool {
        ["d.", "f.", "p.", "t.", "view.", "load."].contains { name.hasPrefix($0) }
    }

    @Test("answers each command with rTorrent's type")
    func types() {
        let map = TestController().controller.map

        let wrong = Self.rows.compactMap { row -> String? in
            guard let command = map[row.name], !row.result.isEmpty, command.result != .any else { return nil }
            guard command.result.rawValue != row.result else { return nil }
            return "\(row.name): \(command.result.rawValue), wanted is \(row.result)"
        }

        #expect(wrong == [])
    }

    @Test("takes each command's target as rTorrent does")
    func targets() {
        let map = TestController().controller.map
        let kinds: [String: TargetKind] = ["d": .download, "f": .file, "fi": .file, "t": .tracker, "p": .peer]

        let wrong = Self.rows.compactMap { row -> String? in
            guard let command = map[row.name] else { return nil }
            if row.target != "none", row.name != "group.seeding.ratio.command",
                command.target != kinds[row.target] ?? .any
            {
                return "\(row.name): target \(row.target)"
            }
            let takesNone = command.flags.contains(.takesNoTarget)
            return row.first == "no_target" && !takesNone ? "\(row.name): takes no target" : nil
        }

        #expect(wrong == [])
    }

    @Test("lets strangers run what 0.16 lets them run, and nothing else")
    func untrusted() {
        let map = TestController().controller.map

        let wrong = Self.rows.compactMap { row -> String? in
            // 0.9.8 knows no trust: what only it has is not judged.
            guard row.origin != "0.9.8", row.isSafe != "-", let command = map[row.name], command.alias == nil else {
                return nil
            }
            guard !Self.isOfDownloads(row.name) else { return nil }
            let isSafe = command.flags.contains(.isUntrustedSafe)
            return isSafe == (row.isSafe == "y") ? nil : "\(row.name): \(isSafe), wanted is \(row.isSafe)"
        }

        #expect(wrong == [])
    }

    @Test("gives a line of help to every command, with the reason where it is neutral")
    func help() {
        let map = TestController().controller.map

        let poor = map.commands.filter { command in
            guard command.alias == nil, !command.flags.contains(.isPrivate) else { return false }
            if Self.isOfDownloads(command.name) { return command.help.isEmpty }
            let needsReason =
                command.flags.contains(.isNeutral) && command.help != "retired; accepted, and without effect"
            return command.help.isEmpty || needsReason && !command.help.contains("neutral: ")
        }

        #expect(poor.map(\.name) == [])
    }

    @Test("prints a table that counts what it shows")
    func table() {
        let table = CommandTable(TestController().controller.map)

        let lines = table.text(only: [.notYet]).split(separator: "\n")

        #expect(lines.count == table.count(.notYet))
        #expect(table.markdown().contains("| `dht.statistics` | not yet |"))
        #expect(table.summary.hasPrefix("done \(table.count(.done)), neutral "))
    }
}
