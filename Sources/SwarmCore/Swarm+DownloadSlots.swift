import Metainfo
import NIOCore

// How many peers are asked for blocks at a time, where the user sets a limit.
extension Swarm {
    /// Seconds a peer keeps its slot while others wait.
    private static let turnSeconds: UInt32 = 30

    private var hasDownloadSlots: Bool { settings.downloadSlots != 0 || resources.downloadSlots.limit != 0 }

    private func downloadSlots() -> Int {
        let most = settings.downloadSlots == 0 ? Int.max : settings.downloadSlots
        let allotted = downloading.slots.allot(
            demand: min(most, members.peers.values.count { mayBeAsked($0) }),
            minimum: min(most, settings.minDownloadSlots), priority: settings.priority,
            held: downloading.slotHolders.count, now: loop.now)
        return min(most, allotted)
    }

    private func mayBeAsked(_ peer: Peer) -> Bool { peer.state.amInterested && !peer.state.isChoking }

    /// Whether the peer may be asked now; takes a free slot for it. What a peer lets us have though it chokes us (BEP 6) needs
    /// none.
    func takeDownloadSlot(_ peer: Peer) -> Bool {
        guard hasDownloadSlots, !peer.state.isChoking else { return true }
        if downloading.slotHolders[peer.number] != nil { return true }
        guard downloading.slotHolders.count < downloadSlots() else { return false }
        downloading.slotHolders[peer.number] = clock
        return true
    }

    /// The peer chokes us, has nothing for us, or is gone.
    func dropDownloadSlot(_ peer: Peer) {
        guard downloading.slotHolders.removeValue(forKey: peer.number) != nil else { return }
        for other in members.peers.values where mayBeAsked(other) && other !== peer { mark(other) }
    }

    /// Once a second: slots that are not used, or no longer ours, become free, and the slowest of those who have had their turn
    /// makes room for one who waits.
    func balanceDownloadSlots() {
        guard hasDownloadSlots else {
            if !downloading.slotHolders.isEmpty { downloading.slotHolders = [:] }
            return downloading.slots.giveBack()
        }
        for peer in members.peers.values where !mayBeAsked(peer) { dropDownloadSlot(peer) }
        let slots = downloadSlots()
        let holders = members.peers.values.filter { downloading.slotHolders[$0.number] != nil }
            .sorted { $0.traffic.download.rate < $1.traffic.download.rate }
        let surplus = max(0, holders.count - slots)
        for peer in holders.prefix(surplus) { dropDownloadSlot(peer) }
        let someoneWaits = members.peers.values.contains {
            mayBeAsked($0) && downloading.slotHolders[$0.number] == nil && !$0.traffic.isSnubbing
        }
        guard surplus == 0, someoneWaits, holders.count == slots else { return }
        let hadTurn = holders.first { clock - (downloading.slotHolders[$0.number] ?? clock) >= Self.turnSeconds }
        if let hadTurn { passOn(hadTurn) }
    }

    /// Gives the peer's slot to the one that waits and has been connected for longest without one.
    private func passOn(_ peer: Peer) {
        let waiting = members.peers.values.filter { mayBeAsked($0) && downloading.slotHolders[$0.number] == nil }
        guard let next = waiting.min(by: { $0.traffic.lastBlock < $1.traffic.lastBlock }) else { return }
        downloading.slotHolders[peer.number] = nil
        downloading.slotHolders[next.number] = clock
        mark(next)
    }
}
