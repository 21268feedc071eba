/// A connection's number inside its swarm; never used twice, so a late result cannot hit another peer.
package struct PeerNumber: Hashable, Sendable {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// No peer.
    package static let none = PeerNumber(0)
}
