package import Metainfo

// What a long-lived owner needs besides `add`: torrents stage by stage, limits that change, another port.
extension TorrentEngine {
    /// Takes a torrent in, in the stage `closed`; its trackers are known, its data is not looked at.
    package func insert(_ metainfo: MetainfoFile, options: TorrentOptions) throws(EngineError) -> Torrent {
        preconditionFailure("skeleton")
    }

    /// Forgets a torrent at once: its info-hash can be inserted again. Files stay; trackers are told in the background.
    package func forget(_ torrent: Torrent) { preconditionFailure("skeleton") }

    package var limits: EngineLimits {
        get { preconditionFailure("skeleton") }
        set { _ = newValue; preconditionFailure("skeleton") }
    }

    package var figures: EngineFigures { preconditionFailure("skeleton") }

    // MARK: Throttle groups

    /// Makes or changes a group; nil leaves that direction as it is. Bytes a second, 0 is no limit.
    package func setThrottle(_ name: String, maxUploadRate: Int?, maxDownloadRate: Int?) {
        preconditionFailure("skeleton")
    }

    package func throttle(_ name: String) -> ThrottleFigures? { preconditionFailure("skeleton") }

    package var throttleNames: [String] { preconditionFailure("skeleton") }

    // MARK: The network

    /// Listens elsewhere. The former port is kept when that fails.
    package func listen(addresses: [String], range: ClosedRange<UInt16>, isRandom: Bool) async throws(EngineError) {
        preconditionFailure("skeleton")
    }

    /// What trackers are told to be our address (`network.local_address`), and our port where the bound one differs; nil: as it is.
    package func setAnnounced(address: String?, port: UInt16?) { preconditionFailure("skeleton") }

    /// Who may be connected with, asked for each address that is dialled or calls; the answer must come at once.
    package func setAddressFilter(_ isAllowed: (@Sendable (PeerAddress) -> Bool)?) { preconditionFailure("skeleton") }
}
