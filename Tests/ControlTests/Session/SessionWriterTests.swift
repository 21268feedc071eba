import Dispatch
import Foundation
import Metainfo
import Synchronization
import TestKit
import Testing

@testable import Control

@Suite struct SessionWriterTests {
    private let told = Told()

    private final class Told: Sendable {
        let texts = Mutex<[String]>([])
    }

    private func directory(_ files: any SessionFiles) -> SessionDirectory {
        SessionDirectory(path: "/", files: files, lock: nil) { [told] text in told.texts.withLock { $0.append(text) } }
    }

    private func save(_ directory: SessionDirectory, _ state: SessionState) async -> SessionError? {
        await withCheckedContinuation { continuation in directory.save(state) { continuation.resume(returning: $0) } }
    }

    @Test("writes only what has changed")
    func onlyChanges() async throws {
        let files = MemoryFiles()
        let directory = directory(files)
        var sample = try SavedSample(seed: 1)
        _ = await save(directory, sample.state)
        let steps = files.steps.count

        #expect(await save(directory, sample.state) == nil)
        #expect(files.steps.dropFirst(steps).allSatisfy { $0.hasPrefix("syncFolder") })
        sample.state.record.uploaded = 5
        #expect(await save(directory, sample.state) == nil)

        let record = SessionNames(sample.state.infoHash).record
        #expect(files.steps.filter { $0 == "write \(record).new" }.count == 2)
        #expect(files.steps.filter { $0.hasPrefix("write") }.count == 4)
    }

    @Test("writes the last of many states that came while it was busy")
    func coalescing() async throws {
        let files = SlowFiles()
        let directory = directory(files)
        let other = try SavedSample(seed: 2)
        var sample = try SavedSample(seed: 1)
        directory.save(other.state)
        files.waitUntilEntered()

        for count in 1...100 {
            sample.state.record.uploaded = Int64(count)
            directory.save(sample.state)
            // The torrent itself came only with the first.
            sample.state.content = nil
        }
        files.letGo()
        directory.close()

        let entries = await self.directory(files.inner).loadAll()
        #expect(entries.first { $0.infoHash == sample.state.infoHash }?.record.uploaded == 100)
        #expect(files.inner.steps.filter { $0.contains(".rtorrent") && $0.hasPrefix("write") }.count == 2)
    }

    @Test("removes all files of a torrent, and nothing of another")
    func removal() async throws {
        let session = try SessionFolder(copying: "session")
        let hash = "67900CE146564A904E654502EB04F5444CD29A42"
        let infoHash = try #require(InfoHash(hex: hash))
        for end in [".torrent.new", ".torrent.rtorrent.new", ".torrent.rtorrent.damaged", ".torrent.damaged"] {
            try session.folder.write([1], to: hash + end)
        }
        let others = try session.names().filter { !$0.hasPrefix(hash) }

        let directory = try session.open()
        directory.remove(infoHash)
        directory.close()

        #expect(try session.names() == others)
    }

    @Test("starts anew with a torrent that was removed and comes again")
    func removedAndAdded() async throws {
        let files = MemoryFiles()
        let directory = directory(files)
        let old = try SavedSample(seed: 1, label: "old", progress: 2)
        let new = try SavedSample(seed: 1, label: "new")
        directory.save(old.state)
        directory.remove(old.state.infoHash)
        directory.save(new.state)
        directory.close()

        let entries = await self.directory(files).loadAll()
        #expect(entries.map(\.record) == [new.state.record])
        #expect(entries.map(\.resume) == [new.state.resume])
    }

    @Test("flushes what was asked for before")
    func flush() async throws {
        let files = MemoryFiles()
        let directory = directory(files)
        for seed in 0..<300 { directory.save(try SavedSample(seed: UInt64(seed)).state) }

        await withCheckedContinuation { continuation in directory.flush { continuation.resume() } }

        #expect(files.contents.count == 900)
    }

    @Test("tells a failing disk once for each cause, keeps what was there, and catches up", arguments: [ENOSPC, EIO])
    func failingDisk(code: Int32) async throws {
        for step in ["write", "sync", "rename"] {
            let files = MemoryFiles()
            let directory = directory(files)
            var sample = try SavedSample(seed: 1, label: "old")
            var fresh = try SavedSample(seed: 2)
            #expect(await save(directory, sample.state) == nil)
            let before = files.contents
            told.texts.withLock { $0 = [] }

            files.refuse([step: code])
            sample.state.record.customs[0] = Array("new".utf8)
            for _ in 0..<3 {
                #expect(await save(directory, sample.state) != nil)
                #expect(await save(directory, fresh.state) != nil)
                fresh.state.content = nil
            }
            #expect(told.texts.withLock { $0.count } == 1)
            #expect(files.contents == before)
            files.refuse([:])
            #expect(await save(directory, sample.state) == nil)
            #expect(await save(directory, fresh.state) == nil)

            let entries = await self.directory(files).loadAll()
            #expect(Set(entries.map(\.record)) == [sample.state.record, fresh.state.record])
        }
    }

    @Test("keeps the old files whole on a full disk", .enabled(if: getuid() == 0, "needs root"))
    func fullDisk() async throws {
        let session = try SessionFolder()
        let mount = try await ChildProcess.run(
            ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", session.path], in: "/tmp")
        guard mount.exitStatus == 0 else { return }
        defer { umount2(session.path, Int32(MNT_DETACH)) }
        let directory = try session.open()
        var samples = try (0..<10).map { try SavedSample(seed: $0, label: "old") }
        for sample in samples { #expect(await save(directory, sample.state) == nil) }
        let filler = try session.folder.write([UInt8](repeating: 1, count: 200 << 10), to: "filler")
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: filler))
        try handle.seekToEnd()
        while (try? handle.write(contentsOf: [UInt8](repeating: 1, count: 4096))) != nil {}

        for index in samples.indices { samples[index].state.record.views = [[UInt8](repeating: 65, count: 5000)] }
        for sample in samples { #expect(await save(directory, sample.state) != nil) }

        #expect(session.told.count == 1)
        #expect(
            try await session.load().allSatisfy { $0.record.customs[0] == Array("old".utf8) && $0.problems.isEmpty })
        try handle.close()
        try FileManager.default.removeItem(atPath: filler)
        for sample in samples { #expect(await save(directory, sample.state) == nil) }
        directory.close()
        #expect(Set(try await session.load().map(\.record)) == Set(samples.map(\.state.record)))
    }

    @Test("loads more than it holds in memory at once, in order of hashes")
    func manyTorrents() async throws {
        let session = try SessionFolder()
        let directory = try session.open()
        let samples = try (0..<700).map { try SavedSample(seed: $0, label: "\($0)") }
        for sample in samples { directory.save(sample.state) }
        await withCheckedContinuation { continuation in directory.flush { continuation.resume() } }
        let sizes = Mutex<[Int]>([])
        let hashes = Mutex<[InfoHash]>([])

        await directory.load { entries in
            sizes.withLock { $0.append(entries.count) }
            hashes.withLock { $0 += entries.map(\.infoHash) }
        }

        #expect(sizes.withLock { $0 } == [256, 256, 188])
        #expect(hashes.withLock { $0 } == samples.map(\.state.infoHash).sorted())
        directory.close()
    }
}

/// Stands still in the first write until it is let go.
private final class SlowFiles: SessionFiles {
    let inner = MemoryFiles()
    private let entered = DispatchSemaphore(value: 0)
    private let gate = DispatchSemaphore(value: 0)
    private let isFirst = Mutex(true)

    func waitUntilEntered() { entered.wait() }
    func letGo() { gate.signal() }

    func names() throws(FileStepError) -> [String] { try inner.names() }
    func has(_ name: String) -> Bool { inner.has(name) }
    func read(_ name: String, limit: Int) throws(FileStepError) -> [UInt8]? { try inner.read(name, limit: limit) }
    func write(_ bytes: [UInt8], to name: String) throws(FileStepError) {
        if isFirst.withLock({ first in
            defer { first = false }; return first
        }) {
            entered.signal()
            gate.wait()
        }
        try inner.write(bytes, to: name)
    }
    func beginSync() {}
    func sync(_ name: String) throws(FileStepError) { try inner.sync(name) }
    func rename(_ name: String, to target: String) throws(FileStepError) { try inner.rename(name, to: target) }
    func link(_ name: String, to target: String) throws(FileStepError) { try inner.link(name, to: target) }
    func remove(_ name: String) throws(FileStepError) { try inner.remove(name) }
    func syncFolder() throws(FileStepError) { try inner.syncFolder() }
}
