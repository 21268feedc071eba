import NIOCore
import TrackerWire

/// Trackers of which only one hears from us at a time, and when: the tiers of BEP 12, or a part of them.
struct AnnounceChain: Sendable {
    /// In the order in which they are asked; those of a tier stand together.
    private(set) var order: [Member]
    /// When the walk over the tiers starts next.
    var due = NIODeadline.distantFuture
    /// Before this, an announce without news would be sooner than the tracker allows.
    var earliest = NIODeadline.uptimeNanoseconds(0)
    var owesCompleted = false
    /// The tracker that is being asked; the chain waits for its answer.
    var inFlight: TrackerID?

    struct Member: Sendable {
        let id: TrackerID
        let tier: Int
    }

    init(_ order: [Member]) {
        self.order = order
    }

    mutating func reset(due: NIODeadline) {
        self = AnnounceChain(order)
        self.due = due
        earliest = due
    }

    /// BEP 12: a tracker that answers is tried first in its tier from then on.
    mutating func moveToFront(_ id: TrackerID) {
        guard let place = order.firstIndex(where: { $0.id == id }) else { return }
        let member = order.remove(at: place)
        order.insert(member, at: order.firstIndex { $0.tier == member.tier } ?? place)
    }

    /// A tracker that joins is the last of its tier.
    mutating func insert(_ member: Member) {
        order.insert(member, at: order.firstIndex { $0.tier > member.tier } ?? order.endIndex)
    }
}

/// What is known about one tracker since the torrent started.
struct TrackerRecord: Sendable {
    let chain: Int
    /// The user wants it to be asked.
    var isEnabled = true
    /// It answered an announce: it counts us among its peers.
    var knowsUs = false
    /// Failures in a row.
    var failures = 0
    /// The end of its back-off.
    var notBefore = NIODeadline.uptimeNanoseconds(0)
    /// The tracker itself named that time.
    var waitIsItsWish = false
    var inFlight: (attempt: UInt64, event: AnnounceEvent)?
    var owesStopped = false

    init(chain: Int) {
        self.chain = chain
    }

    /// Whether `stopped` is held back until an announce on its way has landed.
    var waitsForGrace: Bool { owesStopped && inFlight != nil }

    /// It answered when last asked.
    var isWorking: Bool { isEnabled && knowsUs && failures == 0 }

    mutating func reset() {
        let wasEnabled = isEnabled
        self = TrackerRecord(chain: chain)
        isEnabled = wasEnabled
    }

    mutating func succeeded(_ event: AnnounceEvent) {
        knowsUs = true
        failures = 0
        notBefore = .uptimeNanoseconds(0)
    }
}

/// The records of a torrent's trackers; a torrent has one or a few, and there are thousands of torrents.
struct TrackerRecords: Sendable {
    private var records: [TrackerRecord?] = []

    subscript(id: TrackerID) -> TrackerRecord? {
        get { records.indices.contains(id.rawValue) ? records[id.rawValue] : nil }
        set {
            while records.count <= id.rawValue { records.append(nil) }
            records[id.rawValue] = newValue
        }
    }

    /// Ascending.
    var ids: [TrackerID] { records.indices.filter { records[$0] != nil }.map(TrackerID.init) }

    func contains(where isWanted: (TrackerRecord) -> Bool) -> Bool {
        records.contains { $0.map(isWanted) ?? false }
    }
}
