import Glibc

/// The memory of one piece on its way from peers to the disk.
///
/// Invariant: one owner at a time. A swarm's loop fills it, hands it to a worker that hashes and writes it, and takes it
/// back with the result.
package final class PieceBuffer: @unchecked Sendable {  // Guarded by hand-over: see the invariant above.
    /// Room in bytes; at least the piece's length.
    package let capacity: Int
    /// Start of the memory, aligned to a page so that the kernel copies whole lines.
    package let base: UnsafeMutableRawPointer

    /// Allocates the memory; its content is undefined.
    package init(capacity: Int) {
        self.capacity = capacity
        self.base = UnsafeMutableRawPointer.allocate(byteCount: max(capacity, 1), alignment: 4096)
    }

    deinit { base.deallocate() }

    /// The first `length` bytes. `length` must not exceed `capacity`.
    package func bytes(_ length: Int) -> UnsafeRawBufferPointer {
        precondition(length <= capacity, "a piece is longer than its buffer")
        return UnsafeRawBufferPointer(start: base, count: length)
    }
}

/// Piece memory of one swarm, kept for the next piece: page faults of fresh memory cost as much as copying it.
///
/// Confined to the swarm's loop. Every buffer that exists is reserved in the budget it was made from.
package final class PieceBufferPool {
    private let capacity: Int
    private let budget: PieceBudget
    private var idle: [PieceBuffer] = []
    /// Buffers that are out with a swarm or a worker.
    private var busy = 0

    /// - Parameter capacity: the piece length of the torrent.
    package init(capacity: Int, budget: PieceBudget) {
        self.capacity = capacity
        self.budget = budget
    }

    deinit { budget.release(capacity * (busy + idle.count)) }

    /// Memory for one piece, or nil when the budget is spent.
    ///
    /// A swarm that holds none may exceed the budget by one piece, so that no torrent starves.
    package func take() -> PieceBuffer? {
        if let buffer = idle.popLast() {
            busy += 1
            return buffer
        }
        if budget.reserve(capacity) || (busy == 0 && budget.reserveBeyondLimit(capacity)) {
            busy += 1
            return PieceBuffer(capacity: capacity)
        }
        return nil
    }

    /// Takes back what `take` gave.
    package func put(_ buffer: PieceBuffer) {
        busy -= 1
        if budget.isOverLimit {
            budget.release(capacity)
        } else {
            idle.append(buffer)
        }
    }

    /// Gives memory that has not been needed back to the system.
    package func trim() {
        budget.release(capacity * idle.count)
        idle.removeAll()
    }
}
