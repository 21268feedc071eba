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
    /// The bytes of `info`, for peers that know only its hash (BEP 9); nil, as for private torrents, serves nobody.
    package var metadata: ArraySlice<UInt8>?
    /// Connections being opened at a time.
    package var maxDialing = 30
    /// What holds until `Swarm.apply` says otherwise.
    package var settings = SwarmSettings()
    /// What is wanted of each file, in the order of the file list; empty is all of them.
    package var priorities: [FilePriority] = []

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
    package let dialer: Dialer
    /// Peers uploaded to and downloaded from at a time.
    package let uploadSlots: SlotPool
    package let downloadSlots: SlotPool
    package let connections: ConnectionCount
    /// Asked for each address that is dialled or calls; must answer at once, on any swarm's loop.
    package let isAllowed: @Sendable (PeerAddress) -> Bool

    package init(
        workers: DiskWorkers, downloadBudget: PieceBudget, uploadBudget: PieceBudget, dialer: Dialer,
        uploadSlots: SlotPool = SlotPool(), downloadSlots: SlotPool = SlotPool(),
        connections: ConnectionCount = ConnectionCount(),
        isAllowed: @escaping @Sendable (PeerAddress) -> Bool = { _ in true }
    ) {
        self.workers = workers
        self.downloadBudget = downloadBudget
        self.uploadBudget = uploadBudget
        self.dialer = dialer
        self.uploadSlots = uploadSlots
        self.downloadSlots = downloadSlots
        self.connections = connections
        self.isAllowed = isAllowed
    }
}
