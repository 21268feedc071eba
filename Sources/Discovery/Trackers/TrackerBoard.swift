import NIOCore
import Synchronization

/// What is known of a torrent's trackers and wished of them: written by its event loop and by the user, read anywhere.
///
/// There before the first announce and long after the last: a torrent that is stopped has a board and no driver.
final class TrackerBoard: Sendable {
    struct Wishes: Sendable {
        /// Peers to ask for; -1 leaves it to the tracker.
        var peersWanted: Int32
        var usesUDP = true
    }

    private struct State {
        var statuses: [TrackerStatus]
        /// Addresses that the user added, behind those of the torrent; nil for one that is listed and never asked.
        var added: [TrackerURL?] = []
        var wishes: Wishes
    }

    private let state: Mutex<State>

    init(_ statuses: [TrackerStatus], peersWanted: Int32) {
        state = Mutex(State(statuses: statuses, wishes: Wishes(peersWanted: peersWanted)))
    }

    var statuses: [TrackerStatus] { state.withLock { $0.statuses } }
    var count: Int { state.withLock { $0.statuses.count } }
    var wishes: Wishes { state.withLock { $0.wishes } }
    var added: [TrackerURL?] { state.withLock { $0.added } }

    func status(_ index: Int) -> TrackerStatus? {
        state.withLock { $0.statuses.indices.contains(index) ? $0.statuses[index] : nil }
    }

    /// Does nothing for a place that is none.
    func change(_ index: Int, _ body: (inout TrackerStatus) -> Void) {
        state.withLock { state in
            if state.statuses.indices.contains(index) { body(&state.statuses[index]) }
        }
    }

    /// Does the same to all in one go.
    func changeAll(_ body: (Int, inout TrackerStatus) -> Void) {
        state.withLock { state in
            for index in state.statuses.indices { body(index, &state.statuses[index]) }
        }
    }

    func wish(_ body: (inout Wishes) -> Void) {
        state.withLock { body(&$0.wishes) }
    }

    /// - Returns: false when it is there already, or there are too many.
    func add(_ url: TrackerURL, tier: Int) -> Bool {
        state.withLock { state in
            guard state.statuses.count < TrackerList.limit,
                !state.statuses.contains(where: { (try? TrackerURL($0.url)) == url })
            else { return false }
            var status = TrackerStatus(url, text: url.text, tier: tier)
            status.isExtra = true
            status.isUsable = url.scheme != .udp || state.wishes.usesUDP
            state.statuses.append(status)
            state.added.append(url)
            return true
        }
    }

    /// Lists an address that is not asked, with the reason.
    ///
    /// - Returns: false when it is there already, or there are too many.
    func add(unusable url: String, tier: Int, _ error: TrackerURLError) -> Bool {
        var status = TrackerStatus(unusable: url, tier: tier, error)
        status.isExtra = true
        return state.withLock { state in
            guard state.statuses.count < TrackerList.limit, !state.statuses.contains(where: { $0.url == status.url })
            else { return false }
            state.statuses.append(status)
            state.added.append(nil)
            return true
        }
    }
}
