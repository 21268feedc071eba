import Metainfo
import PeerWire

// Super seeding (BEP 16): for the first seed of a torrent, until every piece is out once.
extension Swarm {
    /// Begins or ends as the settings say and as we have everything. Peers that know what we have are not restricted.
    func updateSuperSeeding() {
        let wanted = settings.isSuperSeeding && downloading.picker.isWhole && !uploading.isSuperSeedDone
        if wanted, uploading.superSeed == nil {
            uploading.superSeed = SuperSeed(pieceCount: layout.pieceCount)
        } else if !wanted {
            endSuperSeeding()
        }
    }

    /// Shows the peer its next piece, if it is due one.
    func showNext(to peer: Peer) {
        guard uploading.superSeed != nil, !peer.source.isSeed else { return }
        let copies = downloading.picker.availability
        var random = uploading.random
        let piece = uploading.superSeed?.next(
            for: peer.number, has: peer.source.have, copies: copies.count(of:), random: &random)
        uploading.random = random
        if let piece { send(.have(UInt32(piece)), to: peer) }
    }

    /// A peer has one piece more: whoever was shown it may have passed it on.
    func handleSpread(_ piece: Int, to peer: Peer) {
        guard uploading.superSeed != nil else { return }
        let isWanted = members.peers.values.contains { $0 !== peer && !$0.source.have[piece] }
        let served =
            uploading.superSeed?.handleHave(piece, from: peer.number, isWantedByOthers: isWanted, now: clock) ?? []
        for number in served {
            if let viewer = members.peers[number] { showNext(to: viewer) }
        }
    }

    /// Once a second: peers that said nothing of what they have get their first piece; and when every piece is out, we are a
    /// seed like any other.
    func tickSuperSeed() {
        guard let superSeed = uploading.superSeed else { return }
        let availability = downloading.picker.availability
        if availability.seeds > 0 || availability.distributedCopies >= 1 {
            uploading.isSuperSeedDone = true
            return endSuperSeeding()
        }
        uploading.superSeed?.relieve(now: clock)
        for number in superSeed.numbers {
            if let peer = members.peers[number] { showNext(to: peer) }
        }
    }

    private func endSuperSeeding() {
        guard let superSeed = uploading.superSeed else { return }
        uploading.superSeed = nil
        for number in superSeed.numbers {
            guard let peer = members.peers[number] else { continue }
            peer.source.have.forEachClear { piece in
                if !superSeed.mayHave(piece, number) { send(.have(UInt32(piece)), to: peer) }
            }
        }
    }
}
