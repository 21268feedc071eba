import Metainfo
import NIOCore
import PeerWire
import Storage

/// Pieces read ahead for uploads, laid out as they go over the wire.
///
/// A span holds up to 64 blocks with the 13 bytes of each one's `piece` message already in front of it. A run of blocks
/// that a peer asks for in order is then one slice and one write: no work for each block, and no copy in user space.
///
/// Confined to the swarm's loop. Invariant: each entry is reserved in `budget` until it is evicted.
final class PieceCache {
    private enum Entry {
        case loading
        case ready(ByteBuffer, usedAt: UInt64)
    }

    enum Lookup {
        case ready(ByteBuffer)
        case loading
        case absent
    }

    private let layout: PieceLayout
    private let spanBytes: Int
    private let budget: PieceBudget
    private var entries: [SpanKey: Entry] = [:]
    private var spare: [ByteBuffer] = []
    private var clock: UInt64 = 0

    init(layout: PieceLayout, budget: PieceBudget) {
        self.layout = layout
        self.budget = budget
        spanBytes = min(SpanKey.blocks, layout.blockCount(of: 0)) * SpanKey.stride
    }

    deinit { budget.release(spanBytes * entries.count) }

    /// Nothing is here or on its way.
    var isEmpty: Bool { entries.isEmpty }

    /// How many spans fit the budget.
    var capacity: Int { max(1, budget.limit / spanBytes) }

    func lookup(_ key: SpanKey) -> Lookup {
        switch entries[key] {
        case .ready(let buffer, _):
            clock += 1
            entries[key] = .ready(buffer, usedAt: clock)
            return .ready(buffer)
        case .loading: return .loading
        case nil: return .absent
        }
    }

    /// Makes room for a span and marks it as loading.
    ///
    /// - Returns: memory to read into, or nil when everything here is being loaded or other torrents hold it all.
    func beginLoading(_ key: SpanKey) -> SpanMemory? {
        guard budget.reserve(spanBytes) || evictOldest() else { return nil }
        entries[key] = .loading
        let buffer = spare.popLast() ?? ByteBuffer()
        return SpanMemory(buffer: buffer, key: key, layout: layout)
    }

    /// A span was read.
    func finishLoading(_ memory: SpanMemory) {
        clock += 1
        entries[memory.key] = .ready(memory.buffer, usedAt: clock)
    }

    /// A span could not be read.
    func failLoading(_ key: SpanKey) {
        if entries.removeValue(forKey: key) != nil { budget.release(spanBytes) }
    }

    /// The blocks `first ..< first + count` (counted inside the span) as ready-made messages.
    func messages(_ buffer: ByteBuffer, firstBlock: Int, count: Int) -> ByteBuffer {
        let start = firstBlock * SpanKey.stride
        let end = min(start + count * SpanKey.stride, buffer.writerIndex)
        return buffer.getSlice(at: start, length: max(0, end - start)) ?? ByteBuffer()
    }

    /// Gives memory back that nobody asked for lately.
    func trim() {
        spare.removeAll()
        while evictOldest() { budget.release(spanBytes) }
        spare.removeAll()
    }

    /// Frees the span used longest ago; its reservation passes to the caller.
    private func evictOldest() -> Bool {
        var oldest: (key: SpanKey, usedAt: UInt64)?
        for (key, entry) in entries {
            if case .ready(_, let usedAt) = entry, usedAt < oldest?.usedAt ?? .max { oldest = (key, usedAt) }
        }
        guard let oldest, case .ready(let buffer, _)? = entries.removeValue(forKey: oldest.key) else { return false }
        spare.append(buffer)
        return true
    }
}

/// A span on its way from disk; handed from the loop to a worker and back.
final class SpanMemory: @unchecked Sendable {  // Guarded by hand-over: one owner at a time.
    private(set) var buffer: ByteBuffer
    let key: SpanKey
    private let layout: PieceLayout

    /// - Parameter buffer: memory to use again when no slice of it is still being sent.
    init(buffer: consuming ByteBuffer, key: SpanKey, layout: PieceLayout) {
        self.buffer = buffer
        self.key = key
        self.layout = layout
    }

    /// Reads the span's blocks, each behind its header. Blocks the thread.
    func load(from store: PieceStore) throws(StorageError) {
        let piece = Int(key.piece)
        let count = key.blockCount(in: layout)
        let first = key.firstBlock
        let last = layout.blockLength(piece: piece, block: first + count - 1)
        let length = (count - 1) * SpanKey.stride + SpanKey.headerLength + last
        buffer.clear(minimumCapacity: length)
        for index in 0..<count {
            let blockLength = index == count - 1 ? last : PieceLayout.blockLength
            let begin = (first + index) * PieceLayout.blockLength
            buffer.writeBlockHeader(piece: key.piece, begin: UInt32(begin), length: UInt32(blockLength))
            buffer.moveWriterIndex(forwardBy: blockLength)
        }
        let offset = layout.offset(of: piece) + Int64(first * PieceLayout.blockLength)
        var failure: StorageError?
        buffer.withUnsafeMutableReadableBytes { memory in
            let targets = (0..<count).map { index in
                let payload = index * SpanKey.stride + SpanKey.headerLength
                let blockLength = index == count - 1 ? last : PieceLayout.blockLength
                return UnsafeMutableRawBufferPointer(rebasing: memory[payload..<(payload + blockLength)])
            }
            do throws(StorageError) {
                try store.read(scattering: targets, at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
