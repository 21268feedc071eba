import Bencode
import Commands
import Foundation
import Glibc
import Metainfo
import RPC
import TestKit
import Testing

/// Lives of `swarm run` that end with SIGKILL at a moment of chance, while torrents come, go, are fetched and labelled.
///
/// `SWARM_KILLS` says how many lives, `SWARM_SEED` from what number chance starts.
@Suite("swarm run, killed", .timeLimit(.minutes(30)))
struct SessionKillTests {
    /// What may be found after the next start: the first is certain, of the others nobody was told that they were saved.
    private struct History {
        /// A label for each state since then; nil: not there.
        var labels: [String?] = [nil]

        mutating func settle(from index: Int) { labels.removeFirst(index) }
    }

    private typealias Histories = [String: History]

    private let lives: Int
    private let seed: UInt64
    private let folder: TemporaryFolder
    private let samples: [String: SampleTorrent]

    init() throws {
        let settings = ProcessInfo.processInfo.environment
        lives = settings["SWARM_KILLS"].flatMap(Int.init) ?? 15
        seed = settings["SWARM_SEED"].flatMap(UInt64.init) ?? 1
        folder = try TemporaryFolder()
        var samples: [String: SampleTorrent] = [:]
        for number in 0..<12 {
            let sample = SampleTorrent(name: "t\(number)", count: 300_000 + number, seed: UInt64(number + 1))
            samples[try MetainfoFile.decode(sample.metainfo).networkHash.hex.uppercased()] = sample
        }
        self.samples = samples
    }

    @Test("loses nothing that was saved, leaves no half file and claims no piece that is not right")
    func kill() async throws {
        let home = try TemporaryFolder()
        let seeder = try await startSeeder(in: home)
        guard case .integer(let port) = try await seeder.call("network.listen.port") else { return }
        var chance = SeededGenerator(seed: seed)
        var histories = samples.mapValues { _ in History() }
        for life in 0..<lives {
            let swarm = try await RunningSwarm.start(in: folder)
            try await expectAllowed(&histories, in: swarm, life)
            try await live(in: swarm, &histories, &chance, peer: "127.0.0.1:\(port)")
            try expectWholeFiles(after: life)
        }
        let last = try await RunningSwarm.start(in: folder)
        try await expectAllowed(&histories, in: last, lives)
        #expect(try await last.end(SIGINT) == 0)
    }

    /// Has all of them, and gives so slowly that they do not come within one life.
    private func startSeeder(in home: TemporaryFolder) async throws -> RunningSwarm {
        let seeder = try await RunningSwarm.start(in: home, config: "throttle.global_up.max_rate.set_kb = 800\n")
        for sample in samples.values {
            try home.write(sample.stream, to: "data/\(sample.name)")
            try await seeder.call("load.raw_start", "", .string(sample.metainfo))
        }
        try await seeder.awaits("d.complete=", Array(repeating: .integer(1), count: samples.count))
        return seeder
    }

    // MARK: A life

    /// Acts until the process is killed, which happens at any moment of a call.
    private func live(
        in swarm: RunningSwarm, _ histories: inout Histories, _ chance: inout SeededGenerator, peer: String
    ) async throws {
        let process = swarm.process
        let rest = Duration.milliseconds(Int.random(in: 100...1_200, using: &chance))
        let killer = Task {
            try await Task.sleep(for: rest)
            process.signal(SIGKILL)
        }
        while process.exitStatus == nil {
            do {
                try await act(in: swarm, &histories, &chance, peer: peer)
            } catch is SCGIClientError {
                // Nothing but its end takes the answer away.
                #expect(try await process.waitForExit() == 128 + SIGKILL, "\(process.report)")
            }
        }
        try await killer.value
    }

    private func act(
        in swarm: RunningSwarm, _ histories: inout Histories, _ chance: inout SeededGenerator, peer: String
    ) async throws {
        let hash = samples.keys.sorted()[Int.random(in: 0..<samples.count, using: &chance)]
        guard let sample = samples[hash], let history = histories[hash] else { return }
        let label = "L\(Int.random(in: 0..<1_000_000, using: &chance))"
        let isThere = history.labels.last != .some(nil)
        switch Int.random(in: 0..<10, using: &chance) {
        case 0:
            let known = histories.mapValues { $0.labels.count - 1 }
            try await swarm.call("session.save")
            for (hash, index) in known { histories[hash]?.settle(from: index) }
        case _ where !isThere:
            if Bool.random(using: &chance) { unlink(folder.path("data/\(sample.name)")) }
            histories[hash]?.labels.append(label)
            try await swarm.call("load.raw_start", "", .string(sample.metainfo), .text("d.custom1.set=\(label)"))
            try await swarm.awaitsListed(hash)
            try await swarm.call("add_peer", .text(hash), .text(peer))
        case 1, 2:
            histories[hash]?.labels.append(nil)
            try await swarm.call("d.erase", .text(hash))
        case 3: try await swarm.call("add_peer", .text(hash), .text(peer))
        default:
            histories[hash]?.labels.append(label)
            try await swarm.call("d.custom1.set", .text(hash), .text(label))
        }
    }

    // MARK: What is left

    private func expectAllowed(_ histories: inout Histories, in swarm: RunningSwarm, _ life: Int) async throws {
        try await eventually("all is checked", context: { swarm.process.report }) {
            try await swarm.column("d.hashing=").allSatisfy { $0 == .integer(0) }
        }
        let hashes = try await swarm.column("d.hash=").compactMap(\.bytesAsText)
        for (hash, sample) in samples {
            var label: String?
            if hashes.contains(hash) {
                label = try await swarm.call("d.custom1", .text(hash)).bytesAsText
                let claimed = try await swarm.call("d.bitfield", .text(hash)).bytesAsText ?? ""
                expectRight(claimed, sample, life)
            }
            let allowed = histories[hash]?.labels ?? []
            #expect(allowed.contains(label), "\(sample.name) after life \(life), seed \(seed)")
            histories[hash] = History(labels: [label])
        }
    }

    private func expectRight(_ claimed: String, _ sample: SampleTorrent, _ life: Int) {
        let data = (try? folder.read("data/\(sample.name)")) ?? []
        for (digit, value) in claimed.compactMap(\.hexDigitValue).enumerated() {
            for bit in 0..<4 where value & (8 >> bit) != 0 {
                let start = (digit * 4 + bit) * sample.pieceLength
                let end = min(start + sample.pieceLength, sample.stream.count)
                let isRight = end <= data.count && data[start..<end] == sample.stream[start..<end]
                #expect(isRight, "piece \(digit * 4 + bit) of \(sample.name) after life \(life), seed \(seed)")
            }
        }
    }

    private func expectWholeFiles(after life: Int) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path("session")) {
            guard name.hasSuffix(".torrent") || name.hasSuffix(".rtorrent") || name.hasSuffix("_resume") else {
                continue
            }
            let bytes = try folder.read("session/\(name)")
            let isWhole = (try? BencodeDecoder().decode(bytes)) != nil
            #expect(isWhole, "\(name) after life \(life), seed \(seed)")
        }
    }
}

extension RunningSwarm {
    fileprivate func awaitsListed(_ hash: String) async throws {
        try await eventually("\(hash) is there", context: { process.report }) {
            try await column("d.hash=").contains(.text(hash))
        }
    }
}

extension RPCParameter {
    fileprivate var bytesAsText: String? {
        if case .string(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
}
