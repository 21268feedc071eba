import Metainfo
import NIOCore
import NIOPosix
import Testing
import TrackerWire

@testable import Discovery

@Suite("UDPTracker", .timeLimit(.minutes(2)))
struct UDPTrackerTests {
    /// Announces to a scripted tracker, as often as asked, through one client.
    private func announce(
        times: Int = 1, host: String = "127.0.0.1", path: String = "", timeout: TimeAmount = .seconds(20),
        bindAddresses: [String] = [], _ script: @escaping ScriptedDatagramServer.Script
    ) async throws -> (result: Result<AnnounceResponse, AnnounceFailure>, server: ScriptedDatagramServer) {
        let server = try await ScriptedDatagramServer(host: host, script: script)
        let group = MultiThreadedEventLoopGroup.singleton
        let transport = TrackerTransport(group: group, bindAddresses: bindAddresses, userAgent: "swarm/test")
        let written = host.contains(":") ? "[\(host)]" : host
        let url = try TrackerURL("udp://\(written):\(server.port)\(path)")
        var result = Result<AnnounceResponse, AnnounceFailure>.failure(AnnounceFailure("never asked"))
        for _ in 0..<times {
            do {
                let reply = transport.announce(
                    try AnnounceCall(Sample.request(), to: url, timeout: timeout), on: group.next())
                result = .success(try await reply.get())
            } catch let failure as AnnounceFailure {
                result = .failure(failure)
            }
        }
        await transport.shutdown()
        await server.close()
        return (result, server)
    }

    /// A tracker as it should be.
    private static let honest: ScriptedDatagramServer.Script = { datagram, _ in
        TrackerDatagram.action(datagram) == 0
            ? [TrackerDatagram.connected(datagram)]
            : [TrackerDatagram.announced(datagram, interval: 900, peers: [192, 0, 2, 1, 0x1A, 0xE1])]
    }

    @Test("connects, announces and reads the peers")
    func success() async throws {
        let (result, server) = try await announce(path: "/announce?key=1", Self.honest)

        let response = try result.get()
        #expect(response.interval == 900)
        #expect(response.complete == 2)
        #expect(response.incomplete == 3)
        #expect(response.peers.map(\.description) == ["192.0.2.1:6881"])
        let expected = UDPTrackerCoding.announceRequest(
            try Sample.request(), connectionID: 0xC0FFEE,
            transactionID: TrackerDatagram.number(server.datagrams[1], at: 12), path: "/announce?key=1")
        #expect(server.datagrams[1] == expected)
    }

    @Test("speaks IPv6, where peers have 18 bytes")
    func version6() async throws {
        let peer: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [5, 0x1A, 0xE1]

        let (result, _) = try await announce(host: "::1") { datagram, _ in
            TrackerDatagram.action(datagram) == 0
                ? [TrackerDatagram.connected(datagram)] : [TrackerDatagram.announced(datagram, peers: peer)]
        }

        #expect(try result.get().peers.map(\.description) == ["[2001:db8::5]:6881"])
    }

    @Test("connects once for several announces in a minute, with a new transaction id for each message")
    func reusesConnection() async throws {
        let (result, server) = try await announce(times: 3, Self.honest)

        #expect(throws: Never.self) { try result.get() }
        #expect(server.datagrams.map(TrackerDatagram.action) == [0, 1, 1, 1])
        #expect(Set(server.datagrams.map { TrackerDatagram.number($0, at: 12) }).count == 4)
    }

    @Test("ignores wrong transaction ids, short and odd datagrams, and takes the right answer behind them")
    func noise() async throws {
        let (result, _) = try await announce { datagram, _ in
            let right = Self.honest(datagram, 0)
            let wrongID = TrackerDatagram.number(datagram, at: 12) &+ 1
            return [
                [], [0, 0, 0, 1], Array(right[0].prefix(9)), Array(right[0].prefix(15)),
                TrackerDatagram.connected(datagram, connectionID: 666, transaction: wrongID),
                TrackerDatagram.announced(datagram, interval: 1, transaction: wrongID),
                [0, 0, 0, 9] + right[0].dropFirst(4), Array(repeating: 0xFF, count: 8000),
            ] + right
        }

        #expect(try result.get().interval == 900)
    }

    @Test("tells why a tracker refuses, cleaned and cut")
    func refusal() async throws {
        let (result, _) = try await announce { datagram, _ in
            TrackerDatagram.action(datagram) == 0
                ? [TrackerDatagram.connected(datagram)]
                : [TrackerDatagram.failed(datagram, "no\u{7} \u{1b}way " + String(repeating: "!", count: 60_000))]
        }

        guard case .failure(let failure) = result else { throw AnnounceFailure("must fail") }
        #expect(failure.description.hasPrefix("the tracker refused: no   way !!!"))
        #expect(failure.description.utf8.count <= TrackerFailure.maximumTextBytes)
    }

    @Test("gives up on a silent tracker when the caller's time is over")
    func silence() async throws {
        let (result, _) = try await announce(timeout: .milliseconds(200)) { _, _ in [] }

        #expect(result == .failure(.tooLate))
    }

    @Test("ignores answers that come from another address than the one asked")
    func stranger() async throws {
        let stranger = try await ScriptedDatagramServer(host: "127.0.0.3") { _, _ in [] }
        let group = MultiThreadedEventLoopGroup.singleton
        let tracker = try await ScriptedDatagramServer { _, _ in [] }
        let transport = TrackerTransport(group: group, bindAddresses: ["127.0.0.2"], userAgent: "swarm/test")
        let url = try TrackerURL("udp://127.0.0.1:\(tracker.port)")

        let reply = transport.announce(
            try AnnounceCall(Sample.request(), to: url, timeout: nil), on: group.next())
        try await waitUntil("the tracker was asked") { !tracker.datagrams.isEmpty }
        let asked = try #require(tracker.datagrams.first)
        let port = try #require(await transport.udp.localPort(isIPv6: false))
        let source = try SocketAddress(ipAddress: "127.0.0.2", port: port)
        try await stranger.send(TrackerDatagram.connected(asked, connectionID: 666), to: source)
        try await tracker.send(TrackerDatagram.connected(asked, connectionID: 0xC0FFEE), to: source)
        try await waitUntil("the announce came") { tracker.datagrams.count == 2 }
        let announced = tracker.datagrams[1]
        try await tracker.send(TrackerDatagram.announced(announced), to: source)

        _ = try await reply.get()
        #expect(Array(announced.prefix(8)) == [0, 0, 0, 0, 0, 0xC0, 0xFF, 0xEE])
        #expect(stranger.datagrams.isEmpty)
        await transport.shutdown()
        await tracker.close()
        await stranger.close()
    }

    @Test("leaves from the bound address, and not at all if there is none of the tracker's family")
    func bound() async throws {
        let (good, _) = try await announce(bindAddresses: ["127.0.0.2"], Self.honest)
        let (bad, server) = try await announce(bindAddresses: ["::1"], Self.honest)

        #expect(throws: Never.self) { try good.get() }
        #expect(bad == .failure(AnnounceFailure("no bound local address can reach the tracker")))
        #expect(server.datagrams.isEmpty)
    }

    @Test("announces that run when the client is shut down fail at once")
    func shutdown() async throws {
        let server = try await ScriptedDatagramServer { _, _ in [] }
        let group = MultiThreadedEventLoopGroup.singleton
        let transport = TrackerTransport(group: group, userAgent: "swarm/test")
        let url = try TrackerURL("udp://127.0.0.1:\(server.port)")
        let reply = transport.announce(
            try AnnounceCall(Sample.request(), to: url, timeout: .hours(1)), on: group.next())
        try await waitUntil("the tracker was asked") { !server.datagrams.isEmpty }

        await transport.shutdown()

        await #expect(throws: AnnounceFailure("the announce was given up")) { try await reply.get() }
        await server.close()
    }
}
