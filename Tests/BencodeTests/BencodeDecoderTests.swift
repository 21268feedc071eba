import Bencode
import TestKit
import Testing

@Suite("Bencode decoder")
struct BencodeDecoderTests {
    @Test(
        "reads every kind of value",
        arguments: [
            ("i0e", 0), ("i-1e", -1), ("i42e", 42), ("i9223372036854775807e", "9223372036854775807"),
            ("0:", ""), ("4:spam", "spam"), ("2::e", ":e"), ("le", []), ("de", [:]),
            ("l4:spami3ee", ["spam", 3]), ("d3:cow3:moo4:spam4:eggse", ["cow": "moo", "spam": "eggs"]),
            ("d1:ad1:bl0:i-5eeee", ["a": ["b": ["", -5]]]),
        ] as [(String, BencodeValue)])
    func values(text: String, wanted: BencodeValue) throws {
        let node = try BencodeDecoder().decode(Array(text.utf8))

        if case .string(let digits) = wanted, text.hasPrefix("i") {
            #expect(node.integer.map(String.init) == String(decoding: digits, as: UTF8.self))
        } else {
            #expect(node.value == wanted)
            #expect(BencodeEncoder.encode(node.value) == Array(text.utf8))
        }
        #expect(node.range == 0..<text.utf8.count)
    }

    @Test("reads the smallest number of 64 bits")
    func smallestInteger() throws {
        #expect(try BencodeDecoder().decode(Array("i-9223372036854775808e".utf8)).integer == .min)
    }

    @Test("keeps the place of each value and its exact bytes")
    func ranges() throws {
        let node = try BencodeDecoder().decode(Array("d1:ai-42e1:bl2:xyee".utf8))

        #expect(node["a"]?.integer == -42)
        #expect(node["a"]?.range == 4..<9)
        #expect(node["b"]?.list?.first?.text == "xy")
        #expect(node["b"]?.list?.first?.contentRange == 15..<17)
        #expect(node["b"].map { Array($0.rawBytes) } == Array("l2:xye".utf8))
        #expect(node["c"] == nil)
    }

    @Test(
        "refuses what is not the one spelling of a value, and says where",
        arguments: [
            ("", 0, "a value"), ("x", 0, "found 'x', wanted a value"), (" i1e", 0, "found byte 0x20"),
            ("i-0e", 0, "leading zero or \"-0\""), ("i007e", 0, "leading zero"), ("i-07e", 0, "leading zero"),
            ("ie", 1, "found 'e', wanted a digit"), ("i-e", 2, "wanted a digit"), ("i 1e", 1, "found byte 0x20"),
            ("i+1e", 1, "found '+'"), ("i1x", 2, "wanted a digit or the 'e'"), ("i12", 3, "input ends"),
            ("i9223372036854775808e", 0, "beyond 64 bits"), ("i18446744073709551716e", 0, "beyond 64 bits"),
            ("i-9223372036854775809e", 0, "beyond 64 bits"), ("03:abc", 0, "leading zero"), ("00:", 0, "leading zero"),
            ("5:abcd", 0, "longer than the 4 bytes left"), ("4abc", 1, "':' after"), ("12", 2, "':' after"),
            ("-1:a", 0, "found '-'"), ("2147483648:", 0, "longer than"), ("4294967300:abcd", 0, "longer than"),
            ("9223372036854775808:a", 0, "longer than"), ("18446744073709551620:abcd", 0, "longer than"),
            ("l", 1, "input ends"), ("d", 1, "a key"), ("d1:a", 4, "the value of a key"),
            ("d1:ae", 4, "found 'e', wanted the value of a key"), ("di1ei2ee", 1, "as dictionary key"),
            ("dlei2ee", 1, "as dictionary key"), ("d1:ai1e1:ai2ee", 7, "found key \"a\" a second time"),
            ("d1:bi1e1:ai2e1:bi3ee", 13, "found key \"b\" a second time"), ("i1ei2e", 3, "found 3 bytes behind"),
            ("dee", 2, "behind the value"), ("e", 0, "found 'e', wanted a value"),
        ] as [(String, Int, String)])
    func refusals(text: String, offset: Int, problem: String) {
        let error = #expect(throws: BencodeError.self) { try BencodeDecoder().decode(Array(text.utf8)) }

        #expect(error?.offset == offset)
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }

    @Test("takes dictionaries out of order, and tells")
    func unsortedKeys() throws {
        let unsorted = try BencodeDecoder().decode(Array("d1:bi1e1:ai2ee".utf8))
        let sorted = try BencodeDecoder().decode(Array("d1:ai1e1:bi2ee".utf8))

        #expect(unsorted["a"]?.integer == 2)
        #expect(!unsorted.hasSortedKeys)
        #expect(sorted.hasSortedKeys)
    }

    @Test("finds the end of a value that other bytes follow")
    func prefix() throws {
        let (node, end) = try BencodeDecoder().decodePrefix(Array("d5:piecei0eeRAW BYTES".utf8))

        #expect(node["piece"]?.integer == 0)
        #expect(end == 12)
    }

    @Test("refuses a good value cut at any byte")
    func truncation() throws {
        let whole = Array("d4:infod6:lengthi40000e4:name3:abc6:pieces4:\u{1}\u{2}\u{3}\u{4}e4:listll1:ai-3eedeee".utf8)
        _ = try BencodeDecoder().decode(whole)

        for end in 0..<whole.count {
            #expect(throws: BencodeError.self) { try BencodeDecoder().decode(Array(whole[..<end])) }
        }
    }

    @Test("does not run out of stack on a million lists or dictionaries in each other", arguments: ["l", "d1:a"])
    func deepNesting(opening: String) {
        let bytes = Array(String(repeating: opening, count: 1_000_000).utf8)

        let error = #expect(throws: BencodeError.self) { try BencodeDecoder().decode(bytes) }

        #expect(error?.reason == .tooDeep(limit: 64))
    }

    @Test("does not run out of stack even without a limit of depth")
    func deepNestingUnlimited() throws {
        let depth = 500_000
        let bytes =
            [UInt8](repeating: UInt8(ascii: "l"), count: depth) + [UInt8](repeating: UInt8(ascii: "e"), count: depth)

        let node = try BencodeDecoder(limits: .init(maxDepth: depth)).decode(bytes)

        #expect(node.range == 0..<2 * depth)
    }

    @Test("holds its limits of size and number")
    func limits() {
        let small = BencodeDecoder(limits: .init(maxItems: 3, maxBytes: 12))

        #expect(throws: Never.self) { try small.decode(Array("li1ei2ee".utf8)) }
        #expect(throws: BencodeError(offset: 7, reason: .tooManyItems(limit: 3))) {
            try small.decode(Array("li1ei2ei3ee".utf8))
        }
        #expect(throws: BencodeError(offset: 0, reason: .tooLarge(size: 13, limit: 12))) {
            try small.decode([UInt8](repeating: 0, count: 13))
        }
    }

    @Test("reads digits by the thousand without a number to hold them", arguments: ["i", ""])
    func endlessDigits(start: String) {
        let bytes = Array((start + "1" + String(repeating: "0", count: 10_000) + (start.isEmpty ? ":" : "e")).utf8)

        #expect(throws: BencodeError.self) { try BencodeDecoder().decode(bytes) }
    }
}
