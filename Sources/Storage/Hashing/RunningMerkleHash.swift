import CSHA
import Crypto
import Metainfo

/// The SHA-256 of each 16 KiB block of a piece, the leaves of a v2 torrent's tree (BEP 52).
///
/// The pairs that are hashed side by side are neighbouring blocks of one piece, so two pieces at once gain nothing more.
struct RunningMerkleHash: StepwiseHash {
    private var leaves: [UInt8] = []

    static let digestLength = 32

    /// - Parameter bytes: whole blocks.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        let block = PieceLayout.blockLength
        precondition(bytes.count.isMultiple(of: block), "a step that is no multiple of a block")
        var start = 0
        while start + 2 * block <= bytes.count {
            append(
                UnsafeRawBufferPointer(rebasing: bytes[start..<start + block]),
                UnsafeRawBufferPointer(rebasing: bytes[start + block..<start + 2 * block]))
            start += 2 * block
        }
        if start < bytes.count { append(UnsafeRawBufferPointer(rebasing: bytes[start...])) }
    }

    /// - Returns: the leaves, 32 bytes each; the last block is hashed as short as it is.
    mutating func end(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let whole = bytes.count / PieceLayout.blockLength * PieceLayout.blockLength
        add(UnsafeRawBufferPointer(rebasing: bytes[..<whole]))
        if whole < bytes.count { append(UnsafeRawBufferPointer(rebasing: bytes[whole...])) }
        return leaves
    }

    static func add(
        _ first: inout RunningMerkleHash, _ firstBytes: UnsafeRawBufferPointer,
        _ second: inout RunningMerkleHash, _ secondBytes: UnsafeRawBufferPointer
    ) {
        first.add(firstBytes)
        second.add(secondBytes)
    }

    static func end(
        _ first: inout RunningMerkleHash, _ firstBytes: UnsafeRawBufferPointer,
        _ second: inout RunningMerkleHash, _ secondBytes: UnsafeRawBufferPointer
    ) -> ([UInt8], [UInt8]) {
        (first.end(firstBytes), second.end(secondBytes))
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
                var above = RunningMerkleHash()
                for start in stride(from: 0, to: level.count, by: 2 * digestLength) {
                    above.append(UnsafeRawBufferPointer(rebasing: level[start..<start + 2 * digestLength]))
                }
                return above.leaves
            }
            missing = Array(SHA256.hash(data: missing + missing))
            width /= 2
        }
        return level
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let end = leaves.count
        leaves += [UInt8](repeating: 0, count: Self.digestLength)
        let isDone = leaves.withUnsafeMutableBytes { leaves in
            csha256(bytes.baseAddress, bytes.count, UnsafeMutableRawBufferPointer(rebasing: leaves[end...]).baseAddress)
        }
        if !isDone { leaves.replaceSubrange(end..., with: Self.portable(bytes)) }
    }

    private mutating func append(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) {
        let end = leaves.count
        leaves += [UInt8](repeating: 0, count: 2 * Self.digestLength)
        let isDone = leaves.withUnsafeMutableBytes { leaves in
            let target = UnsafeMutableRawBufferPointer(rebasing: leaves[end...]).baseAddress
            return csha256_pair(
                first.baseAddress, first.count, target,
                second.baseAddress, second.count, target.map { $0 + Self.digestLength })
        }
        if !isDone { leaves.replaceSubrange(end..., with: Self.portable(first) + Self.portable(second)) }
    }

    private static func portable(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return Array(hash.finalize())
    }
}
