import Metainfo
import PeerWire
import TestKit
import Testing

@testable import SwarmCore

/// Super seeding (BEP 16).
@Suite("Super seeding")
struct SuperSeedTests {
    private static let block = PieceLayout.blockLength
    private let content: [UInt8]

    init() {
        var generator = SeededGenerator(seed: 51)
        content = generator.bytes(6 * Self.block)
    }

    private func stage(isOn: Bool = true) async throws -> SwarmStage {
        let stage = try SwarmStage(content: content, pieceLength: Self.block, have: Set(0..<6)) {
            $0.settings.isSuperSeeding = isOn
        }
        await stage.swarm.start()
        return stage
    }

    private func shown(_ peer: FakePeer) -> [UInt32] {
        peer.messages.compactMap { if case .have(let piece) = $0 { piece } else { nil } }
    }

    @Test("says that it has nothing and shows each peer one piece, no two the same")
    func showsOne() async throws {
        let stage = try await stage()

        let fast = try await stage.connect(1, reserved: [.fast], says: [.haveNone])
        let plain = try await stage.connect(2, reserved: [])
        try await stage.pass(seconds: 1, [fast, plain])

        #expect(fast.messages.first == .haveNone)
        #expect(!plain.messages.contains { if case .bitfield = $0 { true } else { false } })
        #expect(shown(fast).count == 1)
        #expect(shown(plain).count == 1)
        #expect(shown(fast) != shown(plain))
        #expect(stage.swarm.gauges.figures.isSuperSeeding)
        try await stage.shutdown()
    }

    @Test("shows a peer the next piece once another has the first")
    func showsNext() async throws {
        let stage = try await stage()
        let first = try await stage.connect(1, reserved: [.fast], says: [.haveNone])
        let second = try await stage.connect(2, reserved: [.fast], says: [.haveNone])
        let piece = try #require(shown(first).first)

        try await stage.say(.have(piece), from: first)
        let waiting = shown(first).count
        try await stage.say(.have(piece), from: second)
        try first.drain()

        #expect(waiting == 1, "nobody else has it yet")
        #expect(shown(first).count == 2)
        #expect(Set(shown(first)).isDisjoint(with: shown(second)))
        try await stage.shutdown()
    }

    @Test("serves what was shown and refuses what was not")
    func refuses() async throws {
        let stage = try await stage()
        let peer = try await stage.connect(1, reserved: [.fast], says: [.haveNone, .interested])
        let piece = try #require(shown(peer).first)
        let other = (piece + 1) % 6

        let hidden = BlockRequest(piece: other, begin: 0, length: UInt32(Self.block))
        try await stage.say(.request(hidden), from: peer)
        try await stage.say(.request(BlockRequest(piece: piece, begin: 0, length: UInt32(Self.block))), from: peer)

        try await stage.settle("the shown piece is sent", [peer]) { peer.blocks.count == 1 }
        #expect(peer.blocks.first?.request.piece == piece)
        #expect(peer.messages.contains(.reject(hidden)))
        try await stage.shutdown()
    }

    @Test("shows everything once all pieces are out, and does not begin again")
    func ends() async throws {
        let stage = try await stage()
        let first = try await stage.connect(1, reserved: [.fast], says: [.haveNone])
        let second = try await stage.connect(2, has: [0, 1, 2, 3, 4])
        try await stage.pass(seconds: 1, [first, second])
        #expect(stage.swarm.gauges.figures.isSuperSeeding)

        let third = try await stage.connect(3, has: [5])
        try await stage.pass(seconds: 1, [first, second, third])
        let late = try await stage.connect(4, reserved: [.fast])

        #expect(Set(shown(first)) == Set(0..<6))
        #expect(late.messages.contains(.haveAll))
        #expect(stage.swarm.gauges.figures.isSuperSeeding == false)
        try await stage.shutdown()
    }

    @Test("turned on, leaves those alone who know everything; turned off, tells all")
    func toggles() async throws {
        let stage = try await stage(isOn: false)
        let old = try await stage.connect(1, reserved: [.fast], says: [.haveNone, .interested])
        var settings = stage.swarm.configuration.settings
        settings.isSuperSeeding = true
        await stage.swarm.apply(settings)
        let new = try await stage.connect(2, reserved: [.fast], says: [.haveNone])
        let restricted = shown(new).count

        try await stage.say(.request(BlockRequest(piece: 3, begin: 0, length: UInt32(Self.block))), from: old)
        try await stage.settle("the old peer is served", [old]) { old.blocks.count == 1 }
        settings.isSuperSeeding = false
        await stage.swarm.apply(settings)
        try new.drain()

        #expect(old.messages.first == .haveAll)
        #expect(restricted == 1)
        #expect(Set(shown(new)) == Set(0..<6))
        try await stage.shutdown()
    }

    @Test("goes on after a while with a peer whose piece nobody takes from it")
    func relieves() {
        var seed = SuperSeed(pieceCount: 4)
        var random = SmallRandom(seed: 1)
        let (stuck, other) = (PeerNumber(1), PeerNumber(2))
        seed.add(stuck)
        seed.add(other)
        var has = Bitfield(count: 4)
        let first = seed.next(for: stuck, has: has, copies: { _ in 0 }, random: &random) ?? 0
        has.insert(first)
        let served = seed.handleHave(first, from: stuck, isWantedByOthers: true, now: 100)

        seed.relieve(now: 159)
        let early = seed.next(for: stuck, has: has, copies: { _ in 0 }, random: &random)
        seed.relieve(now: 160)
        let late = seed.next(for: stuck, has: has, copies: { _ in 0 }, random: &random)

        #expect(served.isEmpty)
        #expect(early == nil)
        #expect(late != nil && late != first)
    }
}
