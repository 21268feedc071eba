package import Metainfo
package import Storage

/// What a swarm tells the engine; sent from the swarm's loop, must not block.
package enum SwarmEvent: Sendable {
    /// The last missing piece is verified and on disk.
    case completed
    /// The disk refused a piece; downloading stopped until the swarm is started again.
    case storageFailed(StorageError)
    /// More addresses would help.
    case wantsPeers
    /// A peer was banned for sending bad data.
    case banned(PeerAddress)
    /// There has been nobody, and nothing to do, for a while: another swarm can be made when somebody comes.
    case idled
}
