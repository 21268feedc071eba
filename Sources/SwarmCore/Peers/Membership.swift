import DequeModule
import Metainfo

/// Who is connected, who may be, and who never again.
struct Membership {
    var peers: [PeerNumber: Peer] = [:]
    var list = PeerList()
    /// Connections being opened.
    var dialing = 0
    private var lastNumber: UInt32 = 0
    /// Who left lately: the pieces they sent may still turn out bad.
    private var former: Deque<(number: PeerNumber, address: PeerAddress)> = []
    private static let highestFormer = 512

    mutating func nextNumber() -> PeerNumber {
        lastNumber += 1
        return PeerNumber(lastNumber)
    }

    /// Takes a peer out.
    mutating func remove(_ peer: Peer) {
        guard peers.removeValue(forKey: peer.number) != nil else { return }
        if former.count == Self.highestFormer { former.removeFirst() }
        former.append((peer.number, peer.address))
    }

    /// The address of a peer that left lately.
    func formerAddress(of number: PeerNumber) -> PeerAddress? {
        former.last { $0.number == number }?.address
    }

    /// A connected peer with this id.
    func peer(withID peerID: PeerID) -> Peer? {
        peers.values.first { $0.peerID == peerID }
    }
}
