import Commands
import Testing

@Suite("Scheduler")
struct SchedulerTests {
    private let command = Value.text("cat=")

    @Test("gives commands when they are due, earliest first, and once if they have no interval")
    func dueOnce() {
        var scheduler = Scheduler()
        scheduler.insert(key: [2], command: command, after: .seconds(5), every: .zero, now: .seconds(100))
        scheduler.insert(key: [1], command: command, after: .seconds(9), every: .zero, now: .seconds(100))
        scheduler.insert(key: [0], command: command, after: .seconds(5), every: .zero, now: .seconds(100))

        #expect(scheduler.nextDeadline == .seconds(105))
        #expect(scheduler.takeDue(now: .seconds(104)).isEmpty)
        #expect(scheduler.takeDue(now: .seconds(200)).map(\.key) == [[0], [2], [1]])
        #expect(scheduler.nextDeadline == nil)
    }

    @Test("adds the interval to the time a command was due, skipping what was slept through")
    func intervals() {
        var scheduler = Scheduler()
        scheduler.insert(key: [1], command: command, after: .seconds(1), every: .seconds(10), now: .zero)

        #expect(scheduler.takeDue(now: .milliseconds(1_700)).count == 1)
        #expect(scheduler.nextDeadline == .seconds(11))
        #expect(scheduler.takeDue(now: .seconds(35)).count == 1)
        #expect(scheduler.nextDeadline == .seconds(41))
    }

    @Test("replaces a command of the same key")
    func replaces() {
        var scheduler = Scheduler()
        scheduler.insert(key: [1], command: command, after: .seconds(1), every: .zero, now: .zero)
        scheduler.insert(key: [1], command: "x=", after: .seconds(3), every: .zero, now: .zero)

        #expect(scheduler.takeDue(now: .seconds(2)).isEmpty)
        #expect(scheduler.takeDue(now: .seconds(3)).map(\.command) == ["x="])
        scheduler.remove(key: [1])
        #expect(scheduler.all.isEmpty)
    }

    @Test(
        "reads the start as seconds, a point of the hour, or a time of day",
        arguments: [
            ("0", 0), ("5", 5), (" 7 ", 7), ("010", 10), ("00:10", 3_307), ("5:04", 1),
            ("5:03", 3_600), ("4:00", 3_537), ("10:05:03", 86_400), ("10:05:04", 1), ("09:00:00", 82_497),
            ("25:00:00", 53_697),
        ] as [(String, Int64)])
    func starts(_ text: String, _ seconds: Int64) throws {
        // 10:05:03
        let now: Int64 = 10 * 3_600 + 5 * 60 + 3

        let delay = try ScheduleTime.delay([UInt8](text.utf8), secondOfDay: now)

        #expect(delay == .seconds(seconds))
    }

    @Test(
        "reads the interval as days, hours, minutes and seconds",
        arguments: [
            ("10", 10), ("1:30", 90), ("1:00:01", 3_601), ("0:0:1:0", 60), ("1:0:0:0", 86_400), ("2:3:4:5", 183_845),
        ] as [(String, Int64)])
    func intervalTexts(_ text: String, _ seconds: Int64) throws {
        #expect(try ScheduleTime.interval([UInt8](text.utf8)) == .seconds(seconds))
    }

    @Test("knows which intervals rTorrent computes otherwise")
    func miscomputed() {
        #expect(ScheduleTime.isMiscomputedByRTorrent([UInt8]("0:0:1:0".utf8)))
        #expect(!ScheduleTime.isMiscomputedByRTorrent([UInt8]("1:0:0:0".utf8)))
        #expect(!ScheduleTime.isMiscomputedByRTorrent([UInt8]("1:0:0".utf8)))
    }

    @Test(
        "refuses what is no time",
        arguments: ["", "x", "-1", "1:", ":1", "1::1", "1:2:3:4:5", "1.5", "1k", "99999999999999999999", "9999999999"])
    func refusals(_ text: String) {
        #expect(throws: CommandFault.self) { try ScheduleTime.interval([UInt8](text.utf8)) }
        #expect(throws: CommandFault.self) { try ScheduleTime.delay([UInt8](text.utf8), secondOfDay: 0) }
    }

    @Test("runs what is due, logs what fails and keeps it scheduled")
    func running() throws {
        let host = FakeHost()
        let interpreter = try makeInterpreter(host)
        try interpreter.runPrelude()
        _ = try interpreter.evaluate("schedule2=bad,0,10,nosuch= ;schedule2=good,0,10,\"v.set=(math.add,(v),1)\"")

        interpreter.runDue()
        host.up += .seconds(10)
        interpreter.runDue()

        #expect(try interpreter.evaluate("v=") == 7)
        #expect(
            host.logged
                == Array(repeating: "Scheduled command failed: bad: Command \"nosuch\" does not exist.", count: 2))
        #expect(interpreter.scheduler.all.count == 2)
    }
}
