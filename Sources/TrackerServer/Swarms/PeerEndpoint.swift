import Metainfo

/// Address and port of a peer in one family, as a row of a swarm keeps it.
///
/// The two families are kept apart: a peer is only told of peers in its own. BEP 7.
protocol PeerEndpoint: BitwiseCopyable, Hashable, Sendable {
    /// The length of an entry in a compact list. BEP 7, 23.
    static var compactLength: Int { get }

    init(host: PeerHost, port: UInt16)

    var host: PeerHost { get }
    var port: UInt16 { get }

    /// A hash that cannot be foreseen without the seed, so nobody can choose addresses that collide.
    func hash(seed: UInt64) -> UInt64

    /// Writes `compactLength` bytes, big-endian.
    func write(to memory: UnsafeMutableRawPointer)
}

struct EndpointV4: PeerEndpoint {
    static let compactLength = 6

    let address: UInt32
    let port: UInt16

    init(host: PeerHost, port: UInt16) {
        address = UInt32(truncatingIfNeeded: host.low)
        self.port = port
    }

    var host: PeerHost { PeerHost(ipv4: address) }

    func hash(seed: UInt64) -> UInt64 {
        mixed(UInt64(address) << 16 | UInt64(port), seed)
    }

    func write(to memory: UnsafeMutableRawPointer) {
        memory.storeBytes(of: address.bigEndian, as: UInt32.self)
        memory.storeBytes(of: port.bigEndian, toByteOffset: 4, as: UInt16.self)
    }
}

struct EndpointV6: PeerEndpoint {
    static let compactLength = 18

    let high: UInt64
    let low: UInt64
    let port: UInt16

    init(host: PeerHost, port: UInt16) {
        high = host.high
        low = host.low
        self.port = port
    }

    var host: PeerHost { PeerHost(ipv6High: high, low: low) }

    func hash(seed: UInt64) -> UInt64 {
        mixed(high, mixed(low, mixed(UInt64(port), seed)))
    }

    func write(to memory: UnsafeMutableRawPointer) {
        memory.storeBytes(of: high.bigEndian, as: UInt64.self)
        memory.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        memory.storeBytes(of: port.bigEndian, toByteOffset: 16, as: UInt16.self)
    }
}

/// Both halves of a 128-bit product folded together: each input bit reaches all of the result.
@inline(__always)
private func mixed(_ word: UInt64, _ seed: UInt64) -> UInt64 {
    let product = (word ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    let folded = product.high ^ product.low ^ seed
    let again = folded.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return again.high ^ again.low
}
