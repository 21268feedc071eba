package import Metainfo

/// One connected peer at one moment, for people and front ends.
package struct PeerSnapshot: Sendable {
    package var number: PeerNumber
    package var peerID: PeerID
    package var address: PeerAddress
    package var direction: ConnectionDirection
    package var origin: PeerOrigin
    /// The eight reserved bytes of its handshake.
    package var reserved: [UInt8]
    /// BEP 10 `v`, empty if it did not say.
    package var clientName = ""
    /// Bytes a second from it and to it; payload.
    package var downloadRate = 0.0
    package var uploadRate = 0.0
    package var downloaded: Int64 = 0
    package var uploaded: Int64 = 0
    /// Pieces it has.
    package var pieces = 0
    /// How fast it downloads, from everybody, bytes a second, by its `have` messages; and how much so far.
    package var ownRate = 0.0
    package var ownTotal: Int64 = 0
    package var amChoking = true
    package var isChoking = true
    package var amInterested = false
    package var isInterested = false
    /// It gets nothing from us by order of the user (`p.snubbed.set`).
    package var isSnubbed = false
    package var isEncrypted = false

    package init(
        number: PeerNumber, peerID: PeerID, address: PeerAddress, direction: ConnectionDirection, origin: PeerOrigin,
        reserved: [UInt8]
    ) {
        self.number = number
        self.peerID = peerID
        self.address = address
        self.direction = direction
        self.origin = origin
        self.reserved = reserved
    }
}
