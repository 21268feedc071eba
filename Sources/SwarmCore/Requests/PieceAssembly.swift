package import Metainfo
package import Storage

/// One piece while its blocks arrive: which are asked for, which are here, and who sent them.
///
/// Invariant: a block is free, requested (by one peer, in the end game by more) or received; exactly one.
package final class PieceAssembly {
    /// A piece's block that nobody was asked for.
    private static let free: UInt8 = 0
    private static let received = UInt8.max

    package let piece: Int
    package let length: Int
    package let blockCount: Int
    package let buffer: PieceBuffer
    /// Per block: 0 free, 255 received, else the number of peers that were asked.
    private var states: [UInt8]
    /// Per block: who sent it; before it is received, who is in the middle of it.
    package private(set) var senders: [PeerNumber]
    package private(set) var freeCount: Int
    package private(set) var receivedCount = 0
    /// The peer that works through this piece from the front; others take from the back.
    package var owner: PeerNumber?
    /// Second of the last block, for giving up on pieces nobody finishes.
    package var lastProgress: UInt32
    /// Handed to a worker or given up: nothing may be copied to its buffer any more.
    package var isClosed = false
    private var firstFree = 0

    package init(piece: Int, layout: PieceLayout, buffer: PieceBuffer, now: UInt32) {
        self.piece = piece
        self.length = layout.length(of: piece)
        self.blockCount = layout.blockCount(of: piece)
        self.buffer = buffer
        self.states = Array(repeating: Self.free, count: blockCount)
        self.senders = Array(repeating: PeerNumber.none, count: blockCount)
        self.freeCount = blockCount
        self.lastProgress = now
    }

    package var isComplete: Bool { receivedCount == blockCount }

    package func isReceived(_ block: Int) -> Bool { states[block] == Self.received }

    /// How many peers were asked for `block` and have not answered.
    package func requestCount(_ block: Int) -> Int { states[block] == Self.received ? 0 : Int(states[block]) }

    /// Bytes that are here, to within what the last block is short of.
    var receivedBytes: Int64 { Int64(min(receivedCount * PieceLayout.blockLength, length)) }

    /// Length of `block` in bytes.
    package func blockLength(_ block: Int) -> Int {
        min(PieceLayout.blockLength, length - block * PieceLayout.blockLength)
    }

    /// Marks up to `limit` free blocks in a row as requested, from the front or (`fromBack`) from the end.
    ///
    /// - Returns: the blocks, or nil when none is free.
    package func takeRun(limit: Int, fromBack: Bool) -> Range<Int>? {
        guard freeCount > 0, limit > 0 else { return nil }
        var start: Int
        if fromBack {
            start = blockCount - 1
            while states[start] != Self.free { start -= 1 }
            while start > 0, states[start - 1] == Self.free { start -= 1 }
            // The last part of this free stretch, so that the owner keeps the front to itself.
            var end = start
            while end < blockCount, states[end] == Self.free { end += 1 }
            start = max(start, end - limit)
        } else {
            start = firstFree
            while states[start] != Self.free { start += 1 }
        }
        var end = start
        while end < blockCount, end - start < limit, states[end] == Self.free {
            states[end] = 1
            end += 1
        }
        if !fromBack { firstFree = end }
        freeCount -= end - start
        return start..<end
    }

    /// One more peer is asked for a block that is asked for already: the end game.
    package func addRequest(_ block: Int) {
        guard states[block] != Self.received, states[block] < 250 else { return }
        if states[block] == Self.free { freeCount -= 1 }
        states[block] += 1
    }

    /// A request for `block` will not be answered (choke, reject, time-out, peer gone).
    package func dropRequest(_ block: Int) {
        guard states[block] != Self.received, states[block] != Self.free else { return }
        states[block] -= 1
        if states[block] == Self.free {
            freeCount += 1
            firstFree = min(firstFree, block)
        }
    }

    /// `sender` begins to send `block` in more than one run.
    ///
    /// - Returns: false when another peer is in the middle of it: its bytes must not mix with these.
    func claim(_ block: Int, for sender: PeerNumber) -> Bool {
        guard senders[block] == PeerNumber.none || senders[block] == sender else { return false }
        senders[block] = sender
        return true
    }

    /// All bytes of `block` are in the buffer.
    ///
    /// - Returns: false when it was here already.
    package func markReceived(_ block: Int, from sender: PeerNumber, now: UInt32) -> Bool {
        guard states[block] != Self.received else { return false }
        if states[block] == Self.free { freeCount -= 1 }
        states[block] = Self.received
        senders[block] = sender
        receivedCount += 1
        lastProgress = now
        return true
    }
}
