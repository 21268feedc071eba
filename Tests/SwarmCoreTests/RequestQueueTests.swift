import Testing

@testable import SwarmCore

@Suite("Request queue")
struct RequestQueueTests {
    @Test("takes answers in any order and knows what was never asked")
    func anyOrder() {
        var queue = RequestQueue()
        for block in 0..<5 { queue.append(piece: 3, block: block, now: 1) }

        #expect(queue.remove(piece: 3, block: 2) != nil)
        #expect(queue.remove(piece: 3, block: 2) == nil)
        #expect(queue.remove(piece: 4, block: 0) == nil)
        #expect(queue.remove(piece: 3, block: 0) != nil)
        #expect(queue.count == 3)
    }

    @Test("an expired request no longer counts, but a late answer is still welcome")
    func expires() {
        var queue = RequestQueue()
        queue.append(piece: 0, block: 0, now: 1)
        queue.append(piece: 0, block: 1, now: 9)

        let expired = queue.expire(before: 5)

        #expect(expired.map(\.block) == [0])
        #expect(queue.count == 1)
        #expect(queue.remove(piece: 0, block: 0)?.isLost == true)
        #expect(queue.count == 1)
    }

    @Test("doubles with each round trip at first and never exceeds what the peer will hold")
    func slowStart() {
        var queue = RequestQueue()
        queue.peerLimit = 100
        let start = queue.depth

        for _ in 0..<start { queue.blockArrived() }
        #expect(queue.depth == 2 * start)
        for _ in 0..<1000 { queue.blockArrived() }

        #expect(queue.depth == 100)
    }

    @Test("keeps two seconds' worth of blocks once the rate is known")
    func followsRate() {
        var queue = RequestQueue()
        let rate = 1_638_400.0  // 100 blocks a second

        for _ in 0..<3 { queue.tick(rate: rate) }

        #expect(queue.depth == 202)
    }

    @Test("asks a peer for a quarter while others give as well, and for never less than a few")
    func spares() {
        var queue = RequestQueue()
        for _ in 0..<48 { queue.blockArrived() }

        #expect(queue.vacancy() == 64)
        #expect(queue.vacancy(isSpared: true) == 16)

        queue.restart()

        #expect(queue.vacancy(isSpared: true) == 4)
    }
}
