import Crypto

/// Content that a script in any language can make again: SHA-256 of `seed-0`, `seed-1`, … one after another.
package func chainedContent(_ seed: String, count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 32)
    for link in 0..<(count + 31) / 32 { bytes += SHA256.hash(data: Array("\(seed)-\(link)".utf8)) }
    return Array(bytes.prefix(count))
}
