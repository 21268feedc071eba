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
