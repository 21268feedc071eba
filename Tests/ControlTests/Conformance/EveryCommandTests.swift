import Commands
import Engine
import Metainfo
import SwarmCore
import TestKit
import Testing

@testable import Control

/// Every command of the map, whoever defined it, called with arguments and targets of all kinds.
@Suite("Every command")
struct EveryCommandTests {
    @Test("answers in its type or faults, whatever it is called with")
    func everyCommand() async throws {
        let stage = VocabularyStage()
        let sample = SampleTorrent(
            name: "many", files: [.init("a", content: [1, 2, 3]), .init("b", "c", content: [4, 5])],
            trackers: [["http://127.0.0.1:9/announce"]])

        for command in stage.controller.map.commands where !Self.leftOut.contains(command.name) {
            for kind in [TargetKind.any, .download, .file, .tracker, .peer] {
                for arguments in Self.arguments {
                    let target = try stage.target(kind, sample)
                    call(command, arguments, target, stage)
                }
            }
        }

        await stage.end()
    }

    /// These act on this very process even while rehearsing.
    private static let leftOut: Set = ["system.cwd.set", "system.umask.set"]

    private static let arguments: [Value] = [
        .none, "", "x", "5", 5, -1, .integer(.max), .integer(.min), .list([]), .list(["main"]),
        .list(["main", "d.name="]),
        .list(["", "x", "y"]), .list([5, "x"]), .list(["x", 5, 7]), .list([["nested", ["deep"]], "x"]),
        .string([0xFF, 0x00, 0xC3]), .list(["a", "b", "c", "d", "e", "f", "g"]), .map(["key": 1]),
    ]

    private func call(_ command: Command, _ arguments: Value, _ target: CommandTarget, _ stage: VocabularyStage) {
        let context = CommandContext(stage.controller.interpreter, target: target)
        let place: Comment = "\(command.name) on \(target.kind.rawValue) with \(arguments.description)"
        do throws(CommandFault) {
            let value = try stage.controller.interpreter.call(command.name, arguments, context)
            #expect(fits(value, command.result) || Self.isOutOfTime(command, value), place)
            #expect(command.target == .any || command.target == target.kind, place)
        } catch {
            #expect(!error.message.isEmpty, place)
            if command.target != .any, command.target != target.kind {
                #expect(error.message == "Target of wrong type to command.", place)
            }
        }
    }

    /// A time without a calendar date is written as nothing.
    private static func isOutOfTime(_ command: Command, _ value: Value) -> Bool {
        value == .none && (command.alias?.modernName ?? command.name).hasPrefix("convert.")
    }

    private func fits(_ value: Value, _ result: CommandResult) -> Bool {
        switch (result, value) {
        case (.any, _), (.void, .none), (.value, .integer), (.string, .string), (.list, .list), (.map, .map): true
        default: false
        }
    }
}

extension VocabularyStage {
    /// A target of a kind in a download of that torrent, which is loaded anew if a command has removed it.
    func target(_ kind: TargetKind, _ sample: SampleTorrent) throws -> CommandTarget {
        if kind == .any { return .none }
        let metainfo = try MetainfoFile.decode(sample.metainfo)
        let present = metainfo.infoHash.flatMap { controller.downloads[$0] }
        let download = try #require(present ?? controller.register(metainfo, DownloadRecord()))
        switch kind {
        case .download: return .download(download)
        case .file: return .file(1, of: download)
        case .tracker: return .tracker(0, of: download)
        default: return .peer(PeerTarget(download: download, peer: try somebody()))
        }
    }

    private func somebody() throws -> PeerSnapshot {
        PeerSnapshot(
            number: PeerNumber(7), peerID: PeerID.generate(),
            address: try #require(PeerAddress(host: "127.0.0.1", port: 9)), direction: .incoming, origin: .tracker,
            reserved: [UInt8](repeating: 0, count: 8))
    }
}
