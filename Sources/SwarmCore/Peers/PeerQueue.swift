import DequeModule

/// Peers that wait for something scarce, each once, first come first served.
struct PeerQueue {
    private var order: Deque<PeerNumber> = []
    private var waiting: Set<PeerNumber> = []

    var isEmpty: Bool { order.isEmpty }

    /// A peer that waits already keeps its place.
    mutating func insert(_ number: PeerNumber) {
        if waiting.insert(number).inserted { order.append(number) }
    }

    /// Takes out those that waited longest, at most `count`.
    mutating func next(_ count: Int) -> [PeerNumber] {
        let first = Array(order.prefix(count))
        order.removeFirst(first.count)
        waiting.subtract(first)
        return first
    }
}
