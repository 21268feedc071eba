import CSHA
import Crypto
package import Metainfo

/// SHA-1 of whole pieces, the v1 hash of BEP 3.
///
/// Two pieces side by side cost about 0.6 of the time of one after the other where the processor has a SHA unit (`CSHA`); on
/// all others swift-crypto does the work. Nobody else in the program hashes pieces.
package enum PieceHasher {
    /// The hash of one run of bytes.
    package static func sha1(_ bytes: UnsafeRawBufferPointer) -> SHA1Digest {
        var hash = RunningPieceHash()
        return hash.end(bytes)
    }

    /// The hashes of two runs of bytes, whose lengths may differ.
    package static func sha1Pair(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> (SHA1Digest, SHA1Digest) {
        var one = RunningPieceHash()
        var other = RunningPieceHash()
        return RunningPieceHash.end(&one, first, &other, second)
    }

    /// Whether the processor's own SHA unit does the work.
    package static var isAccelerated: Bool { csha_is_available() }
}
