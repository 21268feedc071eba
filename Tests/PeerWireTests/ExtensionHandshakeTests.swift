import PeerWire
import TestKit
import Testing

/// A payload and what is to be understood of it.
struct ExtensionSample: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    var handshake = ExtensionHandshake()

    var testDescription: String { name }
    var bytes: [UInt8] { Array(text.utf8) }

    static let good: [ExtensionSample] = [
        ExtensionSample(name: "nothing", text: "de"),
        ExtensionSample(
            name: "the example of BEP 10, in UTF-8",
            text: "d1:md11:LT_metadatai1e7:µT_PEXi2ee1:pi6881e1:v13:\u{B5}Torrent 1.2e",
            handshake: ExtensionHandshake(m: ["LT_metadata": 1, "µT_PEX": 2], v: "µTorrent 1.2", p: 6881)),
        ExtensionSample(
            name: "the fields of libtorrent 2.0",
            text: "d12:complete_agoi1e1:md11:lt_donthavei7e10:share_modei8e11:upload_onlyi3e12:ut_holepunchi4e"
                + "11:ut_metadatai2e6:ut_pexi1ee13:metadata_sizei31235e4:reqqi500e11:upload_onlyi1e"
                + "1:v18:libtorrent/2.0.8.06:yourip4:ABCDe",
            handshake: ExtensionHandshake(
                m: [
                    "lt_donthave": 7, "share_mode": 8, "upload_only": 3, "ut_holepunch": 4, "ut_metadata": 2,
                    "ut_pex": 1,
                ], v: "libtorrent/2.0.8.0", requestQueueLimit: 500, metadataSize: 31235, yourIP: Array("ABCD".utf8),
                uploadOnly: true)),
        ExtensionSample(
            name: "keys out of order", text: "d1:v1:x1:mdee", handshake: ExtensionHandshake(v: "x")),
        ExtensionSample(
            name: "an extension switched off", text: "d1:md6:ut_pexi0eee",
            handshake: ExtensionHandshake(m: ["ut_pex": 0])),
    ]

    /// Taken as if the odd field were not there.
    static let odd: [ExtensionSample] = [
        ExtensionSample(name: "m is a list", text: "d1:mlee"),
        ExtensionSample(name: "m is a number", text: "d1:mi1ee"),
        ExtensionSample(name: "ids that are no bytes", text: "d1:md1:ai256e1:bi-1e1:c1:x1:dli1eeee"),
        ExtensionSample(name: "the largest id", text: "d1:md1:ai9223372036854775807eee"),
        ExtensionSample(name: "an extension without a proper name", text: "d1:md2:\u{0}\u{1}i1eee")
            .expecting(ExtensionHandshake(m: ["\u{0}\u{1}": 1])),
        ExtensionSample(name: "metadata_size 2^31", text: "d13:metadata_sizei2147483648ee"),
        ExtensionSample(name: "metadata_size -1", text: "d13:metadata_sizei-1ee"),
        ExtensionSample(name: "metadata_size 0", text: "d13:metadata_sizei0ee"),
        ExtensionSample(name: "metadata_size is text", text: "d13:metadata_size3:100e"),
        ExtensionSample(name: "port 0", text: "d1:pi0ee"),
        ExtensionSample(name: "port 65536", text: "d1:pi65536ee"),
        ExtensionSample(name: "reqq -1", text: "d4:reqqi-1ee"),
        ExtensionSample(name: "reqq is a dictionary", text: "d4:reqqdee"),
        ExtensionSample(name: "an address of five bytes", text: "d6:yourip5:12345e"),
        ExtensionSample(name: "upload_only is text", text: "d11:upload_only1:1e"),
        ExtensionSample(name: "v is a number", text: "d1:vi1ee"),
        ExtensionSample(name: "bytes behind the dictionary", text: "derubbish"),
    ]

    static let bad: [ExtensionSample] = [
        ExtensionSample(name: "no bytes", text: ""),
        ExtensionSample(name: "a list", text: "le"),
        ExtensionSample(name: "a number", text: "i1e"),
        ExtensionSample(name: "a string", text: "4:spam"),
        ExtensionSample(name: "not bencoded", text: "hello"),
        ExtensionSample(name: "no end", text: "d1:md6:ut_pexi1e"),
        ExtensionSample(name: "a key twice", text: "d1:pi1e1:pi2ee"),
        ExtensionSample(name: "a key that is a number", text: "di1ei2ee"),
        ExtensionSample(name: "a string longer than all", text: "d1:v99999999999:xe"),
        ExtensionSample(name: "a length that overflows", text: "d1:v99999999999999999999:xe"),
        ExtensionSample(name: "a number that overflows", text: "d1:pi99999999999999999999ee"),
        ExtensionSample(name: "minus zero", text: "d1:pi-0ee"),
        ExtensionSample(
            name: "100,000 lists deep",
            text: "d1:m" + String(repeating: "l", count: 100_000) + String(repeating: "e", count: 100_001)),
        ExtensionSample(name: "100,000 values", text: "d1:ml" + String(repeating: "le", count: 100_000) + "ee"),
    ]

    private func expecting(_ handshake: ExtensionHandshake) -> ExtensionSample {
        ExtensionSample(name: name, text: text, handshake: handshake)
    }
}

struct ExtensionHandshakeTests {
    @Test(
        "reads what real clients send, and takes odd fields as absent",
        arguments: ExtensionSample.good + ExtensionSample.odd)
    func reads(sample: ExtensionSample) throws {
        #expect(try ExtensionHandshake.decode(sample.bytes) == sample.handshake)
    }

    @Test("reads back what it writes", arguments: ExtensionSample.good)
    func writes(sample: ExtensionSample) throws {
        #expect(try ExtensionHandshake.decode(sample.handshake.encode()) == sample.handshake)
    }

    @Test("writes sorted bencode")
    func exactBytes() {
        let handshake = ExtensionHandshake(
            m: ["ut_pex": 1, "ut_metadata": 2], v: "swarm 0.1", p: 6881, uploadOnly: true)

        #expect(
            String(decoding: handshake.encode(), as: UTF8.self)
                == "d1:md11:ut_metadatai2e6:ut_pexi1ee1:pi6881e11:upload_onlyi1e1:v9:swarm 0.1e")
    }

    @Test("refuses what is no dictionary or beyond all use", arguments: ExtensionSample.bad)
    func refuses(sample: ExtensionSample) {
        #expect(throws: PeerWireError.self) { try ExtensionHandshake.decode(sample.bytes) }
    }

    @Test("a real handshake cut off at any byte is refused")
    func truncation() {
        let bytes = ExtensionSample.good[2].bytes
        for end in bytes.indices {
            #expect(throws: PeerWireError.self, "cut off at \(end)") {
                try ExtensionHandshake.decode(Array(bytes[..<end]))
            }
        }
    }

    @Test("keeps no more extensions than anyone uses, and no overlong name")
    func bounds() throws {
        let many = (100..<400).map { "3:\($0)i1e" }.joined()
        let long = String(repeating: "x", count: 300)

        let crowded = try ExtensionHandshake.decode(Array("d1:md\(many)ee".utf8))
        let wordy = try ExtensionHandshake.decode(Array("d1:md300:\(long)i1ee1:v300:\(long)e".utf8))

        #expect(crowded.m.count == 128)
        #expect(wordy == ExtensionHandshake())
    }

    @Test("damaged handshakes end in a value or a typed error")
    func mutations() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let samples = (ExtensionSample.good + ExtensionSample.odd).map(\.bytes)
        var read = 0
        for _ in 0..<50_000 {
            var bytes = samples[Int.random(in: 0..<samples.count, using: &generator)]
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: generator.next())
                case 1: bytes.remove(at: at)
                default: bytes.insert(Array("0123456789deil:-".utf8).randomElement(using: &generator) ?? 0, at: at)
                }
            }
            if (try? ExtensionHandshake.decode(bytes)) != nil { read += 1 }
        }
        #expect(read > 500 && read < 49_500, "seed \(seed): \(read) read")
    }
}
