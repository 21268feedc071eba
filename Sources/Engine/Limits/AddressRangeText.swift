import Metainfo

/// A range of addresses as block lists and `ipv4_filter.add_address` write it.
///
/// `192.0.2.7`, `192.0.2.0/24`, `192.0.2.1-192.0.2.9`, the same with IPv6; a description before the last `:` and all from `#` or
/// behind a comma on is not looked at. Numbers may have leading zeros, as eMule's lists have them; they are decimal all the same.
enum AddressRangeText: Equatable {
    case v4(ClosedRange<UInt32>)
    case v6(ClosedRange<UInt128>)

    /// A longer line is no range; lists have descriptions of a few dozen bytes.
    private static let maximumLength = 4096

    /// - Returns: nil when the line holds no range, or one that ends before it begins.
    init?(_ line: some Collection<UInt8>) {
        guard line.count <= Self.maximumLength else { return nil }
        let text = Self.trimmed(Array(line.prefix { $0 != UInt8(ascii: "#") })[...])
        guard !text.isEmpty else { return nil }
        // The colons of IPv6 are none that end a description.
        if let range = Self.range(text, bits: 128, Self.v6) {
            self = .v6(range)
            return
        }
        let start = text.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? text.startIndex
        guard let range = Self.range(text[start...], bits: 32, Self.v4) else { return nil }
        self = .v4(range)
    }

    private static func range<Bound: FixedWidthInteger>(
        _ text: ArraySlice<UInt8>, bits: Int, _ address: (ArraySlice<UInt8>) -> Bound?
    ) -> ClosedRange<Bound>? {
        let text = text.prefix { $0 != UInt8(ascii: ",") }
        if let dash = text.firstIndex(of: UInt8(ascii: "-")) {
            guard let first = address(trimmed(text[..<dash])), let last = address(trimmed(text[(dash + 1)...])),
                first <= last
            else { return nil }
            return first...last
        }
        guard let mark = text.firstIndex(of: UInt8(ascii: "/")) else {
            return address(trimmed(text)).map { $0...$0 }
        }
        guard let first = address(trimmed(text[..<mark])), let prefix = number(trimmed(text[(mark + 1)...]), 128),
            prefix <= bits
        else { return nil }
        // A shift by all bits gives zero: /0 is everything.
        let hosts = Bound.max >> prefix
        return first & ~hosts...first | hosts
    }

    private static func v4(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard let value = number(part, 255) else { return nil }
            address = address << 8 | UInt32(value)
        }
        return address
    }

    private static func v6(_ text: ArraySlice<UInt8>) -> UInt128? {
        guard text.contains(UInt8(ascii: ":")) else { return nil }
        return PeerAddress(host: String(decoding: text, as: UTF8.self), port: 0)?.wide
    }

    private static func number(_ digits: ArraySlice<UInt8>, _ limit: Int) -> Int? {
        guard (1...3).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value <= limit ? value : nil
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 <= 0x20 }
        let rest = text.drop(while: isBlank)
        guard let last = rest.lastIndex(where: { !isBlank($0) }) else { return rest[rest.endIndex...] }
        return rest[...last]
    }
}

extension PeerAddress {
    /// The IPv6 address as a number; IPv4 lies in its mapped range.
    var wide: UInt128 {
        if let ipv4 { return 0xffff << 32 | UInt128(ipv4) }
        return addressBytes.reduce(0) { $0 << 8 | UInt128($1) }
    }
}
