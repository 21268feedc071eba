import Engine
import Glibc
import Metainfo
import Storage
import SwarmCore
import TestKit
import Testing

/// How many idle torrents cost; not a test of behaviour, so it runs only when asked for: `SWARM_SCALE=10000`.
@Suite("Idle torrents in thousands", .enabled(if: getenv("SWARM_SCALE") != nil))
struct IdleScaleTests {
    @Test("cost little memory, and no time")
    func idleTorrents() async throws {
        let count = getenv("SWARM_SCALE").flatMap { Int(String(cString: $0)) } ?? 1000
        let folder = try TemporaryFolder()
        var configuration = EngineConfiguration(peerID: .generate())
        configuration.bindAddresses = ["127.0.0.1"]
        configuration.portRange = 0...0
        let engine = TorrentEngine(configuration: configuration)
        try await engine.start()
        let torrents = try (0..<count).map { number in
            let sample = SampleTorrent(
                name: "torrent number \(number)", count: 40 * 1024, pieceLength: 1024, seed: UInt64(number),
                trackers: [["http://127.0.0.1:1/announce"]])
            return try MetainfoFile.decode(sample.metainfo)
        }
        let before = (memory: Self.residentKiB(), time: ContinuousClock.now)

        // All lie in one file: what counts is what they cost in memory.
        let data = try folder.write([UInt8](repeating: 0, count: 40 * 1024), to: "data")
        var status = stat()
        try #require(stat(data, &status) == 0)
        var inserted: [Torrent] = []
        for metainfo in torrents {
            inserted.append(
                try engine.insert(metainfo, options: TorrentOptions(directory: folder.path, saveAs: data)))
        }
        let insertedAt = ContinuousClock.now
        let afterInsert = Self.residentKiB()
        let verified = Bitfield(allSet: torrents[0].info.pieceCount)
        for torrent in inserted {
            torrent.open()
            torrent.check(
                .resume(ResumeData(verified: verified, files: [.init(modified: Int64(status.st_mtim.tv_sec))])))
        }
        try await eventually("all are checked", within: .seconds(120)) { inserted.allSatisfy { $0.stage == .ready } }
        let checkedAt = ContinuousClock.now
        for torrent in inserted { torrent.activate() }
        let activeAt = ContinuousClock.now
        try await Task.sleep(for: .seconds(10))
        let afterActive = Self.residentKiB()
        let (idleFrom, cpu) = (ContinuousClock.now, Self.cpuSeconds())
        try await Task.sleep(for: .seconds(20))
        let share = (Self.cpuSeconds() - cpu) / ((ContinuousClock.now - idleFrom) / .seconds(1)) * 100

        print(
            """
            \(count) torrents: inserted in \(insertedAt - before.time), checked in \(checkedAt - insertedAt), \
            active in \(activeAt - checkedAt); \
            \(Double(afterInsert - before.memory) / Double(count)) KiB each inserted, \
            \(Double(afterActive - before.memory) / Double(count)) KiB each active, idle \(share) % of a core
            """)
        await engine.shutdown()
    }

    private static func residentKiB() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 200)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let pages = line.prefix { $0 != 0 }.split(separator: CChar(32))
        guard pages.count > 1 else { return 0 }
        return (Int(String(decoding: pages[1].map(UInt8.init(bitPattern:)), as: UTF8.self)) ?? 0) * 4
    }

    private static func cpuSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let (user, system) = (usage.ru_utime, usage.ru_stime)
        return Double(user.tv_sec + system.tv_sec) + Double(user.tv_usec + system.tv_usec) / 1e6
    }
}
