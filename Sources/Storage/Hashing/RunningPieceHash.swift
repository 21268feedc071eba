import CSHA
import Crypto
import Metainfo

/// The SHA-1 of one piece that is fed in steps, alone or side by side with another one.
struct RunningPieceHash: StepwiseHash {
    private var state = csha1_state()
    /// Does the work where the processor has no SHA unit.
    private var portable: Insecure.SHA1?
    private var total: UInt64 = 0

    init() {
        self.init(accelerated: true)
    }

    /// - Parameter accelerated: false does without the SHA unit, for tests.
    init(accelerated: Bool) {
        if !accelerated || !csha1_begin(&state) { portable = Insecure.SHA1() }
    }

    /// Adds bytes that are not the last ones.
    ///
    /// - Parameter bytes: a multiple of 64 in length, the block of SHA-1.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count.isMultiple(of: 64), "a step that is no multiple of a block")
        total += UInt64(bytes.count)
        guard portable == nil else {
            portable?.update(bufferPointer: bytes)
            return
        }
        _ = csha1_add(&state, bytes.baseAddress, bytes.count / 64)
    }

    /// Adds as many bytes to each of two hashes.
    static func add(
        _ first: inout RunningPieceHash, _ firstBytes: UnsafeRawBufferPointer,
        _ second: inout RunningPieceHash, _ secondBytes: UnsafeRawBufferPointer
    ) {
        guard first.portable == nil, second.portable == nil, firstBytes.count == secondBytes.count else {
            first.add(firstBytes)
            second.add(secondBytes)
            return
        }
        precondition(firstBytes.count.isMultiple(of: 64), "a step that is no multiple of a block")
        first.total += UInt64(firstBytes.count)
        second.total += UInt64(secondBytes.count)
        _ = csha1_add_pair(
            &first.state, firstBytes.baseAddress, &second.state, secondBytes.baseAddress, firstBytes.count / 64)
    }

    /// Adds the last bytes, of any length, and gives the digest.
    mutating func end(_ bytes: UnsafeRawBufferPointer) -> SHA1Digest {
        total += UInt64(bytes.count)
        if var portable {
            portable.update(bufferPointer: bytes)
            return Self.digest(portable.finalize())
        }
        return SHA1Digest { digest in
            _ = csha1_end(&state, bytes.baseAddress, bytes.count, total, digest.baseAddress)
        }
    }

    private static func digest(_ finished: Insecure.SHA1Digest) -> SHA1Digest {
        SHA1Digest { target in finished.withUnsafeBytes { target.copyMemory(from: $0) } }
    }

    /// Adds the last bytes to each of two hashes, whose lengths may differ, and gives both digests.
    static func end(
        _ first: inout RunningPieceHash, _ firstBytes: UnsafeRawBufferPointer,
        _ second: inout RunningPieceHash, _ secondBytes: UnsafeRawBufferPointer
    ) -> (SHA1Digest, SHA1Digest) {
        guard first.portable == nil, second.portable == nil else {
            return (first.end(firstBytes), second.end(secondBytes))
        }
        first.total += UInt64(firstBytes.count)
        second.total += UInt64(secondBytes.count)
        return withUnsafeTemporaryAllocation(byteCount: 20, alignment: 8) { otherDigest in
            let digest = SHA1Digest { digest in
                _ = csha1_end_pair(
                    &first.state, firstBytes.baseAddress, firstBytes.count, first.total, digest.baseAddress,
                    &second.state, secondBytes.baseAddress, secondBytes.count, second.total, otherDigest.baseAddress)
            }
            return (digest, SHA1Digest { $0.copyMemory(from: UnsafeRawBufferPointer(otherDigest)) })
        }
    }
}
