import Synchronization

/// How much of what has happened: counted by one thread, read by any.
package final class TrackerCounters: Sendable {
    let httpAnnounces = Atomic<Int>(0)
    let udpAnnounces = Atomic<Int>(0)
    let httpScrapes = Atomic<Int>(0)
    let udpScrapes = Atomic<Int>(0)
    let fullScrapes = Atomic<Int>(0)
    let udpConnects = Atomic<Int>(0)
    let connections = Atomic<Int>(0)
    let pages = Atomic<Int>(0)
    /// Announces and scrapes that were answered with a reason instead.
    let refusals = Atomic<Int>(0)
    /// Bytes on TCP that were no request.
    let badRequests = Atomic<Int>(0)
    let staleConnectionIDs = Atomic<Int>(0)

    /// One more. A thread's own counter is nearly free: nobody else writes to it.
    @inline(__always)
    static func count(_ counter: borrowing Atomic<Int>) { counter.add(1, ordering: .relaxed) }
}

/// The counters of all threads together.
package struct TrackerFigures: Sendable, Equatable {
    package var httpAnnounces = 0
    package var udpAnnounces = 0
    package var httpScrapes = 0
    package var udpScrapes = 0
    package var fullScrapes = 0
    package var udpConnects = 0
    package var connections = 0
    package var pages = 0
    package var refusals = 0
    package var badRequests = 0
    package var staleConnectionIDs = 0

    mutating func add(_ counters: TrackerCounters) {
        httpAnnounces += counters.httpAnnounces.load(ordering: .relaxed)
        udpAnnounces += counters.udpAnnounces.load(ordering: .relaxed)
        httpScrapes += counters.httpScrapes.load(ordering: .relaxed)
        udpScrapes += counters.udpScrapes.load(ordering: .relaxed)
        fullScrapes += counters.fullScrapes.load(ordering: .relaxed)
        udpConnects += counters.udpConnects.load(ordering: .relaxed)
        connections += counters.connections.load(ordering: .relaxed)
        pages += counters.pages.load(ordering: .relaxed)
        refusals += counters.refusals.load(ordering: .relaxed)
        badRequests += counters.badRequests.load(ordering: .relaxed)
        staleConnectionIDs += counters.staleConnectionIDs.load(ordering: .relaxed)
    }
}

/// Hands out counters and adds them up.
final class CounterBoard: Sendable {
    private let all = Mutex<[TrackerCounters]>([])

    func make() -> TrackerCounters {
        let counters = TrackerCounters()
        all.withLock { $0.append(counters) }
        return counters
    }

    var figures: TrackerFigures {
        all.withLock { all in
            var figures = TrackerFigures()
            for counters in all { figures.add(counters) }
            return figures
        }
    }
}
