import NIOCore

/// Walks the table again and again in small steps, so that silent peers go without a stall.
enum Sweeper {
    /// Rows looked at in one step: well below a millisecond.
    private static let budget = 2000
    /// The whole table is seen about once in this time.
    private static let passSeconds = 60

    static func start(_ table: SwarmTable, clock: TrackerClock, on eventLoop: any EventLoop) {
        eventLoop.scheduleTask(in: pause(table)) {
            table.sweep(budget: budget, now: clock.now)
            start(table, clock: clock, on: eventLoop)
        }
    }

    private static func pause(_ table: SwarmTable) -> TimeAmount {
        let steps = (table.peerCount + table.torrentCount) / budget + 1
        return .milliseconds(Int64(max(5, passSeconds * 1000 / steps)))
    }
}
