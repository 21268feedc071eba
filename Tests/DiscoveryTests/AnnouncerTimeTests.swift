import Discovery
import NIOCore
import Testing
import TrackerWire

@Suite("Announcer: times")
struct AnnouncerTimeTests {
    @Test(
        "clamps what trackers wish for",
        arguments: [
            // interval, min interval, then: seconds to the next announce, seconds to one that asks for peers
            (1800, nil, 1800, 60), (1800, 900, 1800, 900), (0, nil, 30, 30), (-1, 0, 30, 30),
            (.max >> 31, nil, 86400, 60), (600, .max >> 31, 14400, 14400), (600, 1200, 1200, 1200), (45, nil, 45, 45),
        ] as [(Int64, Int64?, Int64, Int64)])
    func clamps(interval: Int64, min: Int64?, regular: Int64, sooner: Int64) {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()
        bench.reply(interval: interval, min: min)

        let regularWait = bench.wait
        bench.requestPeers()

        #expect(regularWait == regular)
        #expect(bench.wait == sooner)
    }

    @Test("asks for peers at once when the minimal interval is over")
    func soonerAtOnce() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()
        bench.reply(interval: 1800, min: 100)
        bench.pass(101)

        bench.requestPeers()

        #expect(bench.due() == ["0:none"])
    }

    @Test("waits longer after each failure, up to a ceiling")
    func backOff() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()

        var waits: [Int64] = []
        for _ in 0..<12 {
            let before = bench.seconds
            bench.fail()
            _ = bench.next()
            waits.append(bench.seconds - before)
        }

        #expect(waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800, 1800])
    }

    @Test("does not ask a failing tracker sooner because peers are wanted")
    func failingAndWanting() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()
        bench.fail()
        _ = bench.due()

        bench.requestPeers()

        #expect(bench.due().isEmpty)
        #expect(bench.wait == 5)
    }

    @Test(
        "obeys a refusal that says when to come back, within bounds",
        arguments: [
            (RetryAdvice.after(.minutes(20)), Int64(1200)), (.after(.seconds(1)), 30), (.after(.hours(999)), 86400),
        ])
    func retryIn(advice: RetryAdvice, expected: Int64) {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()

        bench.fail(advice)
        _ = bench.next()

        #expect(bench.seconds == expected)
    }

    @Test("does not ask a tracker again that said never, but the others")
    func never() {
        var bench = AnnouncerBench(tiers: [[0], [1]])
        bench.start()
        _ = bench.due()

        bench.fail(.never)
        var sent = bench.due()
        for _ in 0..<3 {
            bench.fail()
            sent += bench.next()
        }
        bench.fail(.never)

        #expect(sent == Array(repeating: "1:started", count: 4))
        #expect(bench.due().isEmpty)
        #expect(bench.announcer.nextDeadline == nil)
    }

    @Test("spreads torrents that started together, never below the interval")
    func jitter() {
        var waits: Set<Int64> = []

        for seed in 0..<200 {
            var bench = AnnouncerBench(
                tiers: [[0]], policy: AnnouncePolicy(), random: SeededGenerator(seed: UInt64(seed)))
            bench.start()
            _ = bench.due()
            bench.reply(interval: 300)
            waits.insert(bench.wait ?? -1)
        }

        #expect(waits.count > 15)
        #expect(waits.allSatisfy { (300...330).contains($0) })
    }

    @Test("tells which tracker is asked next, and when")
    func nextAnnounce() {
        var bench = AnnouncerBench(tiers: [[0], [1]])
        bench.start()
        _ = bench.due()
        bench.fail()
        _ = bench.due()
        let whileAsking = bench.announcer.nextAnnounce(to: TrackerID(rawValue: 1))
        bench.reply(interval: 600)

        // Tracker 0 has long left its back-off by then, and comes first.
        #expect(whileAsking == nil)
        #expect(bench.announcer.nextAnnounce(to: TrackerID(rawValue: 0)) == bench.now + .seconds(600))
        #expect(bench.announcer.nextAnnounce(to: TrackerID(rawValue: 1)) == nil)
    }

    @Test("never floods: under random replies, failures and wishes the rate stays bounded", arguments: 0..<8)
    func bounded(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var bench = AnnouncerBench(tiers: [[0, 1], [2]], random: SeededGenerator(seed: UInt64(seed) + 1000))
        bench.start()

        var sent = bench.due().count
        while bench.seconds < 24 * 3600 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bench.reply(interval: Int64.random(in: -10...10, using: &random), min: 0)
            case 1: bench.fail()
            case 2: bench.requestPeers()
            default: break
            }
            sent += bench.due().count
            bench.pass(Int64.random(in: 0...5, using: &random))
        }

        // One success every 30 s at most, and a failing tracker of the three at least 5 s apart, soon much more.
        #expect(sent < 24 * 3600 / 30 * 3, "seed \(seed)")
        #expect(bench.open.count <= 1)
    }
}
