/// One decoded value: a look into the input, which stays the only copy of the bytes.
package struct BencodeNode: Sendable {
    private let tape: BencodeTape
    private let index: Int

    init(tape: BencodeTape, index: Int) {
        self.tape = tape
        self.index = index
    }

    /// The four kinds of value of BEP 3.
    package enum Kind: String, Sendable {
        case integer, string, list, dictionary
    }

    private var item: BencodeTape.Item { tape.items[index] }

    /// Where the value lies in the input, its own markers included; hash this range for an info-hash.
    package var range: Range<Int> { Int(item.start)..<Int(item.end) }

    /// The value exactly as it came, undecoded.
    package var rawBytes: ArraySlice<UInt8> { tape.bytes[range] }

    /// Which of the four this is.
    package var kind: Kind {
        switch tape.bytes[Int(item.start)] {
        case UInt8(ascii: "i"): .integer
        case UInt8(ascii: "l"): .list
        case UInt8(ascii: "d"): .dictionary
        default: .string
        }
    }

    /// The number; nil for any other kind.
    package var integer: Int64? {
        guard kind == .integer else { return nil }
        var position = Int(item.start) + 1
        let isNegative = tape.bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        // The scan has proved that this stays in range; below zero first, for -2^63.
        var value: Int64 = 0
        while position < Int(item.end) - 1 {
            value = value &* 10 &- Int64(tape.bytes[position] &- UInt8(ascii: "0"))
            position += 1
        }
        return isNegative ? value : 0 &- value
    }

    /// Where a string's bytes lie in the input, without its length; nil for any other kind.
    package var contentRange: Range<Int>? {
        guard kind == .string else { return nil }
        var start = Int(item.start)
        while tape.bytes[start] != UInt8(ascii: ":") { start += 1 }
        return start + 1..<Int(item.end)
    }

    /// The bytes of a string, not copied; nil for any other kind.
    package var slice: ArraySlice<UInt8>? { contentRange.map { tape.bytes[$0] } }

    /// The bytes of a string, copied; nil for any other kind.
    package var bytes: [UInt8]? { slice.map(Array.init) }

    /// The string, if its bytes are valid UTF-8.
    package var text: String? { slice.flatMap { String(validating: $0, as: UTF8.self) } }

    /// The members in order; nil for any other kind.
    package var list: [BencodeNode]? {
        guard kind == .list else { return nil }
        var members: [BencodeNode] = []
        var next = index + 1
        while next < Int(item.next) {
            members.append(BencodeNode(tape: tape, index: next))
            next = Int(tape.items[next].next)
        }
        return members
    }

    /// Keys and values in the order of the input; nil for any other kind.
    package var dictionary: [(key: BencodeNode, value: BencodeNode)]? {
        guard kind == .dictionary else { return nil }
        var members: [(key: BencodeNode, value: BencodeNode)] = []
        var next = index + 1
        while next < Int(item.next) {
            members.append((BencodeNode(tape: tape, index: next), BencodeNode(tape: tape, index: next + 1)))
            next = Int(tape.items[next + 1].next)
        }
        return members
    }

    /// The value of `key`; nil if this is no dictionary or has no such key. Looks at keys one by one.
    package subscript(key: String) -> BencodeNode? {
        guard kind == .dictionary else { return nil }
        var next = index + 1
        while next < Int(item.next) {
            if let content = BencodeNode(tape: tape, index: next).contentRange, content.count == key.utf8.count,
                tape.bytes[content].elementsEqual(key.utf8)
            {
                return BencodeNode(tape: tape, index: next + 1)
            }
            next = Int(tape.items[next + 1].next)
        }
        return nil
    }

    /// Whether the keys of this dictionary ascend, as BEP 3 wants; true for any other kind.
    package var hasSortedKeys: Bool {
        guard let members = dictionary else { return true }
        for (one, other) in zip(members, members.dropFirst()) {
            guard let low = one.key.slice, let high = other.key.slice else { continue }
            if !low.lexicographicallyPrecedes(high) { return false }
        }
        return true
    }

    /// A value of its own, for changing and encoding again.
    package var value: BencodeValue {
        switch kind {
        case .integer: .integer(integer ?? 0)
        case .string: .string(bytes ?? [])
        case .list: .list((list ?? []).map(\.value))
        case .dictionary:
            .dictionary(
                Dictionary(
                    (dictionary ?? []).map { ($0.key.bytes ?? [], $0.value.value) },
                    uniquingKeysWith: { first, _ in first }
                ))
        }
    }
}
