import CSHA
import Crypto
import Metainfo

/// The SHA-256 of each 16 KiB block of a piece, the leaves of a v2 torrent's tree (BEP 52).
///
/// One lane: neighbouring blocks of the piece itself are hashed side by side, so more pieces at once would gain nothing.
struct MerkleLane: LaneHasher, ~Copyable {
    static var laneCount: Int { 1 }
    static let digestLength = 32

    private var leaves: [UInt8] = []

    mutating func begin(_: Int) {
        leaves = []
    }

    mutating func add(_ steps: [LaneStep]) {
        for step in steps { add(step.bytes) }
    }

    /// - Returns: for each step the leaves of its piece, 32 bytes each; the last block is hashed as short as it is.
    mutating func end(_ steps: [LaneStep]) -> [[UInt8]] {
        steps.map { step in
            let block = PieceLayout.blockLength
            let whole = step.bytes.count / block * block
            add(UnsafeRawBufferPointer(rebasing: step.bytes[..<whole]))
            if whole < step.bytes.count {
                Self.append(UnsafeRawBufferPointer(rebasing: step.bytes[whole...]), to: &leaves)
            }
            return leaves
        }
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        let block = PieceLayout.blockLength
        precondition(bytes.count.isMultiple(of: block), "a step that is no multiple of a block")
        var start = 0
        while start + 2 * block <= bytes.count {
            Self.append(
                UnsafeRawBufferPointer(rebasing: bytes[start..<start + block]),
                UnsafeRawBufferPointer(rebasing: bytes[start + block..<start + 2 * block]), to: &leaves)
            start += 2 * block
        }
        if start < bytes.count { Self.append(UnsafeRawBufferPointer(rebasing: bytes[start...]), to: &leaves) }
    }

    /// The root of the tree over some leaves.
    ///
    /// - Parameters:
    ///   - leaves: 32 bytes each; at least one.
    ///   - width: how many leaves the tree has, a power of two; those that lack are zeros.
    static func root(of leaves: [UInt8], width: Int) -> [UInt8] {
        var level = leaves
        var missing = [UInt8](repeating: 0, count: digestLength)
        var width = width
        while width > 1 {
            if !level.count.isMultiple(of: 2 * digestLength) { level += missing }
            level = level.withUnsafeBytes { level in
                var above: [UInt8] = []
                for start in stride(from: 0, to: level.count, by: 2 * digestLength) {
                    append(UnsafeRawBufferPointer(rebasing: level[start..<start + 2 * digestLength]), to: &above)
                }
                return above
            }
            missing = Array(SHA256.hash(data: missing + missing))
            width /= 2
        }
        return level
    }

    private static func append(_ bytes: UnsafeRawBufferPointer, to digests: inout [UInt8]) {
        let end = digests.count
        digests += [UInt8](repeating: 0, count: digestLength)
        let isDone = digests.withUnsafeMutableBytes { digests in
            csha256(
                bytes.baseAddress, bytes.count, UnsafeMutableRawBufferPointer(rebasing: digests[end...]).baseAddress)
        }
        if !isDone { digests.replaceSubrange(end..., with: portable(bytes)) }
    }

    private static func append(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, to digests: inout [UInt8]
    ) {
        let end = digests.count
        digests += [UInt8](repeating: 0, count: 2 * digestLength)
        let isDone = digests.withUnsafeMutableBytes { digests in
            let target = UnsafeMutableRawBufferPointer(rebasing: digests[end...]).baseAddress
            return csha256_pair(
                first.baseAddress, first.count, target,
                second.baseAddress, second.count, target.map { $0 + digestLength })
        }
        if !isDone { digests.replaceSubrange(end..., with: portable(first) + portable(second)) }
    }

    private static func portable(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return Array(hash.finalize())
    }
}
