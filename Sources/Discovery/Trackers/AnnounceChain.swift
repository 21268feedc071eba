import NIOCore
import TrackerWire

/// Trackers of which only one hears from us at a time, and when: the tiers of BEP 12, or a part of them.
struct AnnounceChain: Sendable {
    private(set) var tiers: [[TrackerID]]
    /// When the walk over the tiers starts next.
    var due = NIODeadline.distantFuture
    /// Before this, an announce without news would be sooner than the tracker allows.
    var earliest = NIODeadline.uptimeNanoseconds(0)
    var owesCompleted = false
    /// The tracker that is being asked; the chain waits for its answer.
    var inFlight: TrackerID?

    init(tiers: [[TrackerID]]) {
        self.tiers = tiers
    }

    mutating func reset(due: NIODeadline) {
        self = AnnounceChain(tiers: tiers)
        self.due = due
        earliest = due
    }

    /// BEP 12: a tracker that answers is tried first in its tier from then on.
    mutating func moveToFront(_ id: TrackerID) {
        for index in tiers.indices {
            guard let place = tiers[index].firstIndex(of: id) else { continue }
            tiers[index].insert(tiers[index].remove(at: place), at: 0)
            return
        }
    }
}

/// What is known about one tracker since the torrent started.
struct TrackerRecord: Sendable {
    let chain: Int
    /// It answered an announce: it counts us among its peers.
    var knowsUs = false
    /// Failures in a row.
    var failures = 0
    /// The end of its back-off.
    var notBefore = NIODeadline.uptimeNanoseconds(0)
    var inFlight: (attempt: UInt64, event: AnnounceEvent)?
    var owesStopped = false

    init(chain: Int) {
        self.chain = chain
    }

    /// Whether `stopped` is held back until an announce on its way has landed.
    var waitsForGrace: Bool { owesStopped && inFlight != nil }

    mutating func reset() {
        self = TrackerRecord(chain: chain)
    }

    mutating func succeeded(_ event: AnnounceEvent) {
        knowsUs = true
        failures = 0
        notBefore = .uptimeNanoseconds(0)
    }
}
