package import Metainfo
package import Storage

/// What a swarm needs to know before it starts.
package struct SwarmConfiguration: Sendable {
    package let infoHash: InfoHash
    package let peerID: PeerID
    package let info: Info
    package let store: PieceStore
    /// Verified and on disk at the start.
    package let have: Bitfield
    /// Sent to peers as BEP 10 `v`.
    package var clientName = "swarm"
    package var listenPort: UInt16 = 0
    package var maxPeers = 300
    /// Connections being opened at a time.
    package var maxDialing = 30
    /// Peers uploaded to at a time, the optimistic one included.
    package var uploadSlots = 32

    package init(infoHash: InfoHash, peerID: PeerID, info: Info, store: PieceStore, have: Bitfield) {
        self.infoHash = infoHash
        self.peerID = peerID
        self.info = info
        self.store = store
        self.have = have
    }
}

/// What all swarms of an engine share.
package struct SwarmResources: Sendable {
    package let workers: DiskWorkers
    /// Memory of pieces on their way in, and of pieces read ahead for uploads.
    package let downloadBudget: PieceBudget
    package let uploadBudget: PieceBudget
    package let downloadLimiter: RateLimiter
    package let uploadLimiter: RateLimiter
    package let dialer: Dialer

    package init(
        workers: DiskWorkers, downloadBudget: PieceBudget, uploadBudget: PieceBudget, downloadLimiter: RateLimiter,
        uploadLimiter: RateLimiter, dialer: Dialer
    ) {
        self.workers = workers
        self.downloadBudget = downloadBudget
        self.uploadBudget = uploadBudget
        self.downloadLimiter = downloadLimiter
        self.uploadLimiter = uploadLimiter
        self.dialer = dialer
    }
}
