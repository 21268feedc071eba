import CSHA
package import Metainfo

/// SHA-1 of whole pieces, the v1 hash of BEP 3.
///
/// Pieces side by side cost less than one after the other where the processor has a SHA unit: two 0.6, four 0.4 of the time
/// (`CSHA`); on all others swift-crypto does the work. Nobody else in the program hashes pieces.
package enum PieceHasher {
    /// As many pieces as gain from being hashed side by side.
    package static var laneCount: Int { SHA1Lanes.laneCount }

    /// Whether the processor's own SHA unit does the work.
    package static var isAccelerated: Bool { csha_is_available() }

    /// The hashes of any number of runs of bytes, whose lengths may differ, in their order.
    ///
    /// They are taken in fours as they come, so runs of like length should be neighbours.
    package static func sha1(_ runs: [UnsafeRawBufferPointer]) -> [SHA1Digest] {
        var lanes = SHA1Lanes()
        return stride(from: 0, to: runs.count, by: laneCount).flatMap { start in
            let steps = runs[start...].prefix(laneCount).enumerated().map { LaneStep(lane: $0, bytes: $1) }
            for step in steps { lanes.begin(step.lane) }
            return lanes.end(steps)
        }
    }

    /// The hash of one run of bytes.
    package static func sha1(_ bytes: UnsafeRawBufferPointer) -> SHA1Digest {
        sha1([bytes])[0]
    }

    /// The hashes of two runs of bytes, whose lengths may differ.
    package static func sha1Pair(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> (SHA1Digest, SHA1Digest) {
        let digests = sha1([first, second])
        return (digests[0], digests[1])
    }
}
