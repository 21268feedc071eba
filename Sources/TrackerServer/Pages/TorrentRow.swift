package import Metainfo

/// One torrent as the pages show it.
package struct TorrentRow: Sendable {
    package let infoHash: InfoHash
    /// Known from a torrent file only.
    package let torrent: TorrentFolder.Torrent?
    package let counts: SwarmCounts

    /// The torrent's name, or its hash.
    var title: String { torrent?.name ?? infoHash.hex }
    /// Bytes that all finished downloads moved; nil without the size.
    var transferred: Int64? {
        torrent.map { torrent in
            let (product, overflow) = torrent.totalLength.multipliedReportingOverflow(by: Int64(counts.downloaded))
            return overflow ? .max : product
        }
    }

    /// What a table of torrents can be sorted by.
    enum Order: String, CaseIterable {
        case name, size, seeds, leechers, downloaded, transferred, reachable, hash

        /// Names from A, numbers from the largest.
        var isDescendingFirst: Bool { self != .name && self != .hash }
    }

    static func sorted(_ rows: [TorrentRow], by order: Order, descending: Bool) -> [TorrentRow] {
        func number(_ row: TorrentRow) -> Int64 {
            switch order {
            case .size: row.torrent?.totalLength ?? -1
            case .seeds: Int64(row.counts.complete)
            case .leechers: Int64(row.counts.incomplete)
            case .downloaded: Int64(row.counts.downloaded)
            case .transferred: row.transferred ?? -1
            case .reachable: Int64(row.counts.reachable)
            case .name, .hash: 0
            }
        }
        switch order {
        case .hash:
            return rows.sorted { descending ? $1.infoHash < $0.infoHash : $0.infoHash < $1.infoHash }
        case .name:
            // Unnamed ones come behind all names.
            let keyed = rows.map { (key: ($0.torrent == nil ? "1" : "0") + $0.title.lowercased(), row: $0) }
            return keyed.sorted { descending ? $1.key < $0.key : $0.key < $1.key }.map(\.row)
        default:
            let keyed = rows.map { (key: number($0), row: $0) }
            return keyed.sorted {
                if $0.key != $1.key { return descending ? $0.key > $1.key : $0.key < $1.key }
                return $0.row.infoHash < $1.row.infoHash
            }.map(\.row)
        }
    }

    var json: String {
        var text = "{\"info_hash\":\"\(infoHash.hex)\""
        if let torrent {
            text += ",\"name\":\(PageText.json(torrent.name)),\"size\":\(torrent.totalLength)"
            text += ",\"files\":\(torrent.fileCount)"
        }
        text += ",\"seeds\":\(counts.complete),\"leechers\":\(counts.incomplete),\"downloaded\":\(counts.downloaded)"
        if let transferred { text += ",\"transferred\":\(transferred)" }
        return text + ",\"partial_seeds\":\(counts.partialSeeds),\"reachable\":\(counts.reachable)}"
    }
}
