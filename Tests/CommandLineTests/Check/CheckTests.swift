import Foundation
import Glibc
import TestKit
import Testing

@Suite("swarm check")
struct CheckTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func check(_ text: String, _ options: String...) async throws -> ChildProcess {
        try folder.write(Array(text.utf8), to: "rc")
        return try await SwarmExecutable.run(["check"] + options + ["rc"], in: folder.path)
    }

    @Test("tells what each setting became, in its unit, and where it was set")
    func settings() async throws {
        let child = try await check("upload_rate = 15\n\ndirectory.default.set = ~/\nthrottle.max_uploads.set=5\n")

        #expect(child.exitStatus == 0, "\(child.report)")
        let lines = child.standardOutput.split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true)
        }
        #expect(lines.contains(["throttle.global_up.max_rate", "15.0", "KiB/s", "line", "1"]))
        #expect(lines.contains(["directory.default", "~/", "line", "3"]))
        #expect(lines.contains(["throttle.max_uploads", "5", "line", "4"]))
    }

    @Test("marks errors and counts them")
    func errors() async throws {
        let child = try await check("throttle.max_uploads.set = many\nnosuch = 1\n")

        #expect(child.exitStatus == 65)
        #expect(child.standardOutput.contains("rc:1:28: error: throttle.max_uploads.set: \"many\" is not a number\n"))
        #expect(
            child.standardOutput.contains("    throttle.max_uploads.set = many\n                               ^~~~\n"))
        #expect(child.standardOutput.hasSuffix("rc: 2 errors\n"), "\(child.report)")
    }

    @Test("warnings are no failure, and notes are left out on request")
    func warnings() async throws {
        let child = try await check(
            "schedule = w,0,5,load_start=~/nowhere/*.torrent\nnetwork.port_range.set = 0-0\n", "--quiet")

        #expect(child.exitStatus == 0)
        #expect(child.standardOutput.contains("rc:1:18: warning: load_start: old name (before 0.9)"), "\(child.report)")
        #expect(!child.standardOutput.contains("note:"))
        #expect(child.standardOutput.contains("cannot look into the folder"))
    }

    @Test("looks at folders, sockets and ports")
    func surroundings() async throws {
        let port = try #require(BusyPort())
        let child = try await check(
            """
            session.path.set = \(folder.path)/missing
            network.bind_address.set = 127.0.0.1
            network.port_range.set = \(port.number)-\(port.number)
            network.scgi.open_local = \(folder.path)/missing/rpc.socket
            network.scgi.open_port = 127.0.0.1:\(port.number)
            log.open_file = main, \(folder.path)/log

            """)

        #expect(child.exitStatus == 65)
        for text in [
            "rc:1:1: error: session.path: the folder \(folder.path)/missing does not exist\n",
            "rc:3:1: error: network.port_range: 127.0.0.1: no port \(port.number) to be had: Address already in use",
            "rc:4:1: error: network.scgi.open_local: the folder \(folder.path)/missing does not exist",
            "rc:5:1: error: network.scgi.open_port: 127.0.0.1:\(port.number): Address already in use",
        ] {
            #expect(child.standardOutput.contains(text), "\(text) in \(child.report)")
        }
        #expect(access(folder.path("log"), F_OK) != 0)
    }

    @Test("runs no program, says so, and takes what is missing for what it may make")
    func programs() async throws {
        let child = try await check("execute = touch,~/ran\nsession.path.set = ~/missing\nsystem.cwd.set = ~/missing\n")

        #expect(child.exitStatus == 0, "\(child.report)")
        #expect(child.standardOutput.contains("rc:1:1: note: execute2: touch is run by the daemon; not run here\n"))
        #expect(
            child.standardOutput.contains("rc:2:1: warning: session.path: the folder ~/missing does not exist; does"))
        #expect(access(folder.path("ran"), F_OK) != 0)
    }

    @Test("changes nothing, not even for a config that does everything")
    func sideEffects() async throws {
        for name in ["session", "data", "watch"] { _ = try folder.makeFolder(name) }
        let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }

        let child = try await check(
            RunningSwarm.basics + """
                load.start = ~/watch/*.torrent
                session.save =
                file.append = ~/appended, x
                directory.watch.added = ~/watch, load.start
                system.shutdown.normal =

                """)

        try child.requireSuccess()
        let after = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }
        #expect(Set(after) == Set(before + ["rc"]))
    }

    @Test("speaks JSON")
    func json() async throws {
        let child = try await check("upload_rate = 15\nnosuch = 1\n", "--json")

        let object = try JSONSerialization.jsonObject(with: Data(child.standardOutput.utf8)) as? [String: Any]
        let report = try #require(object)
        #expect(report["ok"] as? Bool == false && report["errors"] as? Int == 1)
        let settings = try #require(report["settings"] as? [[String: Any]])
        #expect(settings.first?["setting"] as? String == "throttle.global_up.max_rate")
        #expect(settings.first?["line"] as? Int == 1)
        let diagnostics = try #require(report["diagnostics"] as? [[String: Any]])
        #expect(diagnostics.contains { $0["column"] as? Int == 1 && $0["line"] as? Int == 2 })
    }

    @Test("ends with 66 when there is no file")
    func missing() async throws {
        let named = try await SwarmExecutable.run(["check", "nowhere"], in: folder.path)
        let searched = try await SwarmExecutable.run(["check"], in: folder.path, environment: ["XDG_CONFIG_HOME": ""])

        #expect(named.exitStatus == 66 && named.standardError.contains("nowhere: cannot read: No such file"))
        #expect(searched.exitStatus == 66 && searched.standardError.contains("looked for \(folder.path)/.swarmrc"))
    }
}

/// A port of the loopback address that somebody listens on.
private final class BusyPort {
    private(set) var number: UInt16 = 0
    private let descriptor: Int32

    init?() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 1) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        number = UInt16(bigEndian: address.sin_port)
        if !isListening { return nil }
    }

    deinit { close(descriptor) }
}
