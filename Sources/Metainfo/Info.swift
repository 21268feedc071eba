/// What the info-hash covers: name, files and piece hashes of a torrent (BEP 3, 27, 47, 52).
package struct Info: Sendable {
    /// Name of the file or folder, safe to create.
    package let name: String
    /// The name as it came.
    package let rawName: [UInt8]
    /// Which kinds of peers can share it.
    package let version: Version
    /// How its stream divides into pieces and blocks.
    package let layout: PieceLayout
    /// What its stream consists of.
    package let files: FileList
    /// SHA-1 of the pieces; nil for v2 only.
    package let pieceHashes: PieceHashes?
    /// Peers may come from the torrent's own trackers only (BEP 27).
    package let isPrivate: Bool
    /// Who published it; makes the same files another torrent elsewhere.
    package let source: String?

    /// The versions of BitTorrent an `info` can be for.
    package enum Version: String, Hashable, Sendable {
        case v1
        case v2
        /// One `info` for both: the piece arithmetic is that of v1, padding files counted.
        case hybrid
    }

    package var pieceLength: Int { layout.pieceLength }
    package var pieceCount: Int { layout.pieceCount }
    package var totalLength: Int64 { layout.totalLength }
    package var isSingleFile: Bool { files.isSingleFile }
}
