import Testing

@testable import Discovery

@Suite("TrackerURL")
struct TrackerURLTests {
    @Test(
        "takes addresses apart",
        arguments: [
            ("http://tracker.example/announce", "http://tracker.example:80/announce", false),
            (
                "HTTPS://Tracker.Example:8443/a/b?passkey=%0a1#top", "https://Tracker.Example:8443/a/b?passkey=%0a1",
                false
            ),
            ("udp://tracker.example:6969", "udp://tracker.example:6969/", false),
            ("udp://[2001:db8::1]:6969/announce", "udp://[2001:db8::1]:6969/announce", false),
            ("  http://tracker.example/announce\r\n", "http://tracker.example:80/announce", false),
            ("http://user:secret@tracker.example/announce", "http://tracker.example:80/announce", false),
            ("http://tracker.example?x=1", "http://tracker.example:80/?x=1", false),
            ("http://127.0.0.1:6969/announce", "http://127.0.0.1:6969/announce", true),
            ("http://[::1]/announce?key=1", "http://[::1]:80/announce?key=1", true),
            ("http://localhost/announce.php", "http://localhost:80/announce.php", true),
        ])
    func valid(text: String, normal: String, isLoopback: Bool) throws {
        let url = try TrackerURL(text)

        #expect(url.text == normal)
        #expect(url.isLoopback == isLoopback)
        #expect(try TrackerURL(url.text) == url)
    }

    @Test("a tracker on this machine is asked for its scrape page when the counts are wanted, and for no other")
    func localScrape() throws {
        #expect(try TrackerURL(scrape: "http://127.0.0.1:6969/scrape?info_hash=x").target == "/scrape?info_hash=x")
        #expect(throws: TrackerURLError.strangeLocalPath) { try TrackerURL("http://127.0.0.1:6969/scrape") }
        #expect(throws: TrackerURLError.strangeLocalPath) { try TrackerURL(scrape: "http://127.0.0.1:6969/admin") }
        #expect(throws: TrackerURLError.strangeLocalPath) { try TrackerURL(scrape: "http://127.0.0.1:6969/scraper") }
    }

    @Test(
        "refuses what must not be asked",
        arguments: [
            ("", TrackerURLError.noScheme), ("tracker.example:80/announce", .noScheme),
            ("wss://tracker.example/", .unknownScheme("wss")), ("file:///etc/passwd", .unknownScheme("file")),
            ("http://tracker.example/a\r\nX-Evil: 1", .strangeCharacter),
            ("http://tracker.example/a b", .strangeCharacter),
            ("http://tracker.example/\u{e9}", .strangeCharacter), ("http:///announce", .badHost),
            ("http://[::1/announce", .badHost), ("http://[fe80::zz]/announce", .badHost), ("http://a_b%20c/", .badHost),
            ("http://tracker.example:0/", .badPort("0")), ("http://tracker.example:65536/", .badPort("65536")),
            ("http://tracker.example:+80/", .badPort("+80")), ("udp://tracker.example/announce", .noPort),
            ("http://127.0.0.1:8080/shutdown", .strangeLocalPath), ("http://localhost/", .strangeLocalPath),
            ("http://127.1/admin?announce", .strangeLocalPath), ("http://0x7f000001/x", .strangeLocalPath),
            ("http://2130706433/x", .strangeLocalPath), ("http://0.0.0.0/x", .strangeLocalPath),
            ("http://[::ffff:127.0.0.1]/x", .strangeLocalPath), ("http://[::]/x", .strangeLocalPath),
            ("http://x.localhost/x", .strangeLocalPath),
        ])
    func invalid(text: String, error: TrackerURLError) {
        #expect(throws: error) { try TrackerURL(text) }
        #expect(!error.description.isEmpty)
    }

    @Test("refuses endless addresses")
    func tooLong() {
        #expect(throws: TrackerURLError.tooLong(5022)) {
            try TrackerURL("http://tracker.example" + String(repeating: "/", count: 5000))
        }
    }

    @Test(
        "finds where redirects lead",
        arguments: [
            ("https://other.example/announce?x=1", "https://other.example:443/announce?x=1"),
            ("//other.example/announce", "http://other.example:80/announce"),
            ("/new?y=2", "http://tracker.example:8000/new?y=2"),
            ("?z=3", "http://tracker.example:8000/a/announce?z=3"),
            ("sibling", "http://tracker.example:8000/a/sibling"),
        ])
    func redirects(location: String, expected: String) throws {
        let url = try TrackerURL("http://tracker.example:8000/a/announce?info_hash=1")

        #expect(try url.redirected(to: location).text == expected)
    }

    @Test(
        "does not follow redirects to other schemes or into this machine",
        arguments: [
            ("file:///etc/passwd", TrackerURLError.unknownScheme("file")),
            ("udp://a.example:1/", .unknownScheme("udp")),
            ("ftp://a.example/", .unknownScheme("ftp")), ("http://127.0.0.1/announce", .redirectToLocal),
            ("//localhost/announce", .redirectToLocal), ("http://127.0.0.1:22/x", .strangeLocalPath),
            ("javascript:alert(1)", .noScheme),
        ])
    func refusedRedirects(location: String, error: TrackerURLError) throws {
        let url = try TrackerURL("http://tracker.example/announce")

        #expect(throws: error) { try url.redirected(to: location) }
    }

    @Test("never traps on random text", arguments: [7, 8, 9])
    func random(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let alphabet = Array("htpsud:/@[]?#.%127localhost\u{e9}\0\n")

        for _ in 0..<20_000 {
            let length = Int.random(in: 0..<40, using: &random)
            let text = String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
            guard let url = try? TrackerURL(text.hasPrefix("h") ? "http://" + text : text) else { continue }
            #expect((try? TrackerURL(url.text)) == url, "\(text)")
            _ = try? url.redirected(to: text)
        }
    }
}
