import Commands
import Control
import Glibc
import Metainfo
import TestKit
import Testing

@Suite("Disks that are full") struct DiskTroubleTests {
    @Test("what downloads to a disk that is nearly full is closed and says why; what is whole goes on")
    func lowDisk() async throws {
        let (lacking, whole) = (try NamedTorrent("a"), try NamedTorrent("b"))
        let stage = try await Stage()
        try stage.folder.write(whole.sample.stream, to: "data/b")
        for torrent in [lacking, whole] {
            _ = try await stage.call("load.raw_start", [.emptyString, .string(torrent.sample.metainfo)])
        }
        try await eventually("both are active, one complete") {
            let active = try await [lacking, whole].asyncMapped { try await stage.call("d.is_active", $0.hash) }
            let complete = try await stage.call("d.complete", whole.hash)
            return active == ["1", "1"] && complete == "1"
        }

        _ = try await stage.call("close_low_diskspace", "", "\(Int64.max)")
        let closed = try await ["d.is_open", "d.state", "d.hashing_failed", "d.message"].asyncMapped {
            try await stage.call($0, lacking.hash)
        }
        let goesOn = try await stage.call("d.is_active", whole.hash)
        await stage.end()

        #expect(closed == ["0", "1", "1", "\"Low diskspace.\""])
        #expect(goesOn == "1")
    }

    /// Of four mebibytes; only root can make one, and some containers forbid it even then.
    private func mountSmallDisk(at path: String, in folder: TemporaryFolder) async throws -> Bool {
        let mount = try await ChildProcess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", path], in: folder.path)
        return mount.exitStatus == 0
    }

    @Test(
        "a download whose disk is full stops and says so, others go on, and it is finished when there is room",
        .enabled(if: geteuid() == 0))
    func full() async throws {
        let folder = try TemporaryFolder("full-disk")
        let disk = try folder.makeFolder("small")
        guard try await mountSmallDisk(at: disk, in: folder) else { return }
        try FullDisk.fill(disk + "/ballast", count: 3 << 20)
        let small = try NamedTorrent("b")
        let sample = SampleTorrent(name: "big", count: 3 << 20, pieceLength: 1 << 16, seed: 5)
        let big = try FullDisk.hash(of: sample)
        let seeds = try await SeedingEngine()
        for sample in [sample, small.sample] { try await seeds.seed(sample) }
        // Rather than be closed before the disk is full.
        let stage = try await Stage(["schedule_remove2=low_diskspace"], in: folder)

        _ = try await stage.call(
            "load.raw_start", [.emptyString, .string(sample.metainfo), .text("d.directory.set=\(disk)")])
        _ = try await stage.call("load.raw_start", [.emptyString, .string(small.sample.metainfo)])
        for hash in [big, small.hash] {
            try await eventually("\(hash) is active") { try await stage.call("d.is_active", hash) == "1" }
        }
        _ = try await stage.call("add_peer", big, seeds.address)
        try await eventually("the disk is full") {
            try await stage.call("d.message", big).hasPrefix("\"Storage error: [")
        }
        let states = try await ["d.is_active", "d.state", "d.complete"].asyncMapped { try await stage.call($0, big) }
        _ = try await stage.call("add_peer", small.hash, seeds.address)
        try await eventually("the other is complete") { try await stage.call("d.complete", small.hash) == "1" }

        unlink(disk + "/ballast")
        _ = try await stage.call("d.resume", big)
        _ = try await stage.call("add_peer", big, seeds.address)
        try await eventually("it is complete") { try await stage.call("d.complete", big) == "1" }
        let message = try await stage.call("d.message", big)
        let content = try folder.read("small/big")
        await stage.end()
        await seeds.end()
        _ = try await ChildProcess.run(["umount", disk], in: folder.path)

        #expect(states == ["0", "1", "0"])
        #expect(message == "\"\"")
        #expect(content == sample.stream)
    }
}

private enum FullDisk {
    static func fill(_ path: String, count: Int) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        let bytes = [UInt8](repeating: 1, count: count)
        try #require(fwrite(bytes, 1, count, file) == count)
    }

    static func hash(of sample: SampleTorrent) throws -> String {
        try MetainfoFile.decode(sample.metainfo).networkHash.hex.uppercased()
    }
}
