import Metainfo
import Testing

@testable import Engine

@Suite("Limits: the address filter")
struct AddressFilterTests {
    @Test(
        "reads the forms of config lines and block lists",
        arguments: [
            ("1.2.3.4", "1.2.3.4-1.2.3.4 unwanted"), ("30.0.0.7/24", "30.0.0.0-30.0.0.255 unwanted"),
            (" 20.0.0.5 - 20.0.0.19 ", "20.0.0.5-20.0.0.19 unwanted"),
            ("some:thing:10.0.0.0/8 # a note", "10.0.0.0-10.255.255.255 unwanted"),
            ("001.002.004.000 - 001.002.004.255 , 000 , eMule", "1.2.4.0-1.2.4.255 unwanted"),
            ("42.0.0.1, 100, foo", "42.0.0.1-42.0.0.1 unwanted"), ("0.0.0.0/0", "0.0.0.0-255.255.255.255 unwanted"),
            ("2001:db8::/32", "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff unwanted"),
            ("fe80::1 - fe80::9", "fe80::1-fe80::9 unwanted"),
            ("::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff unwanted"),
        ])
    func forms(text: String, line: String) {
        var filter = AddressFilter()

        let isRange = filter.add(text, .unwanted)

        #expect(isRange)
        #expect(filter.lines == [line])
    }

    @Test(
        "passes over what is no range",
        arguments: [
            "", "# only a note", "x", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4x",
            "9.0.0.9-9.0.0.1",
            "1.2.3.4-", "2001:db8::/129", "1.2.3.4/-1", "1.2.3.-4", "1..2.3", "\u{0}", "1.2.3.4 5.6.7.8",
            String(repeating: "a", count: 5000) + ":1.2.3.4",
        ])
    func noRange(text: String) {
        var filter = AddressFilter()

        let isRange = filter.add(text, .unwanted)

        #expect(!isRange)
        #expect(filter.count == 0)
    }

    @Test("a later range takes the place of an earlier one only where they overlap")
    func overlay() {
        var filter = AddressFilter()
        filter.add("10.0.0.0/8", .unwanted)

        filter.add("10.1.0.0/16", .preferred)
        filter.add("10.1.2.3", .unwanted)
        filter.add("9.0.0.0-10.0.0.5", .unwanted)

        #expect(
            filter.lines == [
                "9.0.0.0-10.0.255.255 unwanted", "10.1.0.0-10.1.2.2 preferred", "10.1.2.3-10.1.2.3 unwanted",
                "10.1.2.4-10.1.255.255 preferred", "10.2.0.0-10.255.255.255 unwanted",
            ])
    }

    @Test("neighbours stay apart, overlaps of one mark become one")
    func neighbours() {
        var filter = AddressFilter()

        let found = filter.add(lines: Array("1.1.1.1\n1.1.1.2\r\n\njunk\n1.1.1.2-1.1.1.9\n0.0.0.1\n".utf8), .unwanted)

        #expect(found == 4)
        #expect(filter.lines == ["0.0.0.1-0.0.0.1 unwanted", "1.1.1.1-1.1.1.1 unwanted", "1.1.1.2-1.1.1.9 unwanted"])
    }

    @Test("answers for addresses and ranges")
    func answers() throws {
        var filter = AddressFilter()
        filter.add("10.0.0.0/24", .unwanted)
        filter.add("10.0.1.0/24", .preferred)
        filter.add("2001:db8::/32", .unwanted)
        func isAllowed(_ host: String) throws -> Bool {
            filter.isAllowed(try #require(PeerAddress(host: host, port: 6881)))
        }

        let allowed = try ["10.0.0.0", "10.0.0.255", "::ffff:10.0.0.9", "2001:db8::9"].map(isAllowed)
        let others = try ["9.255.255.255", "10.0.1.0", "10.0.2.0", "2001:db9::", "::1"].map(isAllowed)

        #expect(allowed == [false, false, false, false])
        #expect(others == [true, true, true, true, true])
        #expect(filter.answer(to: "10.0.0.7") == .marked(.unwanted))
        #expect(filter.answer(to: "10.0.1.3-10.0.1.9") == .marked(.preferred))
        #expect(filter.answer(to: "10.0.0.3-10.0.1.9") == .unknown)
        #expect(filter.answer(to: "x") == .invalid)
        #expect(AddressFilter.Mark.allCases.map(\.rawValue) == [32, 64])
    }

    @Test("says of every address what a plain walk over the lines says, in whatever order they come")
    func againstPlainWalk() {
        var random = SystemRandomNumberGenerator()
        let lines = (0..<400).map { _ in
            let first = UInt32.random(in: 0..<4000, using: &random)
            return (
                first, first + UInt32.random(in: 0..<60, using: &random), AddressFilter.Mark.allCases.randomElement()!
            )
        }
        var plain = [AddressFilter.Mark?](repeating: nil, count: 5000)
        for (first, last, mark) in lines { for address in first...last { plain[Int(address)] = mark } }
        var filter = AddressFilter()

        for (first, last, mark) in lines {
            filter.add("0.0.\(first >> 8).\(first & 255)-0.0.\(last >> 8).\(last & 255)", mark)
        }

        let answers = (0..<5000).map { filter.mark(of: PeerAddress(ipv4: UInt32($0), port: 1)) }
        #expect(answers == plain, "\(lines)")
    }
}
