import Commands
import Foundation
import Glibc
import RPC
import TestKit
import Testing

@Suite("swarmrc.sample")
struct SampleConfigTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("swarmrc.sample").path

    private static func lines() throws -> [String] {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Settings that a seed box has no use for, and why.
    private static let left: [String: String] = [
        "network.scgi.": "the socket's own details", "network.xmlrpc.dialect": "clients know the usual one",
        "network.rpc.": "both formats are on", "protocol.choke_heuristics": "without effect",
        "protocol.connection": "chosen by what the torrent is", "strings.": "lists of words",
        "method.": "names of every generation work", "keys.": "no terminal", "ui.": "no terminal",
        "dht.": "not there yet",
        "choke_group.": "without effect", "group": "only the one for ratios", "system.cwd": "paths are whole",
        "system.daemon": "it stays in the foreground", "file.prioritize_toc": "for looking into downloads early",
        "scheduler.max_active": "a seed box runs all", "throttle.max_uploads.div": "shares of the global slots",
        "throttle.max_downloads.div": "shares of the global slots", "pieces.preload": "reads ahead by itself",
        "pieces.sync": "safe by itself", "system.file.split": "without effect", "view": "front ends have their own",
        "network.listen.port": "a range of one port is that port",
        "throttle.max_uploads.global._val": "another name of throttle.max_uploads.global",
        "throttle.max_downloads.global._val": "another name of throttle.max_downloads.global",
        "network.http.proxy": "a line of its own is better", "execute.": "programs are few",
    ]

    private func writeFolders(_ folder: TemporaryFolder) throws {
        for name in ["session", "data", "watch/later"] { _ = try folder.makeFolder("torrents/\(name)") }
    }

    @Test("passes swarm check without a warning")
    func check() async throws {
        let folder = try TemporaryFolder()
        try writeFolders(folder)

        let child = try await SwarmExecutable.run(["check", "--quiet", Self.path], in: folder.path)

        try child.requireSuccess()
        #expect(child.standardOutput.split(separator: "\n").count == 1, "\(child.report)")
    }

    @Test("explains every line")
    func comments() throws {
        var isExplained = false
        for line in try Self.lines() {
            if line.hasPrefix("# ") { isExplained = true } else if line.isEmpty { isExplained = false }
            if line.firstMatch(of: #/^#?[a-z]/#) != nil { #expect(isExplained, "\(line)") }
        }
    }

    @Test("what is commented out would pass as well")
    func commentedOut() async throws {
        let folder = try TemporaryFolder()
        try writeFolders(folder)
        let text = try Self.lines().map {
            $0.hasPrefix("#") && $0.dropFirst().first?.isLetter == true ? String($0.dropFirst()) : $0
        }
        .joined(separator: "\n")
        try folder.write(Array(text.utf8), to: "rc")
        try folder.write(Array("192.0.2.0/24\n".utf8), to: "torrents/blocked.txt")
        try folder.write(Array("a password\n".utf8), to: ".config/swarm/password")

        let child = try await SwarmExecutable.run(["check", "--json", "rc"], in: folder.path)

        let object = try JSONSerialization.jsonObject(with: Data(child.standardOutput.utf8)) as? [String: Any]
        let diagnostics = try #require(object?["diagnostics"] as? [[String: Any]])
        // Certificates, lists and addresses of nobody's machine.
        let errors = diagnostics.filter {
            $0["severity"] as? String == "error" && !["network.port_range"].contains($0["command"] as? String)
        }
        #expect(errors.isEmpty, "\(errors)")
    }

    @Test("shows every setting that works")
    func complete() async throws {
        let folder = try TemporaryFolder()
        let swarm = try await RunningSwarm.start(in: folder)
        guard case .array(let methods) = try await swarm.call("system.listMethods") else { return }
        let text = try Self.lines().joined(separator: "\n")

        var missing: [String] = []
        for case .string(let bytes) in methods {
            let name = String(decoding: bytes, as: UTF8.self)
            guard name.hasSuffix(".set"), name.firstMatch(of: #/^[dfpt]\./#) == nil else { continue }
            guard case .string(let help) = try await swarm.call("system.methodHelp", .text(name)) else { continue }
            let words = String(decoding: help, as: UTF8.self)
            if ["same as", "without effect", "not yet", "name; today"].contains(where: words.contains) { continue }
            let setting = String(name.dropLast(4))
            if Self.left.keys.contains(where: setting.hasPrefix) || text.contains(setting) { continue }
            missing.append(name)
        }

        #expect(missing.isEmpty, "\(missing)")
    }
}
