import Metainfo

/// What a swarm keeps of one peer: 32 bytes over IPv4, 48 over IPv6.
///
/// Whether it is a seed is told by its place in the table.
struct PeerRow<Endpoint: PeerEndpoint>: Sendable {
    /// Handed out to clients that want dictionaries.
    var peerID: PeerID
    /// Who the peer is: one address and port is one peer, whatever peer id it claims, so nobody can push out others.
    let endpoint: Endpoint
    var flags: PeerFlags
    /// The second of the last announce on the tracker's clock.
    var seen: UInt32
}

/// What is remembered of a peer from one announce to the next.
struct PeerFlags: OptionSet, Sendable, BitwiseCopyable {
    let rawValue: UInt16

    /// The `completed` event was counted; a second one is not.
    static let completed = PeerFlags(rawValue: 1)
}
