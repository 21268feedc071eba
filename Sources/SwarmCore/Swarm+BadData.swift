import Metainfo

// Who sent the wrong bytes. A piece sent by one peer alone convicts it at once. Otherwise the digest of every block is
// kept with its sender until the piece comes good; then the blocks that differ name the liar, and nobody else is hurt.
extension Swarm {
    /// Kept suspicions are bounded: beyond this many failed pieces the oldest knowledge is worth less than memory.
    private static let highestSuspectPieces = 64

    func handleMismatch(_ outcome: DiskWorkers.Outcome, _ senders: [PeerNumber]) {
        waste(outcome.length)
        figures.badPieces += 1
        downloading.picker.handleFailed(outcome.piece)
        let contributors = Set(senders)
        if contributors.count == 1, let only = contributors.first {
            return ban(only)
        }
        if downloading.suspects.count >= Self.highestSuspectPieces, let any = downloading.suspects.keys.first {
            downloading.suspects[any] = nil
        }
        let blocks = zip(senders, outcome.blockDigests).enumerated().map { block, pair in
            Downloading.Suspect(block: block, sender: pair.0, digest: pair.1)
        }
        downloading.suspects[outcome.piece, default: []].append(contentsOf: blocks)
    }

    /// The piece is good now: whoever sent a block that differs from the good one lied.
    func convict(_ suspects: [Downloading.Suspect], good: [SHA1Digest]) {
        for suspect in suspects where suspect.block < good.count && suspect.digest != good[suspect.block] {
            ban(suspect.sender)
        }
    }

    /// Whoever lies and leaves at once is not welcome back either.
    private func ban(_ liar: PeerNumber) {
        if let peer = members.peers[liar] { return disconnect(peer, .badData) }
        guard let address = members.formerAddress(of: liar), !members.list.isBanned(address) else { return }
        ban(address)
    }

    func ban(_ address: PeerAddress) {
        members.list.ban(address)
        figures.bannedPeers += 1
        tell(.banned(address))
    }
}
