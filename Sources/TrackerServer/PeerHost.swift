import Glibc
import Metainfo
package import NIOCore

/// An IP address as numbers: what the tables of the tracker work with, 17 bytes and no text.
///
/// Invariant: of an IPv4 address `high` is 0 and `low` holds the 32 bits; an IPv4 address mapped into IPv6 is IPv4.
package struct PeerHost: Hashable, Sendable {
    /// The first 64 bits of an IPv6 address.
    let high: UInt64
    /// The last 64 bits of an IPv6 address, or the IPv4 address.
    let low: UInt64
    let isIPv6: Bool

    private init(high: UInt64, low: UInt64, isIPv6: Bool) {
        self.high = high
        self.low = low
        self.isIPv6 = isIPv6
    }

    init(ipv4 address: UInt32) {
        self.init(high: 0, low: UInt64(address), isIPv6: false)
    }

    init(ipv6High high: UInt64, low: UInt64) {
        let isMapped = high == 0 && low >> 32 == 0xFFFF
        self.init(high: high, low: isMapped ? low & 0xFFFF_FFFF : low, isIPv6: !isMapped)
    }

    /// The address of a socket's other end; nil for UNIX sockets.
    package init?(_ address: SocketAddress) {
        let host = address.withSockAddr { start, count in
            Self(socketAddress: UnsafeRawBufferPointer(start: start, count: count))
        }
        guard let host else { return nil }
        self = host
    }

    /// What the kernel wrote as the address of a socket's other end.
    init?(_ address: sockaddr_storage) {
        let host = withUnsafeBytes(of: address) { Self(socketAddress: $0) }
        guard let host else { return nil }
        self = host
    }

    /// The bytes of a `sockaddr_in` or `sockaddr_in6`.
    private init?(socketAddress bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= MemoryLayout<sockaddr_in>.size else { return nil }
        switch Int32(bytes.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET:
            self.init(ipv4: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        case AF_INET6 where bytes.count >= MemoryLayout<sockaddr_in6>.size:
            self.init(sixteen: UnsafeRawBufferPointer(rebasing: bytes[8..<24]))
        default:
            return nil
        }
    }

    /// The host of an address from the wire.
    init(_ address: PeerAddress) {
        if let ipv4 = address.ipv4 {
            self.init(ipv4: ipv4)
        } else {
            self = address.addressBytes.withUnsafeBytes { Self(sixteen: $0) }
        }
    }

    private init(sixteen bytes: UnsafeRawBufferPointer) {
        self.init(
            ipv6High: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    /// Whether the address belongs to this machine: 127.0.0.0/8 or ::1.
    package var isLoopback: Bool { isIPv6 ? high == 0 && low == 1 : low >> 24 == 127 }
}
