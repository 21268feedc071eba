package import Bencode

/// A torrent file: `info`, and around it how to find peers (BEP 3, 5, 12, 17, 19, 52).
package struct MetainfoFile: Sendable {
    /// The file as it came.
    package let bytes: [UInt8]
    /// What the info-hash covers.
    package let info: Info
    /// Where the bytes of `info` lie, over which the hashes are taken.
    package let infoRange: Range<Int>
    /// SHA-1 of `info`; nil for v2 only.
    package let infoHash: InfoHash?
    /// SHA-256 of `info`; nil for v1 only.
    package let infoHashV2: InfoHashV2?
    /// Trackers to ask, tier by tier; `announce` alone is one tier (BEP 12).
    package let tiers: [[String]]
    /// DHT nodes to start from (BEP 5).
    package let nodes: [Node]
    /// Plain HTTP and FTP sources (BEP 19, `url-list`).
    package let webSeeds: [String]
    /// Sources that speak BEP 17 (`httpseeds`).
    package let httpSeeds: [String]
    /// What the publisher says about it; not fit for a terminal as it is.
    package let comment: String?
    /// The program that made it; not fit for a terminal as it is.
    package let createdBy: String?
    /// Seconds since 1970.
    package let creationDate: Int64?
    /// SHA-256 of pieces; nil for v1 only.
    package let pieceLayers: PieceLayers?
    /// What is odd about the file and how it was taken, one sentence each; free of control characters.
    package let warnings: [String]

    /// A host and UDP port of the DHT.
    package struct Node: Hashable, Sendable {
        package let host: String
        package let port: UInt16
    }

    /// What trackers and peers call the torrent: the v1 hash, or the v2 hash cut to twenty bytes (BEP 52).
    package var networkHash: InfoHash {
        // One of the two is always there.
        infoHash ?? infoHashV2?.truncated ?? InfoHash(storage: TwentyBytes(high: 0, middle: 0, low: 0))
    }

    /// The whole dictionary as it came, unknown keys included. Decoded anew each time, for its index is larger than the torrent.
    package var dictionary: BencodeNode? { try? BencodeDecoder().decode(bytes) }

    /// The bytes of `info` as they came, to hand to peers (BEP 9).
    package var infoBytes: ArraySlice<UInt8> { bytes[infoRange] }

    /// Reads a torrent file and checks all that can be checked without its data.
    ///
    /// - Throws: when it is not bencoded, or a field that the torrent cannot do without is wrong. Oddities elsewhere are taken with
    ///   a warning.
    package static func decode(_ bytes: [UInt8]) throws(MetainfoError) -> MetainfoFile {
        try MetainfoReader(bytes).read()
    }
}
