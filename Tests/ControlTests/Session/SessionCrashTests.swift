import Bencode
import Synchronization
import Testing

@testable import Control

/// The process dies, or the power goes, at each step of saving.
@Suite struct SessionCrashTests {
    private let silence: @Sendable (String) -> Void = { _ in }

    private func load(_ contents: [String: [UInt8]]) async -> [SessionEntry] {
        await SessionDirectory(path: "/", files: MemoryFiles(contents), lock: nil, report: silence).loadAll()
    }

    /// What a folder holds with these saved.
    private func folder(_ states: SessionState...) -> [String: [UInt8]] {
        let files = MemoryFiles()
        _ = SessionBatch(files, report: silence).run(
            states.map { .init(infoHash: $0.infoHash, removes: false, state: $0) })
        return files.contents
    }

    @Test("leaves every torrent whole at whatever step it dies", arguments: [false, true])
    func everyStep(isPowerCut: Bool) async throws {
        let old = try SavedSample(seed: 1, label: "old", progress: 1).state
        let changed = try SavedSample(seed: 1, label: "new", progress: 2).state
        let removed = try SavedSample(seed: 2, label: "removed", progress: 2).state
        let added = try SavedSample(seed: 3, label: "added").state
        let replaced = try SavedSample(seed: 4, label: "old", progress: 1).state
        let replacing = try SavedSample(seed: 4, label: "new", progress: 0).state
        let before = folder(old, removed, replaced)
        let jobs: [SessionBatch.Job] = [
            .init(infoHash: changed.infoHash, removes: false, state: changed),
            .init(infoHash: removed.infoHash, removes: true, state: nil),
            .init(infoHash: added.infoHash, removes: false, state: added),
            .init(infoHash: replacing.infoHash, removes: true, state: replacing),
        ]
        let all = MemoryFiles(before)
        _ = SessionBatch(all, report: silence).run(jobs)
        #expect(all.steps.count > 20)

        for step in 0...all.steps.count {
            let files = MemoryFiles(before, dyingAt: step)
            _ = SessionBatch(files, report: silence).run(jobs)
            let entries = await load(isPowerCut ? files.contentsAfterPowerCut : files.contents)

            let at = "step \(step) of \(all.steps)"
            #expect(entries.flatMap(\.problems) == [], "\(at)")
            let found = Dictionary(uniqueKeysWithValues: entries.map { ($0.infoHash, $0.state()) })
            #expect([old.record, changed.record].contains(found[old.infoHash]?.record), "\(at)")
            #expect([old.resume, changed.resume].contains(found[old.infoHash]?.resume), "\(at)")
            for (state, others) in [(removed, []), (added, []), (replaced, [replacing])] {
                // What was asked to go may be gone, what is new may not be there yet; but nothing is there in part.
                guard let entry = found[state.infoHash] else { continue }
                #expect(([state] + others).map(\.record).contains(entry.record), "\(at)")
                #expect(([state] + others).map(\.resume).contains(entry.resume), "\(at)")
            }
        }
        let entries = await load(all.contents)
        #expect(entries.map(\.infoHash) == [changed, added, replacing].map(\.infoHash).sorted())
    }

    @Test("takes a torrent whose first save was cut off behind its last write")
    func leftover() async throws {
        let state = try SavedSample(seed: 5, label: "kept").state
        var contents = folder(state)
        let names = SessionNames(state.infoHash)
        for name in [names.torrent, names.record] {
            contents[SessionNames.new(name)] = contents.removeValue(forKey: name)
        }

        let entries = await load(contents)

        #expect(entries.first?.record == state.record)
    }

    @Test("removes what a cut-off save left where the former one is whole")
    func leftoverBeside() async throws {
        let state = try SavedSample(seed: 6).state
        let names = SessionNames(state.infoHash)
        var contents = folder(state)
        for name in names.written { contents[SessionNames.new(name)] = contents[name]?.dropLast(3) }
        let files = MemoryFiles(contents)

        let entries = await SessionDirectory(path: "/", files: files, lock: nil, report: silence).loadAll()

        #expect(entries.map(\.record) == [state.record])
        #expect(files.contents.keys.sorted() == names.written.sorted())
    }
}
