package import Metainfo

/// What an engine is started with.
package struct EngineConfiguration: Sendable {
    /// Local addresses to listen on, call from and announce from, numeric; empty is all of both families.
    package var bindAddresses: [String] = []
    /// The first free port is taken; `0...0` lets the system choose.
    package var portRange: ClosedRange<UInt16> = 6881...6999
    /// Bytes a second over all torrents; 0 is no limit.
    package var maxUploadRate = 0
    package var maxDownloadRate = 0
    package var maxPeersPerTorrent = 300
    /// Peers uploaded to at a time in each torrent; nil follows the upload limit.
    package var uploadSlots: Int?
    /// Bytes of pieces on their way in, and of pieces read ahead for uploads, over all torrents.
    package var downloadMemory = 48 << 20
    package var uploadMemory = 32 << 20
    /// Threads that run swarms, and threads that hash and do disk I/O; nil is one for each core.
    package var loopCount: Int?
    package var workerCount: Int?
    package var maxOpenFiles = 256
    package var peerID: PeerID
    /// Sent to trackers and peers.
    package var userAgent = "swarm/0.1.0"

    package init(peerID: PeerID) { self.peerID = peerID }

    /// With little to give, few peers get something useful; without a limit many may be served.
    var effectiveUploadSlots: Int {
        if let uploadSlots { return max(1, uploadSlots) }
        return maxUploadRate == 0 ? 32 : min(32, max(4, maxUploadRate / (16 << 10)))
    }
}
