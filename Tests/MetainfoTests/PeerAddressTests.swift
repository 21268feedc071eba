import Metainfo
import Testing

@Suite("A peer address")
struct PeerAddressTests {
    @Test(
        "is the same from text and from its compact form",
        arguments: [
            ("192.0.2.7", "192.0.2.7:6881", [192, 0, 2, 7, 0x1a, 0xe1]),
            (
                "2001:db8::1", "[2001:db8::1]:6881",
                [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1, 0x1a, 0xe1]
            ),
            ("[::1]", "[::1]:6881", [UInt8](repeating: 0, count: 15) + [1, 0x1a, 0xe1]),
            ("::ffff:192.0.2.7", "192.0.2.7:6881", [192, 0, 2, 7, 0x1a, 0xe1]),
        ] as [(String, String, [UInt8])])
    func forms(host: String, text: String, compact: [UInt8]) throws {
        let address = try #require(PeerAddress(host: host, port: 6881))

        #expect(address.description == text)
        #expect(address.compact == compact)
        #expect(address.isIPv6 == (compact.count == 18))
        #expect((compact.count == 6 ? PeerAddress(compactV4: compact) : PeerAddress(compactV6: compact)) == address)
        #expect(PeerAddress(host: address.host, port: 6881) == address)
    }

    @Test("is the same address mapped into IPv6")
    func mapped() {
        let bytes: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xff, 0xff, 192, 0, 2, 7, 0x1a, 0xe1]

        #expect(PeerAddress(compactV6: bytes) == PeerAddress(host: "192.0.2.7", port: 6881))
    }

    @Test(
        "is not made from names, ports out of range or bytes of another length",
        arguments: [
            ("localhost", 1), ("", 1), ("1.2.3", 1), ("1.2.3.4.5", 1), ("256.1.1.1", 1), ("1.2.3.4", -1),
            ("1.2.3.4", 65536),
            ("fe80::1%lo", 1), (":::", 1), ("1.2.3.4\u{0}", 1), (" 1.2.3.4", 1),
        ])
    func refused(host: String, port: Int) {
        #expect(PeerAddress(host: host, port: port) == nil)
        #expect(PeerAddress(compactV4: [UInt8](repeating: 1, count: 5)) == nil)
        #expect(PeerAddress(compactV4: [UInt8](repeating: 1, count: 7)) == nil)
        #expect(PeerAddress(compactV6: [UInt8](repeating: 1, count: 17)) == nil)
    }

    @Test("knows addresses that no peer has")
    func kinds() throws {
        let address = { (host: String) in try #require(PeerAddress(host: host, port: 1)) }

        #expect(try address("127.9.9.9").isLoopback && address("::1").isLoopback)
        #expect(try !address("128.0.0.1").isLoopback && !address("::2").isLoopback)
        #expect(try address("0.0.0.0").isUnspecified && address("::").isUnspecified)
        #expect(try address("239.1.1.1").isMulticast && address("ff02::1").isMulticast)
        #expect(try address("255.255.255.255").isMulticast && !address("223.0.0.1").isMulticast)
    }
}
