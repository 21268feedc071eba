import NIOCore
import Testing

@testable import Discovery

@Suite("Announcer: the user's wishes")
struct AnnouncerWishTests {
    @Test("a disabled tracker is passed over, and asked again once it is enabled")
    func disabled() {
        var bench = AnnouncerBench(tiers: [[0], [1]])
        bench.setEnabled(0, false)
        bench.start()

        let first = bench.due()
        bench.reply(interval: 100)
        bench.setEnabled(0, true)
        let second = bench.next()

        #expect(first == ["1:started"])
        #expect(second == ["0:started"])
        #expect(bench.seconds == 100)
    }

    @Test("with all disabled nothing is sent until one is enabled")
    func allDisabled() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.setEnabled(0, false)
        bench.start()

        let before = bench.due()
        let wait = bench.wait
        bench.setEnabled(0, true)
        let after = bench.due()

        #expect(before == [])
        #expect(wait == nil)
        #expect(after == ["0:started"])
    }

    @Test("a disabled tracker does not even hear stopped")
    func disabledAtStop() {
        var bench = AnnouncerBench(tiers: [[0], [1]], mode: .everyTracker)
        bench.start()
        _ = bench.due()
        bench.reply()
        bench.reply()
        bench.setEnabled(0, false)

        bench.stop()
        let last = bench.due()
        bench.reply()

        #expect(last == ["1:stopped"])
        #expect(bench.announcer.isStopped)
    }

    @Test("a tracker that joins is asked at once when no other works", arguments: AnnounceMode.allCases)
    func joins(mode: AnnounceMode) {
        var bench = AnnouncerBench(tiers: [[0]], mode: mode)
        bench.start()
        _ = bench.due()
        bench.fail()

        bench.insert(1, tier: 0)
        let next = bench.due()

        #expect(next == ["1:started"])
    }

    @Test("a tracker that joins waits behind one that works in its chain, at the end of its tier")
    func joinsBehind() {
        var bench = AnnouncerBench(tiers: [[0], [2]])
        bench.start()
        _ = bench.due()
        bench.reply(interval: 100)

        bench.insert(3, tier: 0)
        let atOnce = bench.due()
        let later = bench.next()
        bench.fail()
        let afterFailure = bench.due()
        bench.fail()
        let last = bench.due()

        #expect(atOnce == [])
        #expect(later == ["0:none"])
        #expect(afterFailure == ["3:started"])
        #expect(last == ["2:started"])
    }

    @Test("a wished announce waits for the minimal interval, unless that is to be ignored")
    func wished() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()
        bench.reply(interval: 1800, min: 300)
        bench.pass(10)

        bench.announce(ignoringMinInterval: false)
        let polite = bench.due()
        let wait = bench.wait
        bench.announce(ignoringMinInterval: true)
        let forced = bench.due()

        #expect(polite == [])
        #expect(wait == 290)
        #expect(forced == ["0:none"])
    }

    @Test("a wished announce ends a back-off, but not a time that the tracker named, unless forced")
    func endsBackOff() {
        var bench = AnnouncerBench(tiers: [[0]])
        bench.start()
        _ = bench.due()
        bench.fail()

        bench.announce(ignoringMinInterval: false)
        let afterBackOff = bench.due()
        bench.fail(.never)
        bench.announce(ignoringMinInterval: false)
        let afterNever = bench.due()
        bench.announce(ignoringMinInterval: true)
        let forced = bench.due()

        #expect(afterBackOff == ["0:started"])
        #expect(afterNever == [])
        #expect(forced == ["0:started"])
    }
}
