import Metainfo
import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import TestKit
import Testing
import TrackerWire

@testable import Discovery

@Suite("Trackers: two address families", .timeLimit(.minutes(2)))
struct FamilyTests {
    private let loop = EmbeddedEventLoop()

    private func call(_ event: AnnounceEvent, more: @escaping @Sendable (AnnounceResponse) -> Void = { _ in }) throws
        -> AnnounceCall
    {
        AnnounceCall(try Sample.request(event: event), to: try TrackerURL("http://a.example/announce"), more: more)
    }

    @Test("the first answer counts, the other family's follows")
    func firstAnswer() throws {
        let legs = (0..<2).map { _ in loop.makePromise(of: AnnounceResponse.self) }
        let later = Mutex<[Int]>([])
        let joined = FamilyLegs.join(
            legs.map(\.futureResult),
            of: try call(.started) { response in later.withLock { $0.append(response.interval) } }, on: loop)

        legs[1].succeed(AnnounceResponse(interval: 6))
        let first = try joined.wait().interval
        legs[0].succeed(AnnounceResponse(interval: 4))

        #expect(first == 6)
        #expect(later.withLock { $0 } == [4])
    }

    @Test("one family that fails is no failure; when both do, the one that says more is told")
    func failures() throws {
        let refusal = AnnounceFailure("the tracker refused: no")
        func join(_ results: [Result<AnnounceResponse, AnnounceFailure>]) throws -> Result<Int, AnnounceFailure> {
            let legs = results.map { result in
                switch result {
                case .success(let response): loop.makeSucceededFuture(response)
                case .failure(let failure): loop.makeFailedFuture(failure) as EventLoopFuture<AnnounceResponse>
                }
            }
            do {
                return .success(try FamilyLegs.join(legs, of: try call(.none), on: loop).wait().interval)
            } catch let failure as AnnounceFailure {
                return .failure(failure)
            }
        }

        #expect(try join([.failure(.tooLate), .success(AnnounceResponse(interval: 6))]) == .success(6))
        #expect(try join([.failure(.tooLate), .failure(refusal)]) == .failure(refusal))
        #expect(try join([.failure(refusal), .failure(.tooLate)]) == .failure(refusal))
    }

    @Test("stopped waits until both are told")
    func stopped() throws {
        let legs = (0..<2).map { _ in loop.makePromise(of: AnnounceResponse.self) }
        let isDone = Mutex(false)
        FamilyLegs.join(legs.map(\.futureResult), of: try call(.stopped), on: loop)
            .whenSuccess { _ in isDone.withLock { $0 = true } }

        legs[0].succeed(AnnounceResponse())
        let afterOne = isDone.withLock { $0 }
        legs[1].fail(AnnounceFailure.tooLate)

        #expect(!afterOne)
        #expect(isDone.withLock { $0 })
    }

    @Test("a UDP tracker with addresses of both families is told over both, and its peers of both are used")
    func overBoth() async throws {
        func server(_ host: String, peers: [UInt8]) async throws -> ScriptedDatagramServer {
            try await ScriptedDatagramServer(host: host) { datagram, _ in
                TrackerDatagram.action(datagram) == 0
                    ? [TrackerDatagram.connected(datagram)] : [TrackerDatagram.announced(datagram, peers: peers)]
            }
        }
        let v4 = try await server("127.0.0.1", peers: [192, 0, 2, 1, 0x1A, 0xE1])
        let v6 = try await server(
            "::1", peers: [0x20, 1, 0xD, 0xB8] + Array(repeating: 0, count: 11) + [5, 0x1A, 0xE1])
        let host = "both-\(v4.port)-\(v6.port).example"
        NameResolver.remember(
            [
                try SocketAddress(ipAddress: "127.0.0.1", port: v4.port),
                try SocketAddress(ipAddress: "::1", port: v6.port),
            ], ofHost: host, port: 6969)
        let group = MultiThreadedEventLoopGroup.singleton
        let transport = TrackerTransport(group: group, userAgent: "swarm/test")
        let found = Mutex<Set<String>>([])
        let client = TrackerClient(
            configuration: .init(
                infoHash: try Sample.infoHash(), peerID: try Sample.peerID(), port: 7001, key: 1,
                tiers: [["udp://\(host):6969/announce"]]),
            eventLoop: group.next(), transport: transport, totals: { TransferTotals(left: 1) },
            deliver: { peers, _ in found.withLock { $0.formUnion(peers.map(\.description)) } })

        client.start()
        try await waitUntil("both answered", context: { "\(client.statuses())" }) { found.withLock { $0.count } == 2 }
        await client.stop(timeout: .seconds(20))

        #expect(found.withLock { $0 } == ["192.0.2.1:6881", "[2001:db8::5]:6881"])
        for server in [v4, v6] {
            let events = server.datagrams.filter { TrackerDatagram.action($0) == 1 }
                .map { TrackerDatagram.number($0, at: 80) }
            #expect(events == [AnnounceEvent.started.rawValue, AnnounceEvent.stopped.rawValue])
            await server.close()
        }
        await transport.shutdown()
    }

    @Test("an HTTP tracker's routes are those that both sides have")
    func routes() async throws {
        let addresses = [
            try SocketAddress(ipAddress: "192.0.2.1", port: 80), try SocketAddress(ipAddress: "2001:db8::1", port: 80),
        ]
        NameResolver.remember(addresses, ofHost: "both.example", port: 80)
        NameResolver.remember([addresses[0]], ofHost: "old.example", port: 80)
        let group = MultiThreadedEventLoopGroup.singleton
        let free = TrackerHTTPClient(group: group, userAgent: "swarm/test")
        let bound = TrackerHTTPClient(group: group, bindAddresses: ["127.0.0.1"], userAgent: "swarm/test")
        func routes(_ client: TrackerHTTPClient, _ url: String) async throws -> [TrackerHTTPClient.Route] {
            try await client.routes(to: try TrackerURL(url), on: group.next()).get()
        }

        #expect(try await routes(free, "http://both.example/announce") == [.v4, .v6])
        #expect(try await routes(free, "http://old.example/announce") == [.any])
        #expect(try await routes(free, "http://192.0.2.1/announce") == [.any])
        #expect(try await routes(bound, "http://both.example/announce") == [.any])
        await free.shutdown()
        await bound.shutdown()
    }
}
