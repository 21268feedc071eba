/// Why a peer announces; the raw values are those of UDP trackers. BEP 3, BEP 15.
package enum AnnounceEvent: UInt32, Sendable, CaseIterable {
    /// One of the regular announces in between.
    case none = 0
    /// The download became complete just now; a peer that starts as a seed never sends it.
    case completed = 1
    case started = 2
    case stopped = 3

    /// The value of `event=` in a query; nil for a regular announce, which leaves the key out.
    package var queryValue: String? {
        switch self {
        case .none: nil
        case .completed: "completed"
        case .started: "started"
        case .stopped: "stopped"
        }
    }
}
