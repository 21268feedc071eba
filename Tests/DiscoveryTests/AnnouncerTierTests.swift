import Discovery
import NIOCore
import Testing
import TrackerWire

@Suite("Announcer: tiers")
struct AnnouncerTierTests {
    @Test("asks the next tier only after all trackers of the earlier ones failed")
    func order() {
        var bench = AnnouncerBench(tiers: [[0, 1], [], [2, 3]], random: SeededGenerator(seed: 1))
        bench.start()

        var asked: [String] = []
        for _ in 0..<4 {
            asked += bench.due()
            bench.fail()
        }

        #expect(Set(asked[..<2]) == ["0:started", "1:started"])
        #expect(Set(asked[2...]) == ["2:started", "3:started"])
        #expect(bench.due().isEmpty)
    }

    @Test("moves a tracker that works to the front of its tier, and stays with it")
    func moveToFront() {
        var bench = AnnouncerBench(tiers: [[0, 1, 2]], random: SeededGenerator(seed: 5))
        bench.start()
        _ = bench.due()
        bench.fail()
        let working = bench.due()
        bench.reply()

        let later = (0..<3).map { _ in
            let sent = bench.next()
            bench.reply()
            return sent
        }

        let tracker = working[0].prefix(1)
        #expect(later == Array(repeating: ["\(tracker):none"], count: 3))
    }

    @Test("comes back to the first tier with the next regular announce")
    func comesBack() {
        var bench = AnnouncerBench(tiers: [[0], [1]])
        bench.start()
        _ = bench.due()
        bench.fail()
        _ = bench.due()
        bench.reply(interval: 600)

        #expect(bench.next() == ["0:started"])
        #expect(bench.seconds == 600)
    }

    @Test("shuffles inside tiers, differently for each seed")
    func shuffles() {
        var firsts: Set<String> = []

        for seed in 0..<50 {
            var bench = AnnouncerBench(tiers: [[0, 1, 2], [3]], random: SeededGenerator(seed: UInt64(seed)))
            bench.start()
            firsts.formUnion(bench.due())
        }

        #expect(firsts == ["0:started", "1:started", "2:started"])
    }

    @Test(
        "asks as many trackers at a time as its mode says",
        arguments: [
            (AnnounceMode.firstWorking, ["0:started"]),
            (.eachTier, ["0:started", "2:started"]),
            (.everyTracker, ["0:started", "1:started", "2:started"]),
        ])
    func modes(mode: AnnounceMode, expected: [String]) {
        var bench = AnnouncerBench(tiers: [[0, 1], [2]], mode: mode)

        bench.start()

        // Tier one is shuffled, so it shows by either of its trackers.
        let sent = bench.due().sorted().map { mode == .everyTracker || $0 != "1:started" ? $0 : "0:started" }
        #expect(sent == expected)
    }
}
