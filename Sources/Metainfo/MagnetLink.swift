/// A link that names a torrent by its hash, and where to ask for the rest (BEP 9, BEP 53).
///
/// Links come from web pages: nothing in them is fetched by reading them. `xs` and `as` are not kept, and peers at addresses of
/// this machine or of many are left out, so that a link cannot make a client knock on local doors.
package struct MagnetLink: Hashable, Sendable, CustomStringConvertible {
    /// Longer links are refused.
    package static let maxBytes = 32 << 10
    /// Further trackers and web seeds are left out.
    package static let maxTrackers = 100
    /// Further peers are left out.
    package static let maxPeers = 100

    /// At least one of the two hashes is there; both in a link to a hybrid torrent.
    package let infoHash: InfoHash?
    /// The v2 hash.
    package let infoHashV2: InfoHashV2?
    /// What to show until `info` is known (`dn`).
    package let displayName: String?
    /// Each a tier of its own (`tr`).
    package let trackers: [String]
    /// HTTP sources (`ws`).
    package let webSeeds: [String]
    /// Numeric addresses that are worth a try (`x.pe`).
    package let peers: [PeerAddress]
    /// Indices of the files to fetch, all when empty (BEP 53, `so`).
    package let selectedFiles: [ClosedRange<Int>]

    /// A link from its parts.
    package init(
        infoHash: InfoHash?, infoHashV2: InfoHashV2? = nil, displayName: String? = nil, trackers: [String] = [],
        webSeeds: [String] = [], peers: [PeerAddress] = [], selectedFiles: [ClosedRange<Int>] = []
    ) {
        self.infoHash = infoHash
        self.infoHashV2 = infoHashV2
        self.displayName = displayName
        self.trackers = trackers
        self.webSeeds = webSeeds
        self.peers = peers
        self.selectedFiles = selectedFiles
    }

    /// Reads a link.
    ///
    /// - Throws: `.magnet` for text that is no magnet link, is longer than 32 KiB, has no hash, a malformed one or two of a kind.
    ///   Other parameters that make no sense are left out.
    package init(_ text: String) throws(MetainfoError) {
        var reader = MagnetReader()
        try reader.read(text)
        self.init(
            infoHash: reader.infoHash, infoHashV2: reader.infoHashV2, displayName: reader.displayName,
            trackers: reader.trackers, webSeeds: reader.webSeeds, peers: reader.peers,
            selectedFiles: reader.selectedFiles)
    }

    /// The link, with escapes where needed.
    package var description: String {
        var parts: [String] = []
        if let infoHash { parts.append("xt=urn:btih:\(infoHash.hex)") }
        if let infoHashV2 { parts.append("xt=urn:btmh:1220\(infoHashV2.hex)") }
        if let displayName { parts.append("dn=\(PercentCoding.encode(displayName))") }
        parts += trackers.map { "tr=\(PercentCoding.encode($0))" }
        parts += webSeeds.map { "ws=\(PercentCoding.encode($0))" }
        parts += peers.map { "x.pe=\($0)" }
        if !selectedFiles.isEmpty {
            let ranges = selectedFiles.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            parts.append("so=\(ranges.joined(separator: ","))")
        }
        return "magnet:?" + parts.joined(separator: "&")
    }

    /// What trackers and peers call the torrent.
    package var networkHash: InfoHash? { infoHash ?? infoHashV2?.truncated }
}

extension MetainfoFile {
    /// A link to this torrent, with all its trackers and web seeds that a link may carry.
    package var magnet: MagnetLink {
        MagnetLink(
            infoHash: infoHash, infoHashV2: infoHashV2, displayName: info.name,
            trackers: Array(tiers.joined().prefix(MagnetLink.maxTrackers)), webSeeds: webSeeds)
    }
}
