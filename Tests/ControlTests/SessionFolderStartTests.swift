import Control
import Glibc
import TestKit
import Testing

@Suite("Start with a session folder that cannot be used")
struct SessionFolderStartTests {
    /// The text that a start ends with; nil if it went on.
    private func failure(_ path: String, _ config: [String] = [], in folder: TemporaryFolder) async throws -> String? {
        do throws(StartError) {
            var options = StartOptions { _ in }
            options.settings = [
                .command("network.bind_address.set=127.0.0.1"), .command("network.port_range.set=0-0"),
                .raw(command: "session.path.set", argument: path),
            ]
            options.settings += config.map { .command($0) }
            let server = try await ControlServer.start(options)
            server.requestShutdown(quick: true)
            await server.waitUntilShutDown()
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        "a folder that is missing or a file keeps it from starting, in rTorrent's words, with and without a lock",
        arguments: [("nosuch", "No such file or directory"), ("file", "Not a directory")], ["1", "0"])
    func unusable(_ place: (name: String, reason: String), usesLock: String) async throws {
        let folder = try TemporaryFolder("session-start")
        try folder.write([1], to: "file")

        let text = try await failure(folder.path(place.name), ["session.use_lock.set=\(usesLock)"], in: folder)

        let path = folder.path(place.name)
        #expect(text == "Could not lock session directory: \"\(path)/\", \(place.reason)")
    }

    @Test("a folder that cannot be written to keeps it from starting", arguments: ["1", "0"])
    func readOnly(usesLock: String) async throws {
        let folder = try TemporaryFolder("session-start")
        let path = try folder.makeFolder("session")
        // Root may write to any folder but those of a file system that is read-only; some containers forbid mounts.
        let isMounted = geteuid() == 0
        if isMounted {
            let mount = try await ChildProcess.run(
                ["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", path], in: folder.path)
            guard mount.exitStatus == 0 else { return }
        } else {
            chmod(path, 0o555)
        }

        let text = try await failure(path, ["session.use_lock.set=\(usesLock)"], in: folder)

        if isMounted { _ = try await ChildProcess.run(["umount", path], in: folder.path) } else { chmod(path, 0o755) }
        let reason = isMounted ? "Read-only file system" : "Permission denied"
        #expect(text == "Could not lock session directory: \"\(path)/\", \(reason)")
    }
}
