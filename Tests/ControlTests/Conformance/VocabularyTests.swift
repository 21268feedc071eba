import Commands
import Control
import Testing

@Suite("The vocabulary beside rTorrent's")
struct VocabularyTests {
    @Test("has every command of downloads, files, trackers, peers, views and loads")
    func complete() async {
        let stage = VocabularyStage()

        let missing = RecordedCommands.rows.filter {
            RecordedCommands.isOfDownloads($0) && stage.controller.map[$0.name] == nil
        }

        #expect(missing.map(\.name) == [])
        await stage.end()
    }

    @Test("needs the same targets, gives the same types and is open to the same callers", arguments: downloadRows)
    func shape(_ row: RecordedCommands.Row) async throws {
        let stage = VocabularyStage()
        defer { withExtendedLifetime(stage) {} }
        let command = try #require(stage.controller.map[row.name])

        #expect(command.target == target(row.target))
        #expect(command.flags.contains(.isPrivate) == row.isPrivate || Self.opened.contains(row.name))
        if !row.isPrivate { #expect(command.flags.contains(.isUntrustedSafe) == row.isSafeForUntrusted) }
        if !["", "not", "fault"].contains(row.result) { #expect(command.result.rawValue == row.result) }
        #expect(!command.help.isEmpty)
        await stage.end()
    }

    /// Private in Debian's rTorrent; ruTorrent, Flood and others set it for super seeding.
    private static let opened = ["d.connection_seed.set"]

    private static let downloadRows = RecordedCommands.rows.filter(RecordedCommands.isOfDownloads)

    private func target(_ name: String) -> TargetKind? {
        ["any": .any, "d": .download, "f": .file, "fi": .file, "t": .tracker, "p": .peer][name]
    }
}
