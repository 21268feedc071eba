import Metainfo
import NIOCore
import NIOEmbedded
import NIOPosix
import PeerWire
import Storage
import Synchronization
import TestKit
import Testing

@testable import SwarmCore

@Suite("Swarm control")
struct SwarmControlTests {
    private static let block = PieceLayout.blockLength
    private let content: [UInt8]

    init() {
        var generator = SeededGenerator(seed: 41)
        content = generator.bytes(8 * Self.block)
    }

    private func stage(
        have: Set<Int> = [], connections: ConnectionCount = ConnectionCount(),
        isAllowed: @escaping @Sendable (PeerAddress) -> Bool = { _ in true }
    ) async throws -> SwarmStage {
        let stage = try SwarmStage(
            content: content, pieceLength: Self.block, have: have, connections: connections, isAllowed: isAllowed)
        await stage.swarm.start()
        return stage
    }

    @Test("shows its peers in the order in which they came, with what they said and did")
    func snapshots() async throws {
        let stage = try await stage(have: [0])
        let first = try await stage.connect(1, reserved: [.fast, .extensionProtocol], has: [0, 1, 2])
        let hello = ExtensionHandshake(v: "Tester 1.0")
        try await stage.say(.extended(id: 0, payload: hello.encode()), from: first)
        try await stage.say(.have(3), from: first)
        _ = try await stage.connect(2, has: [])

        let shots = await stage.swarm.peerSnapshots()

        #expect(shots.map(\.address.host) == ["127.0.1.1", "127.0.1.2"])
        #expect(shots[0].clientName == "Tester 1.0")
        #expect(shots[0].pieces == 4)
        #expect(shots[0].ownTotal == Int64(Self.block))
        #expect(shots[0].reserved == [0, 0, 0, 0, 0, 0x10, 0, 0x04])
        #expect(shots[0].amInterested)
        #expect(shots[0].isChoking)
        #expect(shots[0].amChoking)
        #expect(shots[0].origin == .incoming)
        #expect(await stage.swarm.availabilityCounts() == [1, 1, 1, 1, 0, 0, 0, 0])
        try await stage.shutdown()
    }

    @Test("sends a peer away on demand, and keeps a banned one out")
    func disconnects() async throws {
        let stage = try await stage(have: [0])
        let (gone, banned) = (try await stage.connect(1, has: [1]), try await stage.connect(2, has: [1]))

        await stage.swarm.disconnect(try #require(gone.number), ban: false)
        await stage.swarm.disconnect(try #require(banned.number), ban: true)
        let again = try await stage.connect(1, has: [1])
        let barred = try await stage.connect(2, has: [])

        #expect(gone.isClosed && banned.isClosed)
        #expect(again.number != nil)
        #expect(barred.number == nil)
        try await stage.shutdown()
    }

    @Test("neither takes nor dials an address that the filter refuses")
    func filter() async throws {
        let asked = Mutex<[String]>([])
        let stage = try await stage(isAllowed: { address in
            asked.withLock { $0.append(address.host) }
            return address.host != "127.0.1.1"
        })

        let refused = try await stage.connect(1, has: [])
        let taken = try await stage.connect(2, has: [])
        let evil = try #require(PeerAddress(host: "127.0.1.1", port: 9))
        await stage.swarm.add(peers: [evil], origin: .tracker)

        #expect(refused.number == nil)
        #expect(taken.number != nil)
        #expect(await stage.swarm.dialling == 0)
        #expect(asked.withLock { $0.count { $0 == "127.0.1.1" } } == 2)
        try await stage.shutdown()
    }

    @Test("keeps the number of connections over all swarms, and gives them back")
    func countsConnections() async throws {
        let count = ConnectionCount(limit: 3)
        let (one, two) = (try await stage(connections: count), try await stage(connections: count))
        let first = try await one.connect(1, has: [0])
        _ = try await one.connect(2, has: [0])
        _ = try await two.connect(3, has: [0])

        let refused = try await two.connect(4, has: [])
        await one.close(first)
        let open = count.open
        let taken = try await two.connect(5, has: [0])

        #expect(refused.number == nil)
        #expect(open == 2)
        #expect(taken.number != nil)
        try await one.shutdown()
        try await two.shutdown()
        #expect(count.open == 0)
    }

    @Test("answers a thread, another event loop and its own loop, which wait for its next turn")
    func inspects() async throws {
        let stage = try await stage(have: [0, 1])
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let (own, other) = (group.next(), group.next())
        let swarm = Swarm(
            configuration: stage.swarm.configuration, resources: stage.swarm.resources, loop: own, seed: 1,
            gauges: SwarmGauges(), tell: { _ in })
        let look: @Sendable () -> Int = { swarm.inspect { $0.verifiedPieces().setCount } }

        let fromOther = try await other.submit(look).get()
        let fromOwn = try await own.submit(look).get()
        let fromThread = try await NIOThreadPool.singleton.runIfActive(look)

        #expect(fromOther == 2)
        #expect(fromOwn == 2)
        #expect(fromThread == 2)
        try await group.shutdownGracefully()
        try await stage.shutdown()
    }

    @Test("does not tick while it has nobody to talk to, and wakes for a caller")
    func quiet() async throws {
        let stage = try await stage(have: Set(0..<8))
        let atFirst = await stage.swarm.ticker == nil

        let peer = try await stage.connect(1, has: [0])
        let withPeer = await stage.swarm.ticker != nil
        await stage.close(peer)
        try await stage.pass(seconds: 2, [])
        let afterwards = await stage.swarm.ticker == nil
        let alarm = await stage.swarm.alarm == nil

        #expect(atFirst && withPeer && afterwards)
        #expect(alarm, "a caller is not dialled back")
        try await stage.shutdown()
    }

    @Test("sleeps until an address is due again, and keeps the time meanwhile")
    func sleeps() async throws {
        let asked = Mutex(0)
        let stage = try await stage(
            have: Set(0..<8),
            isAllowed: { _ in
                asked.withLock { $0 += 1 }
                return false
            })
        let address = try #require(PeerAddress(host: "127.0.1.9", port: 1))
        await stage.swarm.rest(afterFailuresOf: address, 8)
        let isTicking = await stage.swarm.ticker != nil
        let before = await stage.swarm.clock

        // Five seconds, doubled seven times.
        await stage.loop.advanceTime(by: .seconds(630))
        let early = asked.withLock { $0 }
        await stage.loop.advanceTime(by: .seconds(11))

        #expect(!isTicking)
        #expect(early == 0)
        #expect(asked.withLock { $0 } == 1)
        #expect(await stage.swarm.clock >= before + 640)
        try await stage.shutdown()
    }

    @Test("asks for more addresses again and again while something is missing, ticking or not")
    func asksOn() async throws {
        let stage = try await stage(have: [0])

        try await stage.pass(seconds: 200, [])

        #expect(stage.events.wishesForPeers == 3)
        #expect(await stage.swarm.ticker == nil)
        try await stage.shutdown()
    }

    @Test("dials no more than are sought, and takes callers up to the limit")
    func minimum() async throws {
        let stage = try await stage(have: [0])
        var settings = SwarmSettings()
        settings.minPeersLeeching = 2
        settings.maxPeersLeeching = 3
        await stage.swarm.apply(settings)
        for number in 1...3 as ClosedRange<UInt8> { _ = try await stage.connect(number, has: [1]) }

        let address = try #require(PeerAddress(host: "127.0.1.9", port: 1))
        await stage.swarm.add(peers: [address], origin: .tracker)

        #expect(await stage.swarm.dialling == 0)
        #expect(await stage.swarm.peerSnapshots().count == 3)
        #expect(await stage.swarm.knownAddresses() == [address])
        try await stage.shutdown()
    }
}

extension Swarm {
    /// As if `address` had been dialled in vain so many times, just now.
    fileprivate func rest(afterFailuresOf address: PeerAddress, _ count: Int) {
        _ = members.list.add([address], origin: .tracker, now: clock)
        for _ in 0..<count { members.list.handleFailure(address, now: clock) }
        restIfQuiet()
    }
}
