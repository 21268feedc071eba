import Discovery
import NIOCore
import Testing
import TrackerWire

@Suite("Announcer: events")
struct AnnouncerEventTests {
    @Test("says started at once, then announces at the tracker's interval")
    func regular() {
        var bench = AnnouncerBench(tiers: [[0]])

        bench.start()
        let first = bench.due()
        bench.reply(interval: 900)

        #expect(first == ["0:started"])
        #expect(bench.wait == 900)
        #expect(bench.next() == ["0:none"])
        #expect(bench.seconds == 900)
    }

    @Test("says started again until one announce succeeded")
    func startedAgain() {
        var bench = AnnouncerBench(tiers: [[0]])

        bench.start()
        var sent = bench.due()
        for _ in 0..<3 {
            bench.fail()
            sent += bench.next()
        }
        bench.reply()
        sent += bench.next()

        #expect(sent == ["0:started", "0:started", "0:started", "0:started", "0:none"])
    }

    @Test("says completed once, at once, and again only if it failed")
    func completedOnce() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()
        bench.reply()
        bench.pass(1)

        bench.completed()
        var sent = bench.due()
        bench.fail()
        sent += bench.next()
        bench.reply()
        bench.completed()
        sent += bench.next()

        #expect(sent == ["0:completed", "0:completed", "0:none"])
    }

    @Test("says completed right after the reply to an announce that was on its way")
    func completedWhileStarting() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()

        bench.completed()
        let early = bench.due()
        bench.reply()

        #expect(early.isEmpty)
        #expect(bench.due() == ["0:completed"])
    }

    @Test("never says completed for a torrent that was complete at its start")
    func seedFromStart() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start(complete: true)
        _ = bench.due()
        bench.reply()

        bench.completed()

        #expect(bench.due().isEmpty)
        #expect(bench.next() == ["0:none"])
    }

    @Test("says completed to one tracker of a chain only, after started when it had to fail over")
    func completedAfterFailover() {
        var bench = AnnouncerBench(tiers: [[0], [1]])
        bench.start()
        _ = bench.due()
        bench.reply()

        bench.completed()
        var sent = bench.due()
        bench.fail()
        sent += bench.due()
        bench.reply()
        sent += bench.due()
        bench.reply()
        sent += bench.next()

        #expect(sent == ["0:completed", "1:started", "1:completed", "0:none"])
    }

    @Test("asks for no peers with stopped, and for the wished number otherwise")
    func numWant() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.announcer.numWant = 77
        bench.start()
        _ = bench.due()
        let started = bench.open.first?.numWant
        bench.reply()

        bench.stop()
        _ = bench.due()

        #expect(started == 77)
        #expect(bench.open.first?.numWant == 0)
    }

    @Test("does nothing before the start, without trackers, and after the stop")
    func quiet() {
        var idle = AnnouncerBench(tiers: [[0]])
        var empty = AnnouncerBench(tiers: [[], []])
        var stopped = AnnouncerBench(tiers: [[0]])

        idle.completed()
        idle.requestPeers()
        idle.stop()
        empty.start()
        stopped.start()
        _ = stopped.due()
        stopped.fail()
        stopped.stop()

        for bench in [idle, empty, stopped] {
            var bench = bench
            #expect(bench.due().isEmpty)
            #expect(bench.announcer.nextDeadline == nil)
        }
        #expect(idle.announcer.isStopped)
        #expect(stopped.announcer.isStopped)
    }
}

@Suite("Announcer: stopping")
struct AnnouncerStopTests {
    @Test("says stopped at the same time to all trackers that answered, and to no other")
    func onlyThoseThatKnowUs() {
        var bench = AnnouncerBench(tiers: [[0], [1], [2]], mode: .everyTracker)
        bench.start()
        _ = bench.due()
        bench.reply()
        bench.fail()
        bench.reply()

        bench.stop()
        let sent = bench.due()
        let stoppedEarly = bench.announcer.isStopped
        bench.reply()
        bench.fail()

        #expect(sent == ["0:stopped", "2:stopped"])
        #expect(!stoppedEarly)
        #expect(bench.announcer.isStopped)
        #expect(bench.due().isEmpty)
    }

    @Test("remembers trackers it failed over from")
    func formerTracker() {
        var bench = AnnouncerBench(tiers: [[0], [1]])
        bench.start()
        _ = bench.due()
        bench.reply()
        _ = bench.next()
        bench.fail()
        let second = bench.due()
        bench.reply()

        bench.stop()

        #expect(second == ["1:started"])
        #expect(bench.due() == ["0:stopped", "1:stopped"])
    }

    @Test("waits for a started on its way, then says stopped")
    func waitsForStarted() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()

        bench.stop()
        let early = bench.due()
        bench.reply()

        #expect(early.isEmpty)
        #expect(bench.due() == ["0:stopped"])
    }

    @Test("says nothing more when the started on its way fails")
    func startedFails() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()

        bench.stop()
        bench.fail()

        #expect(bench.due().isEmpty)
        #expect(bench.announcer.isStopped)
    }

    @Test("says stopped after a second of grace though started is unanswered, and ignores its late answer")
    func grace() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()

        bench.stop()
        _ = bench.due()
        let wait = bench.wait
        let sent = bench.next()
        bench.reply()
        let stoppedEarly = bench.announcer.isStopped
        bench.reply()

        #expect(wait == 1)
        #expect(sent == ["0:stopped"])
        #expect(!stoppedEarly)
        #expect(bench.announcer.isStopped)
    }

    @Test("says completed before stopped if the torrent became complete while an announce was on its way")
    func completedBeforeStopped() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()

        bench.completed()
        bench.stop()
        bench.reply()
        let first = bench.due()
        bench.reply()

        #expect(first == ["0:completed"])
        #expect(bench.due() == ["0:stopped"])
    }

    @Test("starts anew after a stop")
    func restart() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()
        bench.reply()
        bench.stop()
        _ = bench.due()
        bench.reply()

        bench.start()

        #expect(bench.due() == ["0:started"])
    }
}

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
