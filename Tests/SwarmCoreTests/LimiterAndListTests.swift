import Metainfo
import NIOCore
import Testing

@testable import SwarmCore

@Suite("Rate limiter")
struct RateLimiterTests {
    @Test("passes the set rate over time and whole blocks only")
    func passesRate() {
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        let limiter = RateLimiter(bytesPerSecond: 100_000, now: start)
        var passed = 0

        for step in 1...200 {
            let granted = limiter.take(1 << 20, unit: 16384, now: start + .milliseconds(Int64(50 * step)))
            #expect(granted % 16384 == 0)
            passed += granted
        }

        // Ten seconds; what is left in the bucket is less than half a second's worth.
        #expect((950_000...1_000_000).contains(passed))
    }

    @Test("has no effect at rate zero")
    func unlimited() {
        let limiter = RateLimiter(bytesPerSecond: 0)

        #expect(limiter.take(12345, unit: 16384, now: .now()) == 12345)
    }

    @Test("lets blocks pass even when one block is more than half a second's worth")
    func verySlow() {
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        let limiter = RateLimiter(bytesPerSecond: 1024, now: start)

        let early = limiter.take(16384, unit: 16384, now: start + .seconds(10))
        let due = limiter.take(16384, unit: 16384, now: start + .seconds(17))

        #expect(early == 0)
        #expect(due == 16384)
    }
}

@Suite("Peer list")
struct PeerListTests {
    private func address(_ last: Int, port: Int = 6881) throws -> PeerAddress {
        try #require(PeerAddress(host: "10.0.0.\(last)", port: port))
    }

    @Test("hands each address out once and waits longer after each failure")
    func backsOff() throws {
        var list = PeerList()
        let peer = try address(1)
        #expect(list.add([peer, peer], origin: .tracker, now: 0) == 1)

        #expect(list.next(now: 0)?.address == peer)
        #expect(list.next(now: 0) == nil)
        list.handleFailure(peer, now: 0)
        #expect(list.next(now: 4) == nil)
        #expect(list.next(now: 5)?.address == peer)
        list.handleFailure(peer, now: 5)
        #expect(list.next(now: 14) == nil)
        #expect(list.next(now: 15)?.address == peer)
    }

    @Test("never names a banned host again, whatever its port")
    func bans() throws {
        var list = PeerList()
        list.ban(try address(1))

        #expect(list.add([try address(1, port: 7000), try address(2)], origin: .tracker, now: 0) == 1)
        #expect(list.isBanned(try address(1, port: 1)))
        #expect(list.next(now: 0)?.address == (try address(2)))
    }

    @Test("stays bounded whatever a tracker sends")
    func bounded() throws {
        var list = PeerList()
        for high in 0..<40 {
            let many = (1...200).compactMap { PeerAddress(host: "10.1.\(high).\($0)", port: 1 + $0) }
            _ = list.add(many, origin: .tracker, now: 0)
        }

        #expect(list.count == 2000)
    }

    @Test("brings attempts forward, but not those at peers that were of no use")
    func hastens() throws {
        var list = PeerList()
        let (tired, useless) = (try address(1), try address(2))
        _ = list.add([tired, useless], origin: .tracker, now: 0)
        for now in 0..<12 { list.handleFailure(tired, now: UInt32(now)) }
        list.handleConnected(useless)
        list.handleDisconnected(useless, isUseless: true, now: 11)

        list.hasten(to: 40)

        #expect(list.next(now: 39) == nil)
        #expect(list.next(now: 40)?.address == tired)
        #expect(list.next(now: 100) == nil)
    }
}
