import Metainfo
import TestKit
import Testing

@testable import TrackerServer

@Suite("Connection ids")
struct ConnectionIDsTests {
    // Appendix A of the SipHash paper, and the first vectors of its reference implementation: key 00…0f, message 00 01 …
    @Test(
        "the hash is SipHash-2-4",
        arguments: [
            (0, 0x726F_DB47_DD0E_0E31), (1, 0x74F8_39C5_93DC_67FD), (8, 0x93F5_F579_9A93_2462),
            (15, 0xA129_CA61_49BE_45E5),
        ] as [(Int, UInt64)])
    func vectors(length: Int, expected: UInt64) {
        let hash = SipHash(key0: 0x0706_0504_0302_0100, key1: 0x0F0E_0D0C_0B0A_0908)

        #expect(hash.hash((0..<length).map { UInt8($0) }) == expected)
    }

    @Test("the hash of three words is that of their bytes")
    func words() {
        var random = SeededGenerator(seed: 5)
        let hash = SipHash(key0: random.next(), key1: random.next())

        for _ in 0..<100 {
            let words = (random.next(), random.next(), random.next())
            let bytes = [words.0, words.1, words.2].flatMap { withUnsafeBytes(of: $0.littleEndian) { Array($0) } }
            #expect(hash.hash(words) == hash.hash(bytes))
        }
    }

    @Test("an id holds for two minutes and for its address alone")
    func lifetime() throws {
        var random = SeededGenerator(seed: 6)
        let ids = ConnectionIDs(random: &random)
        let host = PeerHost(ipv4: 0xC000_0201)
        // The time wraps around in its 16 bits.
        for now: UInt32 in [200, 65_500, 100_000, 131_071] {
            let id = ids.issue(to: host, now: now)

            #expect(ids.isValid(id, from: host, now: now))
            #expect(ids.isValid(id, from: host, now: now + 120))
            #expect(!ids.isValid(id, from: host, now: now + 121))
            #expect(!ids.isValid(id, from: host, now: now + 65_536))
            #expect(!ids.isValid(id, from: host, now: now - 1))
            #expect(!ids.isValid(id, from: PeerHost(ipv4: 0xC000_0202), now: now))
            #expect(!ids.isValid(id, from: PeerHost(ipv6High: 0, low: 0xC000_0201), now: now))
        }
    }

    @Test("half a million forged ids are refused, near misses too")
    func forged() {
        var random = SeededGenerator(seed: 7)
        let ids = ConnectionIDs(random: &random)
        let others = ConnectionIDs(random: &random)
        let host = PeerHost(ipv4: 0xC000_0201)
        let id = ids.issue(to: host, now: 100_000)

        #expect(!ids.isValid(others.issue(to: host, now: 100_000), from: host, now: 100_000))
        for bit in 0..<64 { #expect(!ids.isValid(id ^ 1 << UInt64(bit), from: host, now: 100_000)) }
        var accepted = 0
        for _ in 0..<500_000 {
            // With the right time the chance is 2⁻⁴⁸ each.
            let forged = random.next() & 0xFFFF_FFFF_FFFF | UInt64(100_000 & 0xFFFF) << 48
            if ids.isValid(forged, from: host, now: 100_000) { accepted += 1 }
        }
        #expect(accepted == 0)
    }
}
