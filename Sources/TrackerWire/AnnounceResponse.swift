package import Metainfo

/// A tracker's answer to an announce. BEP 3, 7, 15, 23, 24.
package struct AnnounceResponse: Sendable, Equatable {
    /// Seconds until the next regular announce; 0 or more, decoded replies are bounded by `maximumInterval`.
    package var interval: Int
    /// Seconds below which the tracker does not want to hear from this peer again.
    package var minInterval: Int?
    /// Seeds.
    package var complete: Int?
    /// Peers that still download.
    package var incomplete: Int?
    /// How often the torrent was downloaded whole.
    package var downloaded: Int?
    package var peers: [PeerAddress]
    /// A sentence for the user; the reply is valid all the same.
    package var warning: String?
    /// To be sent back with later announces.
    package var trackerID: [UInt8]?
    /// The address the tracker sees, 4 or 16 bytes. BEP 24.
    package var externalAddress: [UInt8]?

    /// What a decoded interval is clamped to: a week. A tracker that says more is wrong or hostile.
    package static let maximumInterval = 7 * 24 * 3600
    /// What is taken when a reply carries no usable interval.
    package static let defaultInterval = 1800

    package init(
        interval: Int = AnnounceResponse.defaultInterval, minInterval: Int? = nil, complete: Int? = nil,
        incomplete: Int? = nil, downloaded: Int? = nil, peers: [PeerAddress] = [], warning: String? = nil,
        trackerID: [UInt8]? = nil, externalAddress: [UInt8]? = nil
    ) {
        self.interval = interval
        self.minInterval = minInterval
        self.complete = complete
        self.incomplete = incomplete
        self.downloaded = downloaded
        self.peers = peers
        self.warning = warning
        self.trackerID = trackerID
        self.externalAddress = externalAddress
    }
}
