import Metainfo
import NIOCore
import NIOEmbedded
import PeerWire
import TestKit
import Testing

@testable import SwarmCore

@Suite("Limiter chain")
struct LimiterChainTests {
    private static let block = PieceLayout.blockLength
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    /// Peers that always want more, each asking when its wait is over, but at times that differ.
    private func run(
        _ chains: [LimiterChain], seconds: Double, wanted: Int = 4, seed: UInt64 = 1, from begin: NIODeadline? = nil
    ) -> [Int] {
        var random = SmallRandom(seed: seed)
        var passed = Array(repeating: 0, count: chains.count)
        var tickets = Array(repeating: RateTicket(), count: chains.count)
        let begin = begin ?? start
        var now = begin
        while now - begin < .nanoseconds(Int64(seconds * 1e9)) {
            now = now + .microseconds(Int64(500 + random.below(2000)))
            for peer in chains.indices where !tickets[peer].isHeld || random.below(3) > 0 {
                passed[peer] += chains[peer].take(
                    wanted * Self.block, unit: Self.block, ticket: &tickets[peer], now: now)
            }
        }
        for peer in chains.indices { chains[peer].cancel(&tickets[peer]) }
        return passed
    }

    @Test("keeps a rate below one block a second over ten seconds", arguments: [15 << 10, 40 << 10, 1 << 20])
    func keepsRate(rate: Int) {
        let limiter = RateLimiter(bytesPerSecond: rate, now: start)

        let passed = run([LimiterChain(limiters: [limiter])], seconds: 10)[0]

        #expect(Double(passed) >= Double(rate) * 10 * 0.95)
        #expect(Double(passed) <= Double(rate) * 10 * 1.05)
    }

    @Test("shares a slow rate evenly among peers, whoever looks more often")
    func fair() {
        let limiter = RateLimiter(bytesPerSecond: 64 << 10, now: start)
        let chain = LimiterChain(limiters: [limiter])

        let passed = run(Array(repeating: chain, count: 8), seconds: 60)

        let share = 60 * (64 << 10) / 8
        #expect(passed.allSatisfy { abs($0 - share) <= 2 * Self.block }, "\(passed)")
    }

    @Test("keeps every limit of the list, and lets one group use what another leaves")
    func chained() {
        let global = RateLimiter(bytesPerSecond: 1 << 20, now: start)
        let slow = RateLimiter(bytesPerSecond: 100 << 10, now: start)
        let group = LimiterChain(limiters: [slow, global])
        let rest = LimiterChain(limiters: [global])

        let passed = run([group, group, rest, rest], seconds: 20)

        let grouped = Double(passed[0] + passed[1]) / 20
        let all = Double(passed.reduce(0, +)) / 20
        #expect(abs(grouped - 102_400) < 102_400 * 0.05, "\(passed)")
        #expect(abs(all - 1_048_576) < 1_048_576 * 0.05, "\(passed)")
        #expect(abs(passed[2] - passed[3]) < 20 * 1_048_576 / 20, "\(passed)")
    }

    @Test("follows a rate that is changed while peers wait")
    func changed() {
        let limiter = RateLimiter(bytesPerSecond: 15 << 10, now: start)
        let chain = LimiterChain(limiters: [limiter])
        var tickets = Array(repeating: RateTicket(), count: 100)
        for peer in tickets.indices {
            #expect(chain.take(Self.block, unit: Self.block, ticket: &tickets[peer], now: start) == 0)
        }

        limiter.limit = 1 << 20
        let later = start + .milliseconds(1600)
        let passed = tickets.indices.count {
            chain.take(Self.block, unit: Self.block, ticket: &tickets[$0], now: later) > 0
        }

        // 100 blocks at 64 a second.
        #expect(passed == 100)
    }

    @Test("holds nobody up for what waited when a limit is taken away and set again")
    func resetLimit() {
        let limiter = RateLimiter(bytesPerSecond: 15 << 10, now: start)
        let chain = LimiterChain(limiters: [limiter])
        var tickets = Array(repeating: RateTicket(), count: 50)
        for peer in tickets.indices {
            _ = chain.take(Self.block, unit: Self.block, ticket: &tickets[peer], now: start)
        }

        limiter.limit = 0
        let freed = tickets.indices.count {
            chain.take(Self.block, unit: Self.block, ticket: &tickets[$0], now: start + .seconds(1)) == Self.block
        }
        limiter.limit = 15 << 10
        let passed = run([chain], seconds: 10, from: start + .seconds(1))[0]

        #expect(freed == 50)
        #expect(abs(passed - 150 << 10) <= 2 * Self.block)
    }

    @Test("gives a place in line back")
    func cancels() {
        let limiter = RateLimiter(bytesPerSecond: 16 << 10, now: start)
        let chain = LimiterChain(limiters: [limiter])
        var (leaving, staying) = (RateTicket(), RateTicket())
        _ = chain.take(Self.block, unit: Self.block, ticket: &leaving, now: start)
        _ = chain.take(Self.block, unit: Self.block, ticket: &staying, now: start)

        chain.cancel(&leaving)

        #expect(!leaving.isHeld)
        #expect(chain.take(Self.block, unit: Self.block, ticket: &staying, now: start + .milliseconds(1001)) > 0)
    }

    @Test("passes a request larger than the reserved block")
    func growing() {
        let limiter = RateLimiter(bytesPerSecond: 16 << 10, now: start)
        let chain = LimiterChain(limiters: [limiter])
        var ticket = RateTicket()
        _ = chain.take(Self.block, unit: Self.block, ticket: &ticket, now: start)

        var waited = 0
        while waited < 10,
            chain.take(2 * Self.block, unit: 2 * Self.block, ticket: &ticket, now: start + .seconds(Int64(waited))) == 0
        {
            waited += 1
        }

        #expect((2...4).contains(waited))
    }
}

/// Rates as the far end sees them, on virtual time.
@Suite("Swarm under rate limits")
struct LimitedSwarmTests {
    private static let block = PieceLayout.blockLength

    private func stage(
        blocks: Int, isSeed: Bool, _ limiters: [RateLimiter]
    ) async throws -> SwarmStage {
        var generator = SeededGenerator(seed: 5)
        let pieces = blocks / 4
        let stage = try SwarmStage(
            content: generator.bytes(blocks * Self.block), pieceLength: 4 * Self.block,
            have: isSeed ? Set(0..<pieces) : []
        ) {
            $0.settings.uploadLimiters = limiters
            $0.settings.downloadLimiters = limiters
        }
        await stage.swarm.start()
        return stage
    }

    private func requests(_ blocks: Int) -> [PeerMessage] {
        (0..<blocks).map {
            .request(
                BlockRequest(
                    piece: UInt32($0 / 4), begin: UInt32($0 % 4 * Self.block), length: UInt32(Self.block)))
        }
    }

    @Test("uploads 15 KiB a second to several peers, evenly")
    func slowUpload() async throws {
        let start = NIODeadline.uptimeNanoseconds(0)
        let limiter = RateLimiter(bytesPerSecond: 15 << 10, now: start)
        let stage = try await stage(blocks: 80, isSeed: true, [limiter])
        var peers: [FakePeer] = []
        for number in 1...3 as ClosedRange<UInt8> {
            let peer = try await stage.connect(number, has: [], says: [.interested] + requests(80))
            peers.append(peer)
        }
        try await stage.settle("the first block is sent", peers) { peers.contains { !$0.blocks.isEmpty } }

        let before = peers.map(\.blocks.count)
        try await stage.passReading(seconds: 60, peers)

        let sent = zip(peers, before).map { $0.blocks.count - $1 }
        let rate = Double(sent.reduce(0, +) * Self.block) / 60
        #expect(abs(rate - 15360) <= 15360 * 0.05, "\(sent)")
        #expect((sent.max() ?? 0) - (sent.min() ?? 0) <= 1, "\(sent)")
        try await stage.shutdown()
    }

    @Test("asks for 15 KiB a second, and for more once the limit is raised")
    func slowDownload() async throws {
        let limiter = RateLimiter(bytesPerSecond: 15 << 10, now: .uptimeNanoseconds(0))
        let stage = try await stage(blocks: 400, isSeed: false, [limiter])
        let peer = try await stage.connect(1, has: Array(0..<100), says: [.unchoke])
        var answered = 0
        func pass(_ seconds: Int) async throws {
            for _ in 0..<(seconds * 10) {
                await stage.loop.advanceTime(by: .milliseconds(100))
                try peer.drain()
                while answered < peer.requests.count {
                    try await stage.sendBlock(peer.requests[answered], from: peer)
                    answered += 1
                }
            }
        }

        try await pass(20)
        let slow = answered
        limiter.limit = 150 << 10
        try await pass(20)

        let (slowRate, fastRate) = (slow * Self.block / 20, (answered - slow) * Self.block / 20)
        #expect((14_300...16_400).contains(slowRate))
        #expect((146_000...161_000).contains(fastRate))
        try await stage.shutdown()
    }
}
