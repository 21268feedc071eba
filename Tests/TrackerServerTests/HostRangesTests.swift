import TestKit
import Testing

@testable import TrackerServer

@Suite("Sets of addresses")
struct HostRangesTests {
    @Test(
        "hold what lies in them and nothing beside",
        arguments: [
            ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"), ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("192.0.2.5-192.0.2.9", "192.0.2.9", "192.0.2.10"), ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"), ("::1", "::1", "::2"),
            ("2001:db8::/65", "2001:db8::7fff:0:0:1", "2001:db8::8000:0:0:0"),
        ])
    func contains(range: String, inside: String, outside: String) throws {
        var ranges = HostRanges()
        let isTaken = ranges.insert(range)

        #expect(isTaken)
        #expect(ranges.contains(try #require(PeerHost(text: inside))))
        #expect(!ranges.contains(try #require(PeerHost(text: outside))))
    }

    @Test(
        "refuse what is no range",
        arguments: ["", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "9.0.0.0-8.0.0.0", "1.2.3.4-::1", "::/129"])
    func refused(text: String) {
        var ranges = HostRanges()
        let isTaken = ranges.insert(text)

        #expect(!isTaken && ranges.isEmpty)
    }

    @Test("agree with a plain search, however they overlap")
    func overlapping() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            var ranges = HostRanges()
            var plain: [ClosedRange<UInt32>] = []
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                let low = UInt32.random(in: 0...200, using: &generator)
                let high = low + UInt32.random(in: 0...20, using: &generator)
                plain.append(low...high)
                _ = ranges.insert("\(PeerHost(ipv4: low).text)-\(PeerHost(ipv4: high).text)")
            }
            for address in 0...UInt32(230) {
                #expect(ranges.contains(PeerHost(ipv4: address)) == plain.contains { $0.contains(address) })
            }
        }
    }
}
