import Metainfo
import NIOCore
import PeerWire
import TestKit
import Testing

struct HandshakeTests {
    private static let name: [UInt8] = [19] + Array("BitTorrent protocol".utf8)
    /// What a peer with BEP 5, 6 and 10 sends.
    private static let bytes =
        name + [0, 0, 0, 0, 0, 0x10, 0, 0x05] + Array(1...20) + Array("-SW0100-abcdefghijkl".utf8)

    @Test("reads and writes the same 68 bytes")
    func bothDirections() throws {
        var buffer = ByteBuffer(bytes: Self.bytes + [0, 0, 0, 0])

        let handshake = try #require(try Handshake.read(from: &buffer))

        #expect(handshake.reserved == [.extensionProtocol, .fast, .dht])
        #expect(handshake.infoHash.bytes == Array(1...20))
        #expect(handshake.peerID.bytes == Array("-SW0100-abcdefghijkl".utf8))
        #expect(buffer.readableBytes == 4, "what follows is left alone")
        var written = ByteBuffer()
        handshake.write(into: &written)
        #expect(Array(written.readableBytesView) == Self.bytes && written.readableBytes == Handshake.length)
    }

    @Test("waits for the last byte and takes nothing before")
    func truncation() throws {
        for end in 0..<Handshake.length {
            var buffer = ByteBuffer(bytes: Self.bytes[..<end])

            #expect(try Handshake.read(from: &buffer) == nil && buffer.readableBytes == end)
        }
    }

    @Test("keeps reserved bits it does not know")
    func unknownBits() throws {
        var buffer = ByteBuffer(bytes: Self.name + [0x80, 1, 2, 3, 4, 5, 6, 7] + Array(repeating: 9, count: 40))

        let handshake = try #require(try Handshake.read(from: &buffer))

        #expect(handshake.reserved.rawValue == 0x8001_0203_0405_0607)
    }

    @Test("refuses another protocol at its first wrong byte")
    func anotherProtocol() {
        for wrong in 0..<Self.name.count {
            var bytes = Array(Self.bytes[...wrong])
            bytes[wrong] ^= 0x20
            var buffer = ByteBuffer(bytes: bytes)

            #expect(throws: PeerWireError.notBitTorrent(found: bytes)) { try Handshake.read(from: &buffer) }
        }
    }

    @Test("random bytes never trap")
    func randomBytes() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for round in 0..<20_000 {
            var bytes = Self.bytes
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8(truncatingIfNeeded: generator.next())
            var buffer = ByteBuffer(bytes: bytes)

            let handshake = try? Handshake.read(from: &buffer)

            #expect((handshake != nil) == bytes.starts(with: Self.name), "seed \(seed), round \(round)")
        }
    }
}
