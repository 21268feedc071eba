import Glibc

/// A set of IP addresses and networks: who is trusted, banned, or may see the statistics.
package struct HostRanges: Sendable, Equatable {
    private struct Range: Sendable, Equatable {
        var low: (UInt64, UInt64)
        var high: (UInt64, UInt64)

        static func == (left: Range, right: Range) -> Bool { left.low == right.low && left.high == right.high }
    }

    /// Sorted by `low`, none overlapping another; the families apart.
    private var v4: [Range] = []
    private var v6: [Range] = []

    package init() {}

    package var isEmpty: Bool { v4.isEmpty && v6.isEmpty }

    /// This machine.
    package static let loopback: HostRanges = {
        var ranges = HostRanges()
        _ = ranges.insert("127.0.0.0/8")
        _ = ranges.insert("::1")
        return ranges
    }()

    /// Adds `address`, `address/bits` or `first-last`.
    ///
    /// - Returns: false for anything else.
    package mutating func insert(_ text: String) -> Bool {
        guard let (range, isIPv6) = Self.range(text) else { return false }
        if isIPv6 { Self.merge(range, into: &v6) } else { Self.merge(range, into: &v4) }
        return true
    }

    /// Adds everything that the other one holds.
    package mutating func formUnion(_ other: HostRanges) {
        for range in other.v4 { Self.merge(range, into: &v4) }
        for range in other.v6 { Self.merge(range, into: &v6) }
    }

    package func contains(_ host: PeerHost) -> Bool {
        let ranges = host.isIPv6 ? v6 : v4
        let key = (host.high, host.low)
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].high < key { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].low <= key
    }

    private static func range(_ text: String) -> (Range, isIPv6: Bool)? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        if ends.count == 2, let first = PeerHost(text: String(ends[0])), let last = PeerHost(text: String(ends[1])) {
            guard first.isIPv6 == last.isIPv6, (first.high, first.low) <= (last.high, last.low) else { return nil }
            return (Range(low: (first.high, first.low), high: (last.high, last.low)), first.isIPv6)
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = PeerHost(text: String(parts[0])) else { return nil }
        let width = host.isIPv6 ? 128 : 32
        guard parts.count == 1 || Int(parts[1]) != nil else { return nil }
        let bits = parts.count == 2 ? Int(parts[1]) ?? -1 : width
        guard (0...width).contains(bits) else { return nil }
        return (network(host, freeBits: width - bits), host.isIPv6)
    }

    private static func network(_ host: PeerHost, freeBits: Int) -> Range {
        let lowMask: UInt64 = freeBits >= 64 ? .max : (1 << UInt64(freeBits)) - 1
        let highMask: UInt64 = freeBits <= 64 ? 0 : freeBits == 128 ? .max : (1 << UInt64(freeBits - 64)) - 1
        return Range(
            low: (host.high & ~highMask, host.low & ~lowMask), high: (host.high | highMask, host.low | lowMask))
    }

    private static func merge(_ range: Range, into ranges: inout [Range]) {
        var merged = range
        var first = ranges.firstIndex { $0.high >= merged.low } ?? ranges.count
        let start = first
        while first < ranges.count, ranges[first].low <= merged.high {
            if ranges[first].low < merged.low { merged.low = ranges[first].low }
            if ranges[first].high > merged.high { merged.high = ranges[first].high }
            first += 1
        }
        ranges.replaceSubrange(start..<first, with: [merged])
    }

    /// The addresses of a file, one range in a line; `#` begins a comment.
    static func read(_ path: String) throws(TrackerError) -> HostRanges {
        guard let bytes = FileBytes.read(path, limit: 64 << 20) else { throw .unreadableList(path: path, code: errno) }
        var ranges = HostRanges()
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let text = line.prefix { $0 != UInt8(ascii: "#") }
                .filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
            guard !text.isEmpty else { continue }
            guard text.count < 128, ranges.insert(String(decoding: text, as: UTF8.self)) else {
                throw .badAddressLine(
                    path: path, line: number, found: AccessListFile.shown(text[...]))
            }
        }
        return ranges
    }
}

extension PeerHost {
    /// An address in text, without brackets or port.
    package init?(text: String) {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self.init(ipv4: UInt32(bigEndian: v4.s_addr))
            return
        }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        let (high, low) = withUnsafeBytes(of: &v6) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        self.init(ipv6High: high, low: low)
    }

    /// The address in text.
    package var text: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if isIPv6 {
            var address = in6_addr()
            withUnsafeMutableBytes(of: &address) { bytes in
                bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
                bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            inet_ntop(AF_INET6, &address, &buffer, socklen_t(buffer.count))
        } else {
            var address = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
            inet_ntop(AF_INET, &address, &buffer, socklen_t(buffer.count))
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Only those on the same network reach it: RFC 1918, 4193, link-local.
    package var isPrivate: Bool {
        if isIPv6 { return high >> 57 == 0xFC >> 1 || high >> 54 == 0xFE80 >> 6 }
        return low >> 24 == 10 || low >> 20 == 0xAC1 || low >> 16 == 0xC0A8 || low >> 16 == 0xA9FE
    }
}
