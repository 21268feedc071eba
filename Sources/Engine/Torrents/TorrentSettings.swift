/// What the user wants of one torrent; may change at any time.
package struct TorrentSettings: Sendable, Equatable {
    /// Name of the throttle group that limits it besides the global one; empty for none. `unthrottled` goes past the global one.
    package var throttle = ""
    package static let unthrottled = "NULL"
    /// Connections it may have, and how many it tries to have, while downloading and while seeding; nil follows the engine.
    package var maxPeers: Int?
    package var minPeers: Int?
    /// Peers uploaded to, and downloaded from, at a time; nil follows the engine.
    package var uploadSlots: Int?
    package var minUploadSlots: Int?
    package var downloadSlots: Int?
    package var minDownloadSlots: Int?
    /// Hands out each piece once before any twice (BEP 16), for a lone seed.
    package var isSuperSeeding = false
    /// Pieces in their order rather than rarest first.
    package var isSequential = false
    /// Weight of the torrent among all when slots are scarce: 0 off, 1 low, 2 normal, 3 high.
    package var priority = 2
    /// Peers from peer exchange are welcome.
    package var usesPeerExchange = true

    package init() {}
}
