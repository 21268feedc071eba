import Metainfo
import TestKit
import Testing

@testable import TrackerServer

/// What a tracker has to answer, row by row: ours over IPv4 and IPv6, and opentracker where it is installed.
///
/// Debian's opentracker is built for IPv4 only. Where it differs, the row says how; a row that no longer holds for it
/// fails too, so that the table stays true.
@Suite("Answers by the table", .timeLimit(.minutes(5)))
struct ConformanceTests {
    private static let http = [
        HTTPConformanceCheck.life, HTTPConformanceCheck.keys, HTTPConformanceCheck.refusals,
        HTTPConformanceCheck.scrapes,
    ].flatMap(\.self)
    private static let udp = [
        UDPConformanceCheck.connections, UDPConformanceCheck.announces, UDPConformanceCheck.scrapes,
    ].flatMap(\.self)

    private static func listed(_ count: Int) throws -> [InfoHash] {
        try (0..<count).flatMap { number in
            let (first, second) = HTTPConformanceCheck.torrents(number)
            return [try #require(InfoHash(bytes: first.utf8)), try #require(InfoHash(bytes: second.utf8))]
        }
    }

    private func withOurs(_ count: Int, _ host: String, _ body: (TrackerProbe) async throws -> Void) async throws {
        var configuration = TrackerConfiguration.loopback
        configuration.access = .listed(Set(try Self.listed(count)))
        try await withTracker(configuration) { probe in
            guard host == "127.0.0.1" || probe.hasIPv6 else { return }
            try await body(probe)
        }
    }

    private func withTheirs(_ count: Int, _ body: (TrackerProbe) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let (process, probe) = try await Opentracker.start(listed: try Self.listed(count).map(\.hex), in: folder)
        defer { process.stop() }
        try await body(probe)
    }

    @Test("ours over HTTP", arguments: ["127.0.0.1", "::1"])
    func oursHTTP(host: String) async throws {
        try await withOurs(Self.http.count, host) { probe in
            for (number, check) in Self.http.enumerated() {
                let reply = try check.reply(of: probe, number: number, host: host)

                #expect(reply == check.wanted, "\(check.name)")
            }
        }
    }

    @Test("ours over UDP", arguments: ["127.0.0.1", "::1"])
    func oursUDP(host: String) async throws {
        try await withOurs(Self.udp.count, host) { probe in
            for (number, check) in Self.udp.enumerated() {
                let reply = try check.reply(of: probe, number: number, host: host)

                #expect(reply == check.wanted, "\(check.name)")
            }
        }
    }

    @Test("opentracker over HTTP", .enabled(if: Opentracker.isInstalled, "needs Debian's package opentracker"))
    func theirsHTTP() async throws {
        try await withTheirs(Self.http.count) { probe in
            for (number, check) in Self.http.enumerated() {
                let reply = try check.reply(of: probe, number: number)

                if let wanted = check.wantedOfTheirs { #expect(reply == wanted, "\(check.name)") }
            }
        }
    }

    @Test("opentracker over UDP", .enabled(if: Opentracker.isInstalled, "needs Debian's package opentracker"))
    func theirsUDP() async throws {
        try await withTheirs(Self.udp.count) { probe in
            for (number, check) in Self.udp.enumerated() {
                let reply = try check.reply(of: probe, number: number)

                #expect(reply == check.theirs?.reply ?? check.wanted, "\(check.name)")
            }
        }
    }
}
