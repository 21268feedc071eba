import Foundation
import TestKit
import Testing

/// A folder with a torrent and its content, a tracker, and `swarm seed` and `swarm get` as real programs.
final class TransferBench: Sendable {
    let folder: TemporaryFolder
    let server: ScriptedServer
    let sample: SampleTorrent

    /// - Parameters:
    ///   - count: bytes of the content, in one file unless `sample` says otherwise.
    ///   - conduct: of the tracker.
    init(
        count: Int = 1 << 20, pieceLength: Int = 1 << 15, conduct: ScriptedServer.Conduct = .introduces,
        sample make: ((_ trackers: [[String]]) -> SampleTorrent)? = nil
    ) async throws {
        folder = try TemporaryFolder()
        server = try await ScriptedServer.start(conduct)
        let trackers = [[server.announceURL]]
        sample =
            make?(trackers)
            ?? SampleTorrent(name: "sample.bin", count: count, pieceLength: pieceLength, trackers: trackers)
        try folder.write(sample.metainfo, to: "a.torrent")
    }

    /// Starts `swarm seed` of the content, which is written to `seed/` first, and waits until it serves.
    func startSeed(_ options: String...) async throws -> ChildProcess {
        try write(to: "seed")
        let seed = try await start(["seed", "--bind", "127.0.0.1", "--port", "0"] + options + ["a.torrent", "seed"])
        try await eventually("the seed serves", context: { seed.report }) { seed.standardOutput.contains("seeding ") }
        return seed
    }

    /// Starts `swarm get` into `folder/target`, with a status block for each change.
    func startGet(_ options: String...) async throws -> ChildProcess {
        try await start(getCommand(options))
    }

    /// Runs `swarm get` into `folder/target` to its end.
    func get(_ options: String...) async throws -> ChildProcess {
        try await SwarmExecutable.run(getCommand(options), in: folder.path)
    }

    /// Runs any `swarm` to its end.
    func run(_ arguments: String...) async throws -> ChildProcess {
        try await SwarmExecutable.run(arguments, in: folder.path)
    }

    func start(_ arguments: [String]) async throws -> ChildProcess {
        try await SwarmExecutable.start(arguments, in: folder.path)
    }

    private func getCommand(_ options: [String]) -> [String] {
        ["get", "--bind", "127.0.0.1", "--port", "0", "--directory", "target"] + options + ["a.torrent"]
    }

    /// Writes the content below a folder; what `damage` makes of it.
    func write(to place: String, damage: (inout [UInt8]) -> Void = { _ in }) throws {
        let root = sample.isSingleFile ? place : "\(place)/\(sample.name)"
        for file in sample.files {
            var content = file.content
            damage(&content)
            try folder.write(content, to: "\(root)/\(file.path.joined(separator: "/"))")
        }
    }

    /// The content as it lies in a folder, all files one after another.
    func content(in place: String = "target") throws -> [UInt8] {
        let root = sample.isSingleFile ? place : "\(place)/\(sample.name)"
        return try sample.files.flatMap { try folder.read("\(root)/\($0.path.joined(separator: "/"))") }
    }

    /// The value behind a label of the last status block.
    static func value(_ label: String, in program: ChildProcess) -> String? {
        let line = program.standardOutput.split(separator: "\n").last { $0.hasPrefix(label) }
        return line.map { $0.dropFirst(label.count).trimmingCharacters(in: .whitespaces) }
    }

    /// "percent done:" of the last status block.
    static func percent(_ program: ChildProcess) -> Double {
        value("percent done:", in: program).flatMap { Double($0) } ?? 0
    }

    /// MB down, of "share rating:" in the last status block.
    static func megabytesDown(_ program: ChildProcess) -> Double? {
        let words = value("share rating:", in: program)?.split(separator: " ") ?? []
        return words.firstIndex(of: "down)").flatMap { $0 >= 2 ? Double(words[$0 - 2]) : nil }
    }
}
