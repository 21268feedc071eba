import PeerWire
import TestKit
import Testing

@Suite("Metadata message")
struct MetadataMessageTests {
    /// The examples of BEP 9.
    @Test(
        "writes and reads what BEP 9 shows",
        arguments: [
            ("d8:msg_typei0e5:piecei0ee", MetadataMessage.request(piece: 0)),
            ("d8:msg_typei2e5:piecei0ee", .reject(piece: 0)),
            (
                "d8:msg_typei1e5:piecei1e10:total_sizei16387eeabc",
                .data(piece: 1, totalSize: 16387, bytes: ArraySlice("abc".utf8))
            ),
        ])
    func samples(text: String, message: MetadataMessage) throws {
        #expect(message.encode() == Array(text.utf8))
        #expect(try MetadataMessage.decode(Array(text.utf8)) == message)
    }

    @Test("ignores kinds that are not known")
    func unknown() throws {
        #expect(try MetadataMessage.decode(Array("d8:msg_typei7e5:piecei0ee".utf8)) == .unknown)
    }

    @Test(
        "refuses what no dictionary can have",
        arguments: [
            "", "i1e", "de", "d8:msg_typei0ee", "d8:msg_typei0e5:piecei-1ee", "d8:msg_typei0e5:piecei512ee",
            "d8:msg_typei1e5:piecei0ee", "d8:msg_typei1e5:piecei0e10:total_sizei0eex",
            "d8:msg_typei1e5:piecei0e10:total_sizei4eexxx", "d8:msg_typei1e5:piecei0e10:total_sizei4eexxxxx",
            "d8:msg_typei1e5:piecei1e10:total_sizei16384ee", "d8:msg_typei1e5:piecei0e10:total_sizei99999999eex",
        ])
    func refuses(text: String) {
        #expect(throws: PeerWireError.self) { try MetadataMessage.decode(Array(text.utf8)) }
    }

    @Test("survives any damage", arguments: 0..<50 as Range<UInt64>)
    func damaged(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = MetadataMessage.data(piece: 0, totalSize: 40, bytes: ArraySlice(generator.bytes(40))).encode()

        for _ in 0..<4 {
            bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
        }
        bytes.removeLast(Int(generator.next() % UInt64(bytes.count)))

        // Whatever comes out, nothing longer than was sent.
        if case .data(_, _, let payload)? = try? MetadataMessage.decode(bytes) { #expect(payload.count <= bytes.count) }
    }
}
