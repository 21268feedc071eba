package import Metainfo

/// What a peer tells a tracker about itself and one torrent. BEP 3, 7, 15, 23.
package struct AnnounceRequest: Sendable, Equatable {
    package var infoHash: InfoHash
    package var peerID: PeerID
    /// Where the peer listens; 0 if it cannot be reached.
    package var port: UInt16
    /// Payload bytes sent since the `started` event.
    package var uploaded: Int64
    /// Payload bytes received since the `started` event.
    package var downloaded: Int64
    /// Bytes still wanted; 0 makes the peer a seed.
    package var left: Int64
    package var event: AnnounceEvent
    /// How many peers are wished for; -1 leaves it to the tracker.
    package var numWant: Int32
    /// A secret that proves a peer's identity when its address changes. BEP 3, 15.
    package var key: UInt32?
    /// The address the peer claims to have, `ip=`; trackers seldom believe it. Its port is the announced one.
    package var ip: PeerAddress?
    /// Peers are wanted as strings of 6 or 18 bytes (BEP 23) and not as dictionaries.
    package var compact: Bool
    /// Peer ids are not wanted in dictionaries.
    package var noPeerID: Bool
    /// What the tracker gave as `tracker id` in an earlier reply.
    package var trackerID: [UInt8]?
    /// The peer has all it wants, though not all there is: a partial seed. BEP 21.
    package var isPaused = false

    package init(
        infoHash: InfoHash, peerID: PeerID, port: UInt16, uploaded: Int64 = 0, downloaded: Int64 = 0, left: Int64,
        event: AnnounceEvent = .none, numWant: Int32 = -1, key: UInt32? = nil, ip: PeerAddress? = nil,
        compact: Bool = true, noPeerID: Bool = false, trackerID: [UInt8]? = nil
    ) {
        self.infoHash = infoHash
        self.peerID = peerID
        self.port = port
        self.uploaded = uploaded
        self.downloaded = downloaded
        self.left = left
        self.event = event
        self.numWant = numWant
        self.key = key
        self.ip = ip
        self.compact = compact
        self.noPeerID = noPeerID
        self.trackerID = trackerID
    }
}
