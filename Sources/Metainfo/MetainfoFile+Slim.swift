extension MetainfoFile {
    /// The torrent without its bytes and piece hashes, for one that is not needed whole all the time: a fraction of the memory.
    package var withoutBytes: MetainfoFile {
        MetainfoFile(
            bytes: [], info: info.withoutHashes, infoRange: 0..<0, infoHash: infoHash, infoHashV2: infoHashV2,
            tiers: tiers,
            nodes: nodes, webSeeds: webSeeds, httpSeeds: httpSeeds, comment: comment, createdBy: createdBy,
            creationDate: creationDate, pieceLayers: nil, warnings: warnings)
    }

    /// Made by `withoutBytes`.
    package var isWithoutBytes: Bool { bytes.isEmpty }
}

extension Info {
    fileprivate var withoutHashes: Info {
        Info(
            name: name, rawName: rawName, version: version, layout: layout, files: files, pieceHashes: nil,
            isPrivate: isPrivate, source: source)
    }
}
