import Metainfo
import NIOCore
package import NIOPosix
import PeerWire
import Storage

/// The threads that hash, write and read pieces, so that no event loop ever waits for a disk.
package final class DiskWorkers: Sendable {
    private let threads: NIOThreadPool

    /// - Parameter threads: started already; shared by all swarms of an engine.
    package init(threads: NIOThreadPool) {
        self.threads = threads
    }

    /// A piece whose blocks are all here.
    struct Assembled: Sendable {
        let piece: Int
        let length: Int
        let buffer: PieceBuffer
        /// Digests of each block are wanted even if the piece is good: an earlier try failed and the liar is sought.
        let wantsBlockDigests: Bool
    }

    /// What became of it; the buffer returns to its owner.
    struct Outcome: Sendable {
        enum Verdict: Sendable {
            case written
            case mismatch
            case failed(StorageError)
        }

        let piece: Int
        let length: Int
        let buffer: PieceBuffer
        let verdict: Verdict
        /// SHA-1 of each block; empty unless the piece failed or they were asked for.
        let blockDigests: [SHA1Digest]
    }

    /// Hashes some pieces, side by side as far as that gains, and writes those that match.
    ///
    /// - Parameter deliver: called on a worker.
    func verifyAndWrite(
        _ pieces: [Assembled], info: Info, store: PieceStore, deliver: @escaping @Sendable ([Outcome]) -> Void
    ) {
        threads.submit { state in
            guard case .active = state else { return }
            deliver(Self.process(pieces, info: info, store: store))
        }
    }

    private static func process(_ pieces: [Assembled], info: Info, store: PieceStore) -> [Outcome] {
        let digests = PieceHasher.sha1(pieces.map { $0.buffer.bytes($0.length) })
        return zip(pieces, digests).map { assembled, digest in
            let matches = info.pieceHashes?.matches(piece: assembled.piece, digest: digest) ?? false
            var verdict = Outcome.Verdict.mismatch
            if matches {
                do throws(StorageError) {
                    try store.write(
                        assembled.buffer.bytes(assembled.length), at: info.layout.offset(of: assembled.piece))
                    verdict = .written
                } catch {
                    verdict = .failed(error)
                }
            }
            let wantsDigests = !matches || assembled.wantsBlockDigests
            return Outcome(
                piece: assembled.piece, length: assembled.length, buffer: assembled.buffer, verdict: verdict,
                blockDigests: wantsDigests ? blockDigests(assembled) : [])
        }
    }

    private static func blockDigests(_ assembled: Assembled) -> [SHA1Digest] {
        let bytes = assembled.buffer.bytes(assembled.length)
        return stride(from: 0, to: assembled.length, by: PieceLayout.blockLength).map { start in
            let end = min(start + PieceLayout.blockLength, assembled.length)
            return PieceHasher.sha1(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
    }

    /// Reads a span for uploads.
    func load(
        _ memory: SpanMemory, store: PieceStore,
        deliver: @escaping @Sendable (SpanMemory, StorageError?) -> Void
    ) {
        threads.submit { state in
            guard case .active = state else { return }
            do throws(StorageError) {
                try memory.load(from: store)
                deliver(memory, nil)
            } catch {
                deliver(memory, error)
            }
        }
    }

    /// Reads blocks that follow one another from `offset` of the torrent on, each behind the header of its message.
    func read(
        _ requests: [BlockRequest], at offset: Int64, store: PieceStore,
        deliver: @escaping @Sendable (Result<ByteBuffer, StorageError>) -> Void
    ) {
        threads.submit { state in
            guard case .active = state else { return }
            var buffer = ByteBuffer()
            buffer.reserveCapacity(requests.reduce(0) { $0 + SpanKey.headerLength + Int($1.length) })
            var payloads: [Range<Int>] = []
            for request in requests {
                buffer.writeBlockHeader(piece: request.piece, begin: request.begin, length: request.length)
                let start = buffer.writerIndex
                buffer.moveWriterIndex(forwardBy: Int(request.length))
                payloads.append(start..<buffer.writerIndex)
            }
            var failure: StorageError?
            buffer.withUnsafeMutableReadableBytes { memory in
                let targets = payloads.map { UnsafeMutableRawBufferPointer(rebasing: memory[$0]) }
                do throws(StorageError) { try store.read(scattering: targets, at: offset) } catch { failure = error }
            }
            if let failure { deliver(.failure(failure)) } else { deliver(.success(buffer)) }
        }
    }
}
