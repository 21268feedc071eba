import Commands
import Control
import Foundation
import Metainfo
import TestKit
import Testing

/// Plays a scenario on a server of ours.
final class ScenarioPlayer {
    private static let events = [
        "closed", "erased", "finished", "hash_done", "hash_failed", "hash_final_failed", "hash_queued", "hash_removed",
        "inserted", "inserted_new", "inserted_session", "opened", "paused", "resumed",
    ]
    /// Notes each event with the state at that moment, as `Fixtures/record.py` has rtorrent do it.
    private static let noting =
        [
            "method.insert=trace,string",
            #"method.insert=note,simple,"trace.set=\"$cat=$trace=,\\\" \\\",$d.name=,:,$argument.0=,/,$d.state=,$d.is_open=,$d.is_active=,$d.hashing=,$d.is_hash_checked=,$d.hashing_failed=,$d.complete=\"""#,
        ] + events.map { "method.set_key=event.download.\($0),5_note,((note,\($0)))" }

    private let stage: Stage
    private var torrents: [String: NamedTorrent] = [:]
    private var seeders: [Stage] = []
    private var asked = 0

    init(_ config: [String]) async throws { stage = try await Stage(Self.noting + config) }

    func end() async {
        for stage in [stage] + seeders { await stage.end() }
    }

    func play(_ step: Scenario.Step) async throws {
        let words = step.line.components(separatedBy: " ")
        let answer = try await perform(words, rest: words.dropFirst().joined(separator: " "))
        if let wanted = step.answer, words[0] == "ask", answer != wanted {
            // What a schedule or the engine does may take a moment more.
            try await eventually("\(step.line) answers \(wanted)", within: .seconds(10), context: { answer ?? "" }) {
                try await self.perform(words, rest: words.dropFirst().joined(separator: " ")) == wanted
            }
        } else if let wanted = step.answer, words[0] != "seed" {
            #expect(answer == wanted, "\(step.line)")
        }
        // Steps that only touch files are no moments to look: what follows from them comes when it comes.
        guard ["load", "call", "ask", "seed", "tick"].contains(words[0]) else { return }
        var seen = ""
        do {
            try await eventually("the notes of \(step.line)", within: .seconds(15)) {
                seen = try await self.notes()
                return seen.utf8.count >= step.notes.utf8.count
            }
        } catch is DeadlinePassed {}
        #expect(seen == step.notes, "\(step.line)")
        _ = try await stage.call("trace.set", "", String(""))
    }

    private func notes() async throws -> String {
        try await stage.call("trace").trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
    }

    // MARK: Steps

    private func perform(_ words: [String], rest: String) async throws -> String? {
        switch words[0] {
        case "data": try writeData(words[1], words[2])
        case "load": return try await load(words)
        case "file": try writeTorrent(words[1])
        case "touch": try touch(words[1])
        case "unlink": try FileManager.default.removeItem(atPath: path(words[1]))
        case "truncate": try stage.folder.write(try torrent(words[1]).sample.metainfo.prefix(150), to: name(words[1]))
        case "call":
            let target = words.count < 3 || words[2] == "-" ? "" : try torrent(words[2]).hash
            return shown(try await stage.call(words[1], [.text(target)] + words.dropFirst(3).map { .text(named($0)) }))
        case "ask": return try await ask(rest)
        case "seed": return try await seed(words[1])
        case "tick": try await tick(words[1])
        default: Issue.record("no such step: \(words[0])")
        }
        return nil
    }

    private func writeData(_ name: String, _ kind: String) throws {
        var content = try torrent(name).sample.stream
        switch kind {
        case "broken": content[0] ^= 255
        case "shrunk": content.removeLast(100)
        default: break
        }
        try stage.folder.write(content, to: "data/\(name)")
    }

    private func load(_ words: [String]) async throws -> String? {
        let path = path(words[2])
        if !FileManager.default.fileExists(atPath: path) { try writeTorrent(words[2]) }
        _ = try await stage.call(
            "load.\(words[1])", [.emptyString, .text(path)] + words.dropFirst(3).map { .text($0) })
        return nil
    }

    private func writeTorrent(_ name: String) throws {
        try stage.folder.write(try torrent(name).sample.metainfo, to: self.name(name))
    }

    private func touch(_ name: String) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 100)], ofItemAtPath: path(name))
    }

    private func ask(_ expression: String) async throws -> String {
        asked += 1
        _ = try await stage.call(
            "method.insert", "", "question.\(asked)", "simple", named(expression))
        return shown(try await stage.call("question.\(asked)"))
    }

    /// Somebody else has it whole, and it is told so.
    private func seed(_ name: String) async throws -> String {
        let seeder = try await Stage()
        seeders.append(seeder)
        let torrent = try torrent(name)
        try seeder.folder.write(torrent.sample.stream, to: "data/\(name)")
        _ = try await seeder.call("load.raw_start", [.emptyString, .string(torrent.sample.metainfo)])
        try await eventually("the seed seeds") { try await seeder.call("d.complete", torrent.hash) == "1" }
        let port = try await seeder.call("network.listen.port")
        return try await stage.call("add_peer", torrent.hash, "127.0.0.1:\(port)")
    }

    /// Waits until a command that was scheduled for then has run.
    private func tick(_ seconds: String) async throws {
        _ = try await stage.call("method.insert", "", "tick", "value", "0")
        _ = try await stage.call("schedule2", "", "~tick", seconds, "0", "tick.set=1")
        try await eventually("\(seconds) s pass") { try await self.stage.call("tick") == "1" }
        _ = try await stage.call("method.erase", "", "tick")
        _ = try await stage.call("method.erase", "", "tick.set")
    }

    // MARK: Names

    private func torrent(_ name: String) throws -> NamedTorrent {
        if let torrent = torrents[name] { return torrent }
        let torrent = try NamedTorrent(name)
        torrents[name] = torrent
        return torrent
    }

    private func name(_ torrent: String) -> String { "watch/\(torrent).torrent" }

    private func path(_ torrent: String) -> String { stage.folder.path(name(torrent)) }

    /// With real hashes and folders for their names.
    private func named(_ text: String) -> String {
        torrents.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value.hash) }
            .replacing("{dir}", with: stage.folder.path)
    }

    /// With names for real hashes and folders.
    private func shown(_ text: String) -> String {
        torrents.reduce(text) { $0.replacing($1.value.hash, with: "{\($1.key)}") }
            .replacing(stage.folder.path, with: "{dir}")
    }
}
