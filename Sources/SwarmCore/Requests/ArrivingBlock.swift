import Metainfo
import NIOCore
import Storage

/// A block that was asked for and whose payload comes in runs.
///
/// In the end game two peers may be in the middle of the same block. Only the first writes into the piece; were their runs to
/// mix there, the one that finishes would answer for bytes of the other, and an honest peer be banned for a liar.
struct ArrivingBlock {
    /// Nil when the piece needs it no more.
    let assembly: PieceAssembly?
    let block: Int
    /// The payload so far, while another peer is at the same block.
    private var aside: ByteBuffer?

    init(assembly: PieceAssembly?, block: Int, from sender: PeerNumber, inOneRun: Bool) {
        self.assembly = assembly
        self.block = block
        guard let assembly, !inOneRun, !assembly.isReceived(block), !assembly.claim(block, for: sender) else { return }
        aside = ByteBufferAllocator().buffer(capacity: assembly.blockLength(block))
    }

    private var isWanted: Bool {
        guard let assembly else { return false }
        return !assembly.isClosed && !assembly.isReceived(block)
    }

    /// The next run of the payload.
    mutating func take(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard isWanted else { return }
        if aside != nil {
            aside?.writeBytes(bytes)
        } else {
            copy(bytes, at: offset)
        }
    }

    /// All runs are here.
    func finish() {
        guard isWanted, let aside else { return }
        aside.withUnsafeReadableBytes { copy($0, at: 0) }
    }

    private func copy(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard let assembly, let source = bytes.baseAddress else { return }
        let start = block * PieceLayout.blockLength + offset
        (assembly.buffer.base + start).copyMemory(from: source, byteCount: bytes.count)
    }
}
