import Metainfo
import NIOCore
import PeerWire
import TestKit
import Testing

@testable import SwarmCore

@Suite("Slot pool")
struct SlotPoolTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private struct Asker {
        let claim: SlotClaim
        var demand: Int
        var minimum = 0
        var priority = 2
        var held = 0

        /// Takes what is granted, gives back what is not.
        mutating func ask(_ now: NIODeadline) {
            let allowed = claim.allot(
                demand: demand, minimum: minimum, priority: priority, held: held, now: now)
            held = min(demand, allowed)
        }
    }

    private func settle(_ askers: inout [Asker], at now: NIODeadline) {
        for _ in 0..<3 {
            for index in askers.indices { askers[index].ask(now) }
        }
    }

    @Test("grants whatever is asked for without a limit, and knows how many are taken")
    func unlimited() {
        let pool = SlotPool()
        var askers = [Asker(claim: SlotClaim(pool: pool), demand: 70), Asker(claim: SlotClaim(pool: pool), demand: 5)]

        settle(&askers, at: start)

        #expect(askers.map(\.held) == [70, 5])
        #expect(pool.taken == 75)
    }

    @Test("divides what is scarce by priority, and gives what one cannot use to the others")
    func divides() {
        let pool = SlotPool(limit: 30)
        var askers = [
            Asker(claim: SlotClaim(pool: pool), demand: 100, priority: 3),
            Asker(claim: SlotClaim(pool: pool), demand: 100, priority: 1),
            Asker(claim: SlotClaim(pool: pool), demand: 4, priority: 3),
            Asker(claim: SlotClaim(pool: pool), demand: 100, priority: 0),
        ]

        settle(&askers, at: start)

        // 26 are left after the one that wants 4; nine tenths of them go to high priority.
        #expect(askers[2].held == 4)
        #expect(askers[3].held == 0)
        #expect(askers[0].held + askers[1].held == 26)
        #expect(abs(askers[0].held - 23) <= 1)
        #expect(pool.taken == 30)
    }

    @Test("keeps minima whatever the pool has left")
    func minima() {
        let pool = SlotPool(limit: 2)
        var askers = (0..<5).map { _ in Asker(claim: SlotClaim(pool: pool), demand: 10, minimum: 1) }

        settle(&askers, at: start)

        #expect(askers.allSatisfy { $0.held == 1 })
    }

    @Test("never hands out more than there are while others have yet to give back")
    func neverTooMany() {
        let pool = SlotPool(limit: 10)
        var first = Asker(claim: SlotClaim(pool: pool), demand: 10)
        var second = Asker(claim: SlotClaim(pool: pool), demand: 10)
        first.ask(start)

        second.ask(start)
        let early = second.held
        first.ask(start)
        second.ask(start)

        #expect(early == 0)
        #expect(first.held == 5)
        #expect(second.held == 5)
    }

    @Test("passes the turn on where there are more swarms than slots")
    func turns() {
        let pool = SlotPool(limit: 3)
        var askers = (0..<12).map { _ in Asker(claim: SlotClaim(pool: pool), demand: 2) }
        var served = Set<Int>()

        for turn in 0..<40 {
            settle(&askers, at: start + .seconds(Int64(30 * turn)))
            #expect(pool.taken == 3)
            served.formUnion(askers.indices.filter { askers[$0].held > 0 })
        }

        #expect(served.count == 12)
    }

    @Test("gets back what a swarm held that is gone")
    func leaves() {
        let pool = SlotPool(limit: 4)
        var staying = Asker(claim: SlotClaim(pool: pool), demand: 4)
        do {
            var leaving = [Asker(claim: SlotClaim(pool: pool), demand: 4)]
            settle(&leaving, at: start)
        }

        staying.ask(start)

        #expect(staying.held == 4)
        #expect(pool.taken == 4)
    }
}

@Suite("Swarm and slots")
struct SwarmSlotTests {
    private static let block = PieceLayout.blockLength
    private let content: [UInt8]

    init() {
        var generator = SeededGenerator(seed: 31)
        content = generator.bytes(8 * Self.block)
    }

    private func seed(_ pool: SlotPool, slots: Int = 0, priority: Int = 2) async throws -> SwarmStage {
        let stage = try SwarmStage(
            content: content, pieceLength: Self.block, have: Set(0..<8), pools: (pool, SlotPool())
        ) {
            $0.settings.uploadSlots = slots
            $0.settings.priority = priority
        }
        await stage.swarm.start()
        return stage
    }

    private func interested(_ stage: SwarmStage, _ count: UInt8) async throws -> [FakePeer] {
        var peers: [FakePeer] = []
        for number in 1...count { peers.append(try await stage.connect(number, has: [], says: [.interested])) }
        return peers
    }

    private func unchoked(_ peers: [FakePeer]) -> Int {
        peers.count { peer in
            peer.messages.last { $0 == .choke || $0 == .unchoke } == .unchoke
        }
    }

    @Test("two swarms share the slots of one pool by priority")
    func shared() async throws {
        let pool = SlotPool(limit: 10)
        let high = try await seed(pool, priority: 3)
        let low = try await seed(pool, priority: 1)
        let eager = try await interested(low, 12)
        #expect(unchoked(eager) == 10)
        let favoured = try await interested(high, 12)

        for _ in 0..<3 {
            try await low.pass(seconds: 1, eager)
            try await high.pass(seconds: 1, favoured)
            #expect(unchoked(eager) + unchoked(favoured) <= 10)
        }

        #expect(unchoked(eager) == 1)
        #expect(unchoked(favoured) == 9)
        #expect(pool.taken == 10)
        try await high.shutdown()
        try await low.shutdown()
        #expect(pool.taken == 0)
    }

    @Test("keeps its own limit, and a new one from the next second on")
    func ownLimit() async throws {
        let stage = try await seed(SlotPool(), slots: 3)
        let peers = try await interested(stage, 8)
        let first = unchoked(peers)

        var settings = stage.swarm.configuration.settings
        settings.uploadSlots = 5
        await stage.swarm.apply(settings)
        try await stage.pass(seconds: 1, peers)
        let more = unchoked(peers)
        settings.uploadSlots = 1
        await stage.swarm.apply(settings)
        try await stage.pass(seconds: 1, peers)

        #expect(first == 3)
        #expect(more == 5)
        #expect(unchoked(peers) == 1)
        try await stage.shutdown()
    }

    @Test("asks only so many peers for blocks, and lets the others have a turn")
    func downloadSlots() async throws {
        let stage = try SwarmStage(content: content, pieceLength: Self.block) { $0.settings.downloadSlots = 2 }
        await stage.swarm.start()
        var peers: [FakePeer] = []
        for number in 1...4 as ClosedRange<UInt8> {
            peers.append(try await stage.connect(number, has: Array(0..<8), says: [.unchoke]))
        }
        let first = peers.filter { !$0.requests.isEmpty }

        // The first two stall; others get their slots.
        try await stage.pass(seconds: 40, peers)
        let asked = peers.count { peer in peer.messages.contains { if case .request = $0 { true } else { false } } }
        try await stage.say(.choke, from: peers[0])

        #expect(first.count == 2)
        #expect(asked > 2)
        #expect(await stage.swarm.downloadSlotsHeld <= 2)
        try await stage.shutdown()
    }

    @Test("gives a snubbed peer nothing until the user relents")
    func snubbed() async throws {
        let stage = try await seed(SlotPool())
        let peer = try await stage.connect(1, has: [], says: [.interested])
        #expect(unchoked([peer]) == 1)
        let number = try #require(peer.number)

        await stage.swarm.setSnubbed(number, true)
        try await stage.pass(seconds: 25, [peer])
        let snubbed = unchoked([peer])
        let shown = await stage.swarm.peerSnapshots().first?.isSnubbed
        await stage.swarm.setSnubbed(number, false)
        try peer.drain()

        #expect(snubbed == 0)
        #expect(shown == true)
        #expect(unchoked([peer]) == 1)
        try await stage.shutdown()
    }
}

extension Swarm {
    fileprivate var downloadSlotsHeld: Int { downloading.slotHolders.count }
}
