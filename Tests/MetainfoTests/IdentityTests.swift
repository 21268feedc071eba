import Metainfo
import TestKit
import Testing

@Suite("Hashes and peer ids")
struct IdentityTests {
    private static let digits = "000102030405060708090a0b0c0d0e0f10111213"

    @Test("keep their bytes in order")
    func bytes() throws {
        let hash = try #require(InfoHash(hex: Self.digits.uppercased()))

        #expect(hash.bytes == Array(0...19))
        #expect(hash.hex == Self.digits)
        #expect(InfoHash(bytes: 0...19) == hash)
        #expect(hash.withUnsafeBytes { Array($0) } == Array(0...19))
        #expect(SHA1Digest { target in for index in 0..<20 { target[index] = UInt8(index) } }.hex == Self.digits)
        #expect(MemoryLayout<InfoHash>.size == 20)
        #expect(try hash < #require(InfoHash(bytes: 1...20)))
    }

    @Test("of v2 give their first twenty bytes as a name")
    func truncated() throws {
        let hash = try #require(InfoHashV2(bytes: Array(0..<32)))

        #expect(hash.truncated == InfoHash(bytes: 0...19))
        #expect(InfoHashV2(hex: hash.hex) == hash)
        #expect(hash.bytes == Array(0..<32))
    }

    @Test("are not made from another number of bytes or digits", arguments: [0, 19, 21, 31, 33, 40])
    func lengths(count: Int) {
        let bytes = [UInt8](repeating: 7, count: count)

        #expect(InfoHash(bytes: bytes) == nil && SHA1Digest(bytes: bytes) == nil && PeerID(bytes: bytes) == nil)
        #expect(InfoHashV2(bytes: bytes) == nil)
        #expect(InfoHash(hex: String(repeating: "0", count: count * 2)) == nil)
        #expect(InfoHash(hex: Self.digits.dropLast() + "g") == nil)
        #expect(InfoHash(hex: Self.digits.dropLast() + "é") == nil)
    }

    @Test("of ours are told apart and need no escaping")
    func ourPeerID() {
        var generator = SeededGenerator(seed: 1)

        let ids = (0..<100).map { _ in PeerID.generate(using: &generator) }

        #expect(Set(ids).count == 100)
        #expect(ids.allSatisfy { $0.bytes.starts(with: Array("-SW0100-".utf8)) })
        #expect(ids.allSatisfy { $0.bytes.allSatisfy { $0 < 0x80 && Character(Unicode.Scalar($0)) != " " } })
        #expect(ids[0].clientName == "swarm 0.1")
    }

    @Test(
        "tell the program behind them",
        arguments: [
            ("-TR2940-abcdefghijkl", "Transmission 2.94"), ("-TR4060-abcdefghijkl", "Transmission 4.0.6"),
            ("-qB4630-abcdefghijkl", "qBittorrent 4.6.3"), ("-lt0D80-abcdefghijkl", "rTorrent 0.13.8"),
            ("-LT2080-abcdefghijkl", "libtorrent 2.0.8"), ("-ZZ1234-abcdefghijkl", "ZZ 1.2.3.4"),
            ("M7-10-5--abcdefghijk", "BitTorrent 7.10.5"), ("T03I--00abcdefghijkl", "BitTornado 0.3.18"),
            ("\u{1}\u{2}\u{1b}[31mabcdefghijklm", "unknown (???[31ma)"), ("--------------------", "unknown (--------)"),
            ("T-------------------", "unknown (T-------)"),
        ])
    func clientNames(id: String, name: String) throws {
        #expect(try #require(PeerID(bytes: Array(id.utf8))).clientName == name)
    }

    @Test("never trap on any twenty bytes")
    func randomPeerIDs() {
        var generator = SeededGenerator(seed: 3)
        let starts = ["", "-", "-TR", "M", "T", "exbc", "XBT", "S", "Q"].map { Array($0.utf8) }
        for round in 0..<10_000 {
            let start = starts[round % starts.count]
            let id = PeerID(bytes: start + generator.bytes(20 - start.count))
            #expect(id?.clientName.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f } == true, "round \(round)")
        }
    }
}
