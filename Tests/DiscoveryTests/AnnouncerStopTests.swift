import Discovery
import NIOCore
import Testing
import TrackerWire

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
