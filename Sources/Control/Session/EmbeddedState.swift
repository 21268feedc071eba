import Bencode
package import Metainfo
package import Storage

/// What a torrent file itself says of its data and of its user's wishes, under rTorrent's keys `libtorrent_resume` and `rtorrent`.
///
/// Tools that spare rTorrent the hashing put it there before they load the torrent, and rTorrent before 0.8.9 kept its session so.
package struct EmbeddedState: Sendable {
    package struct Resume: Sendable {
        /// Nil: everything has to be hashed.
        package var data: ResumeData?
        /// One for each file; empty if they are not given.
        package var priorities: [UInt8]
    }

    package var record: DownloadRecord?
    package var resume: Resume?

    /// - Returns: nil for a torrent that has neither key, as nearly all.
    package init?(_ metainfo: MetainfoFile) {
        // Looked for in the bytes first, for building an index of a large torrent is dear.
        guard Self.contains(metainfo, TorrentCoding.recordKey) || Self.contains(metainfo, TorrentCoding.resumeKey),
            let root = metainfo.dictionary
        else { return nil }
        var problems: [String] = []
        if let node = root[TorrentCoding.recordKey], node.kind == .dictionary {
            record = RecordCoding.decode(node, &problems)
        }
        if let node = root[TorrentCoding.resumeKey], node.kind == .dictionary {
            let content = ResumeCoding.decode(node, metainfo.info, &problems)
            resume = Resume(data: content.resume, priorities: content.priorities)
        }
        if record == nil, resume == nil { return nil }
    }

    private static func contains(_ metainfo: MetainfoFile, _ key: String) -> Bool {
        let wanted = Array("\(key.utf8.count):\(key)d".utf8)
        // Both keys are members of the root, so they lie before or behind `info`.
        return [metainfo.bytes[..<metainfo.infoRange.lowerBound], metainfo.bytes[metainfo.infoRange.upperBound...]]
            .contains { part in
                part.count >= wanted.count
                    && part.indices.dropLast(wanted.count - 1).contains { part[$0...].starts(with: wanted) }
            }
    }
}
