import Foundation
import Glibc
import Metainfo
import NIOCore
import NIOPosix
import Synchronization
import TestKit
import Testing
import TrackerWire

@testable import Discovery

/// Debian's opentracker on a loopback address of its own, so that no other test is taken for it; it only serves
/// torrents of a list.
private struct Opentracker {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/opentracker")

    let host = Loopback.anyAddress()
    let port: Int
    /// It refuses to stay root; if it changed the user by itself, it would survive a killed test.
    private static let asNobody =
        geteuid() == 0 ? ["setpriv", "--reuid=nobody", "--clear-groups", "--pdeathsig=KILL", "--"] : []

    let process: ChildProcess
    private let folder: TemporaryFolder

    /// Runs it for as long as `body` takes.
    static func serve(_ infoHash: InfoHash, _ body: (Opentracker) async throws -> Void) async throws {
        let tracker = try await Opentracker(serving: infoHash)
        defer { tracker.process.stop() }
        try await body(tracker)
    }

    private init(serving infoHash: InfoHash) async throws {
        folder = try TemporaryFolder()
        let list = try folder.write("\(infoHash.hex)\n".utf8, to: "list")
        // The port was free for TCP, but some other socket may have it for UDP: then it ends, and another is tried.
        for _ in 0..<20 {
            let port = try await Loopback.freePort(on: host)
            let process = try await ChildProcess.start(
                Self.asNobody + ["opentracker", "-i", host, "-p", "\(port)", "-P", "\(port)", "-w", list],
                in: folder.path)
            let host = host
            try await waitUntil("opentracker answers or ends", context: { process.report }) {
                let isAnswering = await Self.answers(host, port)
                return isAnswering || process.exitStatus != nil
            }
            guard process.exitStatus == nil else { continue }
            (self.port, self.process) = (port, process)
            return
        }
        throw AnnounceFailure("opentracker does not start")
    }

    /// Whether it serves requests, which it does once all its sockets are open.
    private static func answers(_ host: String, _ port: Int) async -> Bool {
        let client = TrackerHTTPClient(group: MultiThreadedEventLoopGroup.singleton, userAgent: "swarm/test")
        guard let url = try? TrackerURL("http://\(host):\(port)/announce") else { return false }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let reply = try? await client.get(url, deadline: .now() + .seconds(5), on: loop).get()
        await client.shutdown()
        return reply != nil
    }
}

@Suite("Trackers: Debian's opentracker", .enabled(if: Opentracker.isInstalled), .timeLimit(.minutes(2)))
struct OpentrackerTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    @Test("two peers find each other, and stopped takes one out", arguments: ["http", "udp"])
    func findEachOther(scheme: String) async throws {
        try await Opentracker.serve(Sample.infoHash()) { tracker in
            let transport = TrackerTransport(group: group, bindAddresses: ["127.0.0.1"], userAgent: "swarm/test")
            let found = Mutex<[String: [PeerAddress]]>([:])
            func client(_ name: String, port: UInt16, left: Int64) throws -> TrackerClient {
                let peerID = try #require(PeerID(bytes: Array("-SW0100-abcdefghijk\(name)".utf8)))
                let url = "\(scheme)://\(tracker.host):\(tracker.port)/announce"
                return TrackerClient(
                    configuration: .init(
                        infoHash: try Sample.infoHash(), peerID: peerID, port: port, key: UInt32(port), tiers: [[url]]),
                    eventLoop: group.next(), transport: transport, totals: { TransferTotals(left: left) },
                    deliver: { peers, _ in found.withLock { $0[name, default: []] += peers } })
            }
            let seed = try client("s", port: 7001, left: 0)
            let leech = try client("l", port: 7002, left: 9)
            let late = try client("t", port: 7003, left: 9)

            seed.start()
            try await waitUntil("the seed is known", context: { "\(seed.statuses()) \(tracker.process.report)" }) {
                seed.statuses().first?.seeds == 1
            }
            leech.start()
            try await waitUntil("the leecher found the seed", context: { "\(leech.statuses())" }) {
                found.withLock { $0["l"]?.contains { $0.port == 7001 } == true }
            }
            let counts = leech.statuses().first
            await seed.stop(timeout: .seconds(20))
            late.start()
            try await waitUntil("the late one got a reply", context: { "\(late.statuses())" }) {
                late.statuses().first?.isWorking == true
            }

            #expect((counts?.seeds, counts?.leechers) == (1, 1))
            #expect(late.statuses().first?.seeds == 0)
            #expect(found.withLock { $0["t"]?.map(\.port).sorted() } == [7002, 7003])
            await leech.stop(timeout: .seconds(20))
            await late.stop(timeout: .seconds(20))
            await transport.shutdown()
        }
    }

    @Test("its counts are scraped by a torrent that was never started", arguments: ["http", "udp"])
    func scrape(scheme: String) async throws {
        try await Opentracker.serve(Sample.infoHash()) { tracker in
            let transport = TrackerTransport(group: group, bindAddresses: ["127.0.0.1"], userAgent: "swarm/test")
            func client(port: UInt16) throws -> TrackerClient {
                let url = "\(scheme)://\(tracker.host):\(tracker.port)/announce"
                return TrackerClient(
                    configuration: .init(
                        infoHash: try Sample.infoHash(), peerID: try Sample.peerID(), port: port, key: 1, tiers: [[url]]
                    ),
                    eventLoop: group.next(), transport: transport, totals: { TransferTotals(left: 0) },
                    deliver: { _, _ in })
            }
            let (seed, idle) = (try client(port: 7001), try client(port: 7002))
            seed.start()
            try await waitUntil("the seed is known", context: { "\(seed.statuses()) \(tracker.process.report)" }) {
                seed.statuses().first?.seeds == 1
            }

            idle.scrape(after: .nanoseconds(0))
            try await waitUntil("the scrape is answered", context: { "\(idle.statuses())" }) {
                idle.statuses().first?.scrapes == 1
            }

            let status = try #require(idle.statuses().first)
            #expect((status.seeds, status.leechers, status.successes) == (1, 0, 0))
            #expect(!status.isBusy && status.latestRequest == .scrape)
            await seed.stop(timeout: .seconds(20))
            await transport.shutdown()
        }
    }

    // Over UDP it says nothing at all to such announces.
    @Test("a torrent that is not on the list is refused in opentracker's words")
    func refusal() async throws {
        let other = try #require(InfoHash(bytes: Array(repeating: 7, count: 20)))
        try await Opentracker.serve(other) { tracker in
            let transport = TrackerTransport(group: group, userAgent: "swarm/test")
            let url = try TrackerURL("http://\(tracker.host):\(tracker.port)/announce")

            let reply = transport.announce(
                try AnnounceCall(Sample.request(), to: url, timeout: nil), on: group.next())
            let failure = await #expect(throws: AnnounceFailure.self) { try await reply.get() }
            await transport.shutdown()

            #expect(failure?.description.hasPrefix("the tracker refused: ") == true, "\(failure as Any)")
        }
    }
}
