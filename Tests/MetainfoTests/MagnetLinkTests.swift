import Metainfo
import TestKit
import Testing

@Suite("A magnet link (BEP 9, BEP 53)")
struct MagnetLinkTests {
    private static let v1 = "598fec6fc89c30652c92fa3917ef7b73f4366129"
    private static let v2 = "efac32df6904bd8d0f89f7a84bafe66918f1df2618a186626b276943915ce90a"

    @Test("gives its hashes, name, trackers, web seeds, peers and files")
    func everything() throws {
        let link = try MagnetLink(
            "magnet:?xt=urn:btih:\(Self.v1)&xt=urn:btmh:1220\(Self.v2)&dn=a+b%20c&tr=http%3A%2F%2Fa%2Fannounce"
                + "&tr.2=udp%3A%2F%2Fb%3A1&ws=http%3A%2F%2Fseed%2F&x.pe=192.0.2.1:6881&x.pe=[2001:db8::1]:7&so=0,2,4-6")

        #expect(link.infoHash?.hex == Self.v1)
        #expect(link.infoHashV2?.hex == Self.v2)
        #expect(link.displayName == "a b c")
        #expect(link.trackers == ["http://a/announce", "udp://b:1"])
        #expect(link.webSeeds == ["http://seed/"])
        #expect(link.peers.map(\.description) == ["192.0.2.1:6881", "[2001:db8::1]:7"])
        #expect(link.selectedFiles == [0...0, 2...2, 4...6])
        #expect(try MagnetLink(link.description) == link)
    }

    @Test(
        "may spell its hash in base 32 or capitals", arguments: ["LGH6Y36ITQYGKLES7I4RP333OP2DMYJJ", v1.uppercased()])
    func spellings(digits: String) throws {
        #expect(try MagnetLink("MAGNET:?xt=urn:btih:\(digits)").infoHash?.hex == Self.v1)
        #expect(try MagnetLink("magnet:?xt=urn:btih:\(digits.lowercased())").infoHash?.hex == Self.v1)
    }

    @Test("of v2 alone is called by the first bytes of its hash")
    func v2Only() throws {
        #expect(try MagnetLink("magnet:?xt=urn:btmh:1220\(Self.v2)").networkHash?.hex == String(Self.v2.prefix(40)))
    }

    @Test(
        "without a sound hash is refused with its cause",
        arguments: [
            ("", "wanted \"magnet:?\""), ("http://a/", "wanted \"magnet:?\""), ("magnet:?", "found no info-hash"),
            ("magnet:?dn=x", "found no info-hash"), ("magnet:?xt=urn:sha1:abc", "found no info-hash"),
            ("magnet:?xt=urn:btih:\(v1.dropLast())", "wanted 40 hexadecimal"),
            ("magnet:?xt=urn:btih:\(v1)0", "wanted 40 hexadecimal"), ("magnet:?xt=urn:btih:", "wanted 40 hexadecimal"),
            ("magnet:?xt=urn:btih:\(v1.dropLast())g", "wanted 40 hexadecimal"),
            ("magnet:?xt=urn:btih:LGH6Y36ITQYGKLES7I4RP333OP2DMYJ1", "32 base-32 digits"),
            ("magnet:?xt=urn:btmh:1220\(v2.dropLast())", "64 hexadecimal"),
            ("magnet:?xt=urn:btmh:1114\(v1)", "\"1220\""),
            ("magnet:?xt=urn%3abtih%3", "broken escapes"),
            ("magnet:?xt=urn:btih:\(v1)&xt=urn:btih:\(String(v1.reversed()))", "found two v1 info-hashes"),
            ("magnet:?xt=urn:btih:\(v1)&dn=" + String(repeating: "x", count: 100_000), "wanted at most 32768"),
            ("magnet:?xt=urn:btih:\u{1b}[31m", "\\u{1b}[31m"),
        ])
    func refusals(text: String, wanted: String) {
        let error = #expect(throws: MetainfoError.self) { try MagnetLink(text) }

        #expect(error?.description.contains(wanted) == true, "\(String(describing: error))")
    }

    @Test(
        "leaves out what would make a client knock on local doors, and what makes no sense",
        arguments: [
            "xs=http%3A%2F%2F127.0.0.1%2F", "as=http%3A%2F%2F127.0.0.1%2F", "x.pe=127.0.0.1:80", "x.pe=[::1]:80",
            "x.pe=0.0.0.0:80", "x.pe=224.0.0.1:80", "x.pe=192.0.2.1:0", "x.pe=192.0.2.1:70000",
            "x.pe=[::ffff:127.0.0.1]:80",
            "x.pe=name.example:80", "x.pe=", "tr=", "tr=http%3A%2F%2Fa%0D%0AX", "tr=%ff", "so=a,-1,5-2,1-2-3", "dn=%zz",
            "&&=&=x",
            "ws=a%20b",
        ])
    func leftOut(part: String) throws {
        let link = try MagnetLink("magnet:?xt=urn:btih:\(Self.v1)&\(part)")

        #expect(link == MagnetLink(infoHash: InfoHash(hex: Self.v1)))
    }

    @Test("keeps a hundred trackers")
    func manyTrackers() throws {
        let many = (0..<2_000).map { "&tr=udp://\($0):1" }.joined()

        #expect(try MagnetLink("magnet:?xt=urn:btih:\(Self.v1)\(many)").trackers.count == 100)
    }

    @Test("for a torrent leads back to it")
    func ofTorrent() throws {
        let torrent = try MetainfoFile.decode(ForeignTorrents.mktorrent)

        let link = try MagnetLink(torrent.magnet.description)

        #expect(link.infoHash == torrent.infoHash)
        #expect(link.displayName == "album")
        #expect(link.trackers == torrent.tiers.flatMap { $0 })
    }

    @Test("under damage is refused or read again from its own text", arguments: 0..<4 as Range<UInt64>)
    func damage(seed: UInt64) throws {
        let whole = Array(
            "magnet:?xt=urn:btih:\(Self.v1)&xt=urn:btmh:1220\(Self.v2)&dn=a%20b&tr=udp%3A%2F%2Fa%3A1&x.pe=192.0.2.1:1&so=1-2"
                .utf8)
        var mutation = Mutation(seed: seed, alphabet: "&=%:?.+-,0aZ")
        for round in 0..<5_000 {
            let text = String(decoding: mutation.damage(whole), as: UTF8.self)
            guard let link = try? MagnetLink(text) else { continue }
            #expect(try MagnetLink(link.description) == link, "seed \(seed), round \(round): \(text)")
        }
    }
}
