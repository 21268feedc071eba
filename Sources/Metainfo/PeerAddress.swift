import Glibc

/// Where a peer listens: an IPv4 or IPv6 address and a port, held inline.
///
/// Kept as sixteen bytes in network order; IPv4 lies in its mapped range (`::ffff:0:0/96`), so the two spellings of one address
/// are equal.
package struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64
    /// Zero in messages that give no port; nobody listens there.
    package let port: UInt16

    private static let mappedPrefix: UInt64 = 0xffff

    private init(high: UInt64, low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    /// From an address in four bytes, packed most significant first.
    package init(ipv4: UInt32, port: UInt16) {
        self.init(high: 0, low: Self.mappedPrefix << 32 | UInt64(ipv4), port: port)
    }

    /// Six bytes: address and port, both in network order (BEP 23).
    package init?(compactV4 bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        let value = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        self.init(ipv4: UInt32(truncatingIfNeeded: value >> 16), port: UInt16(truncatingIfNeeded: value))
    }

    /// Eighteen bytes: address and port, both in network order (BEP 7).
    package init?(compactV6 bytes: some Collection<UInt8>) {
        guard bytes.count == 18 else { return nil }
        let high = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let low = bytes.dropFirst(8).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let port = bytes.dropFirst(16).reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        self.init(high: high, low: low, port: port)
    }

    /// From a number in text ("192.0.2.7", "2001:db8::1", also in brackets); nil for names and for ports outside 0...65535.
    package init?(host: String, port: Int) {
        // A NUL would hide the rest of the text from C.
        guard let port = UInt16(exactly: port), !host.utf8.contains(0) else { return nil }
        var text = Substring(host)
        if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
        var ipv4 = in_addr()
        if inet_pton(AF_INET, String(text), &ipv4) == 1 {
            self.init(ipv4: UInt32(bigEndian: ipv4.s_addr), port: port)
            return
        }
        var ipv6 = in6_addr()
        guard inet_pton(AF_INET6, String(text), &ipv6) == 1 else { return nil }
        let words = withUnsafeBytes(of: &ipv6) { $0.loadUnaligned(as: (UInt64, UInt64).self) }
        self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1), port: port)
    }

    /// False for IPv4, mapped or not.
    package var isIPv6: Bool { high != 0 || low >> 32 != Self.mappedPrefix }

    /// The address in four bytes; nil for IPv6.
    package var ipv4: UInt32? { isIPv6 ? nil : UInt32(truncatingIfNeeded: low) }

    /// The address in text, without brackets or port.
    package var host: String {
        if let ipv4 {
            return "\(ipv4 >> 24).\(ipv4 >> 16 & 255).\(ipv4 >> 8 & 255).\(ipv4 & 255)"
        }
        var words = (high.bigEndian, low.bigEndian)
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &words, &text, socklen_t(text.count)) != nil else { return "::" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The address alone: four or sixteen bytes in network order.
    package var addressBytes: [UInt8] {
        if let ipv4 { return withUnsafeBytes(of: ipv4.bigEndian) { Array($0) } }
        return withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    }

    /// Six bytes for IPv4 (BEP 23), eighteen for IPv6 (BEP 7).
    package var compact: [UInt8] { addressBytes + [UInt8(port >> 8), UInt8(truncatingIfNeeded: port)] }

    /// "192.0.2.7:6881" or "[2001:db8::1]:6881".
    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The same host with another port.
    package func with(port: UInt16) -> PeerAddress { PeerAddress(high: high, low: low, port: port) }

    /// 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        if let ipv4 { return ipv4 >> 24 == 127 }
        return high == 0 && low == 1
    }

    /// 0.0.0.0 or ::, which no peer can have.
    package var isUnspecified: Bool { ipv4 == 0 || (high == 0 && low == 0) }

    /// 224.0.0.0/4 or ff00::/8; IPv4 broadcast counts too.
    package var isMulticast: Bool {
        if let ipv4 { return ipv4 >> 28 == 14 || ipv4 == .max }
        return high >> 56 == 0xff
    }
}
