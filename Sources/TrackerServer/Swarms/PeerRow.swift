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
    /// A partial seed: wants nothing more. BEP 21.
    static let paused = PeerFlags(rawValue: 2)
    /// A connection to it was tried and came about.
    static let reachable = PeerFlags(rawValue: 4)
    /// A connection to it was tried and did not come about.
    static let unreachable = PeerFlags(rawValue: 8)
    /// It has an address behind its router, which neighbours are given.
    static let hasInnerAddress = PeerFlags(rawValue: 16)
}
