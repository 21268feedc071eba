import Metainfo

/// Who is connected, who may be, and who never again.
struct Membership {
    var peers: [PeerNumber: Peer] = [:]
    var list = PeerList()
    /// Connections being opened.
    var dialing = 0
    private var lastNumber: UInt32 = 0

    mutating func nextNumber() -> PeerNumber {
        lastNumber += 1
        return PeerNumber(lastNumber)
    }

    /// A connected peer with this id.
    func peer(withID peerID: PeerID) -> Peer? {
        peers.values.first { $0.peerID == peerID }
    }
}
