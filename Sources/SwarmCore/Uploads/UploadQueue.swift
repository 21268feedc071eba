import DequeModule
import Metainfo
import PeerWire

/// What one peer asked us for and has not been sent.
struct UploadQueue {
    /// Told to peers as BEP 10 `reqq`; above it a peer that understands rejects gets one, and any other is not read from
    /// until the queue is shorter. Dropping requests in silence would leave rTorrent waiting for ever.
    static let limit = 2000
    /// What one read may add before it takes effect that reading stopped.
    static let hardLimit = 1 << 18

    private(set) var requests: Deque<BlockRequest> = []
    /// Nothing is read from the peer until the queue is drained.
    var isReadingPaused = false
    /// Blocks read from disk for this peer alone, not yet here.
    var pendingReads = 0

    var isEmpty: Bool { requests.isEmpty }
    var first: BlockRequest? { requests.first }

    var isFull: Bool { requests.count + pendingReads >= Self.limit }

    /// Short enough to read on from a peer that was kept waiting.
    var isDrained: Bool { requests.count + pendingReads <= Self.limit / 2 }

    mutating func append(_ request: BlockRequest) { requests.append(request) }

    /// - Returns: false when it was not there.
    mutating func cancel(_ request: BlockRequest) -> Bool {
        guard let index = requests.firstIndex(of: request) else { return false }
        requests.remove(at: index)
        return true
    }

    mutating func removeFirst(_ count: Int) { requests.removeFirst(count) }

    mutating func removeAll() -> Deque<BlockRequest> {
        defer { requests.removeAll() }
        return requests
    }

    /// The requests at the front that ask for one stretch of one piece, at most `limit`.
    func stretch(limit: Int) -> [BlockRequest] {
        var run: [BlockRequest] = []
        for request in requests.prefix(limit) {
            if let last = run.last, request.piece != last.piece || request.begin != last.begin &+ last.length { break }
            run.append(request)
        }
        return run
    }

    /// How many requests at the front ask for one block after the other, all inside one span.
    func runLength(in span: SpanKey, limit: Int) -> Int {
        guard let first, span.holdsWhole(first) else { return 0 }
        var count = 1
        while count < limit, count < requests.count {
            let previous = requests[count - 1]
            let next = requests[count]
            guard next.piece == first.piece, next.begin == previous.begin + UInt32(PieceLayout.blockLength),
                span.holdsWhole(next)
            else { break }
            count += 1
        }
        return count
    }
}
