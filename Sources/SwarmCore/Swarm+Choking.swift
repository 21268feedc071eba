import DequeModule
import Metainfo
import NIOCore
import PeerWire

// Who may be served: upload slots, and who holds one.
extension Swarm {
    /// Peers that may be unchoked now: by the swarm's own limit and its share of what all swarms have.
    private func uploadSlots() -> Int {
        let most = settings.uploadSlots == 0 ? Int.max : settings.uploadSlots
        let (interested, unchoked) = (waitingForUpload, unchokedCount)
        let allotted = uploading.slots.allot(
            demand: min(most, interested), minimum: min(most, settings.minUploadSlots), priority: settings.priority,
            held: unchoked, now: loop.now)
        return min(most, allotted)
    }

    private var unchokedCount: Int { members.peers.values.count { !$0.state.amChoking } }
    private var waitingForUpload: Int { members.peers.values.count { $0.state.isInterested && !$0.isSnubbed } }

    /// Gives free slots to whoever is interested, without waiting for the next round.
    func fillSlots() {
        var free = uploadSlots() - unchokedCount
        guard free > 0 else { return }
        let waiting = members.peers.values.filter {
            $0.state.isInterested && $0.state.amChoking && !$0.isSnubbed
        }
        for peer in waiting.sorted(by: { $0.connectedAt < $1.connectedAt }) where free > 0 {
            setChoking(false, peer)
            free -= 1
        }
    }

    /// Once a second: the share of the common slots may have changed.
    func balanceSlots() {
        let slots = uploadSlots()
        if unchokedCount > slots { return rechoke() }
        fillSlots()
    }

    func rechoke() {
        let candidates = members.peers.values.map { peer in
            Choker.Candidate(
                number: peer.number, isInterested: peer.state.isInterested && !peer.isSnubbed,
                isUnchoked: !peer.state.amChoking, downloadRate: peer.traffic.download.rate,
                uploadRate: peer.traffic.upload.rate, isSnubbing: peer.traffic.isSnubbing,
                secondsInState: Int(clock - peer.state.chokeChangedAt), age: Int(clock - peer.connectedAt))
        }
        let chosen = uploading.choker.rechoke(candidates, slots: uploadSlots(), isSeeding: isComplete)
        for peer in members.peers.values { setChoking(!chosen.contains(peer.number), peer) }
    }

    func setChoking(_ choking: Bool, _ peer: Peer) {
        guard peer.state.setChoking(choking, now: clock) else { return }
        send(choking ? .choke : .unchoke, to: peer)
        guard choking else { return }
        for request in peer.uploads.removeAll() {
            if peer.state.grantedFast.contains(Int(request.piece)), !peer.isSnubbed {
                peer.uploads.append(request)
            } else if peer.state.supportsFast {
                send(.reject(request), to: peer)
            }
        }
        resumeReading(peer)
    }

    /// BEP 6: lets a peer with next to nothing fetch a few pieces while it is choked.
    func grantFast(_ peer: Peer) {
        guard peer.state.supportsFast, peer.state.grantedFast.isEmpty, uploading.superSeed == nil,
            peer.source.have.setCount < AllowedFast.count
        else { return }
        let pieces = AllowedFast.pieces(for: peer.address, infoHash: infoHash, pieceCount: layout.pieceCount)
        for piece in pieces where downloading.picker.have[piece] {
            peer.state.grantedFast.append(piece)
            send(.allowedFast(UInt32(piece)), to: peer)
        }
    }
}
