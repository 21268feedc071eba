import Commands
import Control
import Engine
import TestKit
import Testing

/// Commands whose effect is a limit of the engine.
@Suite struct LimitCommandTests {
    struct Case: CustomTestStringConvertible {
        let line: String
        let limit: @Sendable (EngineLimits) -> Int
        let value: Int
        var testDescription: String { line }

        init(_ line: String, _ limit: @escaping @Sendable (EngineLimits) -> Int, _ value: Int) {
            (self.line, self.limit, self.value) = (line, limit, value)
        }
    }

    private let test = TestController()

    @Test(
        "counts rates without a suffix in the unit of the command, and keeps whole KiB",
        arguments: [
            ("throttle.global_up.max_rate.set_kb = 5", 5_120), ("throttle.global_up.max_rate.set_kb = 5k", 5_120),
            ("throttle.global_up.max_rate.set_kb = 5m", 5 << 20), ("throttle.global_up.max_rate.set_kb = 5b", 0),
            ("throttle.global_up.max_rate.set = 5000", 4_096), ("throttle.global_up.max_rate.set = 5k", 5_120),
            ("throttle.global_up.max_rate.set = 0", 0), ("upload_rate = 15", 15_360),
        ])
    func rates(line: String, rate: Int) throws {
        try test.run(line)

        #expect(test.engine.limits.maxUploadRate == rate)
        #expect(test.engine.limits.maxDownloadRate == 0)
        #expect(try test.run("throttle.global_up.max_rate =") == .integer(Int64(rate)))
    }

    @Test("takes a number over RPC in the command's unit too")
    func remote() throws {
        let interpreter = test.controller.interpreter

        _ = try interpreter.call("throttle.global_down.max_rate.set_kb", .integer(100), CommandContext(interpreter))

        #expect(test.engine.limits.maxDownloadRate == 102_400)
    }

    @Test(
        "makes throttle groups of either direction",
        arguments: [("5", 5_120), ("5k", 5_120), ("5m", 5 << 20), ("5b", 5), ("0", 0)])
    func groups(rate: String, bytes: Int) throws {
        try test.run("throttle.up = slow, \(rate)")
        try test.run("throttle.down = slow, 7")

        #expect(test.engine.throttle("slow")?.maxUploadRate == bytes)
        #expect(test.engine.throttle("slow")?.maxDownloadRate == 7_168)
    }

    @Test("answers a group's limit as rTorrent does")
    func groupFigures() throws {
        try test.run("throttle.up = slow, 5")
        try test.run("throttle.up = free, 0")

        #expect(try test.run("throttle.up.max = slow") == 0)
        #expect(try test.run("throttle.up.max = free") == -1)
        #expect(try test.run("throttle.up.max = none") == -1)
        #expect(try test.run("throttle.up.rate = none") == 0)

        try test.run("throttle.global_up.max_rate.set_kb = 100")
        #expect(try test.run("throttle.up.max = slow") == 5_120)
        #expect(try test.run("throttle.up.max = NULL") == 0)
        #expect(try test.run("throttle.up.max =") == 102_400)
        #expect(test.fault("throttle.ip = none, 10.0.0.0/8") == "Throttle not found.")
    }

    @Test(
        "passes limits on to the engine",
        arguments: [
            Case("throttle.max_uploads.set = 7", { $0.uploadSlotsPerTorrent }, 7),
            Case("max_uploads = 8", { $0.uploadSlotsPerTorrent }, 8),
            Case("throttle.max_downloads.set = 9", { $0.downloadSlotsPerTorrent }, 9),
            Case("throttle.min_uploads.set = 3", { $0.minUploadSlotsPerTorrent }, 3),
            Case("throttle.max_uploads.global.set = 250", { $0.uploadSlots }, 250),
            Case("throttle.max_downloads.global._val.set = 77", { $0.downloadSlots }, 77),
            Case("throttle.max_peers.normal.set = 60", { $0.maxPeersLeeching }, 60),
            Case("throttle.max_peers.normal.set = 60", { $0.maxPeersSeeding }, 60),
            Case("throttle.max_peers.seed.set = 20", { $0.maxPeersSeeding }, 20),
            Case("min_peers = 5", { $0.minPeersLeeching }, 5),
            Case("throttle.max_uploads.set = -5", { $0.uploadSlotsPerTorrent }, 0),
            Case("network.max_open_files.set = 600", { $0.maxOpenFiles }, 600),
            Case("network.max_open_sockets.set = 300", { $0.maxOpenSockets }, 300),
            Case("pieces.memory.max.set = 64m", { $0.pieceMemory }, 64 << 20),
            Case("max_memory_usage = 128M", { $0.pieceMemory }, 128 << 20),
            Case("choke_group.up.max.set = default, 12", { $0.uploadSlots }, 12),
        ])
    func limits(_ example: Case) throws {
        try test.run(example.line)

        #expect(example.limit(test.engine.limits) == example.value)
    }

    @Test("divides the global slots")
    func divisor() throws {
        try test.run("throttle.max_uploads.global.set = 100")
        try test.run("throttle.max_uploads.div.set = 3")
        #expect(test.engine.limits.uploadSlots == 33)

        try test.run("throttle.max_uploads.div.set = 0")
        #expect(test.engine.limits.uploadSlots == 100)
        #expect(try test.run("throttle.max_unchoked_uploads =") == 100)
    }

    @Test("passes on what trackers and files are to be like")
    func others() throws {
        for line in ["trackers.numwant.set = 80", "trackers.use_udp.set = no", "system.file.max_size.set = 5k"] {
            try test.run(line)
        }

        #expect(test.engine.limits.trackerPeersWanted == 80)
        #expect(!test.engine.limits.usesUDPTrackers)
        #expect(test.engine.limits.maxFileSize == 5_120)
    }

    @Test("marks addresses and looks them up")
    func filter() throws {
        try test.run("ipv4_filter.add_address = 10.0.0.0/8, unwanted")
        try test.run("ipv4_filter.add_address = 1.2.3.4, preferred")

        #expect(try test.run("ipv4_filter.get = 10.1.2.3") == 32)
        #expect(try test.run("ipv4_filter.get = 1.2.3.4") == 64)
        #expect(test.fault("ipv4_filter.get = 11.0.0.1") == "No value defined for specified IP(s).")
        #expect(test.fault("ipv4_filter.get = foo") == "Invalid address format.")
        #expect(
            try test.run("ipv4_filter.dump =")
                == .texts(["1.2.3.4-1.2.3.4 preferred", "10.0.0.0-10.255.255.255 unwanted"]))
    }
}
