import Bencode

extension MetainfoFile {
    /// What stands for a magnet link's torrent until its metadata is here: one file `HASH.meta` of one byte, and the link's own trackers.
    ///
    /// - Returns: nil for a link without any hash.
    package static func placeholder(for link: MagnetLink) -> MetainfoFile? {
        guard let infoHash = link.networkHash else { return nil }
        let dictionary: BencodeValue = [
            "info": [
                "length": .integer(1), "name": BencodeValue(infoHash.hex.uppercased() + ".meta"),
                "piece length": .integer(Int64(PieceLayout.pieceLengths.lowerBound)),
                "pieces": .string(infoHash.bytes),
            ]
        ]
        guard let made = try? MetainfoFile.decode(BencodeEncoder.encode(dictionary)) else { return nil }
        return MetainfoFile(
            bytes: made.bytes, info: made.info, infoRange: made.infoRange, infoHash: infoHash,
            infoHashV2: link.infoHashV2, tiers: link.trackers.map { [$0] }, nodes: [], webSeeds: link.webSeeds,
            httpSeeds: [], comment: nil, createdBy: nil, creationDate: nil, pieceLayers: nil, warnings: [])
    }
}
