package import Metainfo
import Synchronization

/// Which torrents a tracker serves: all, those of lists and folders, or all but those of a list.
///
/// Everything can be replaced while it runs. A torrent that is refused by name stays refused, whatever else lists it.
package final class AccessList: Sendable {
    /// Where the answer comes from.
    package struct Sources: Sendable, Equatable {
        /// A file of info-hashes that are served.
        package var whitelist: String?
        /// A file of info-hashes that are not.
        package var blacklist: String?
        /// A folder whose torrent files are served.
        package var folder: String?

        package init(whitelist: String? = nil, blacklist: String? = nil, folder: String? = nil) {
            self.whitelist = whitelist
            self.blacklist = blacklist
            self.folder = folder
        }
    }

    /// Hash tables that are never changed, only replaced.
    private final class Tables: Sendable {
        let listed: Set<InfoHash>
        let refused: Set<InfoHash>
        let folder: TorrentFolder

        init(listed: Set<InfoHash>, refused: Set<InfoHash>, folder: TorrentFolder) {
            self.listed = listed
            self.refused = refused
            self.folder = folder
        }
    }

    package let sources: Sources
    /// Whether every torrent is served that is not refused.
    package let isOpen: Bool
    /// Whether nothing needs to be looked up at all.
    let servesEverything: Bool
    private let tables: Mutex<Tables>
    /// One reload at a time.
    private let reloading = Mutex<Void>(())

    private init(_ sources: Sources, _ tables: Tables, isOpen: Bool) {
        self.sources = sources
        self.isOpen = isOpen
        servesEverything = isOpen && sources.blacklist == nil
        self.tables = Mutex(tables)
    }

    /// Every torrent.
    package static let open = AccessList(
        Sources(), Tables(listed: [], refused: [], folder: TorrentFolder()), isOpen: true)

    /// These torrents and no others.
    package static func listed(_ infoHashes: Set<InfoHash>) -> AccessList {
        AccessList(Sources(), Tables(listed: infoHashes, refused: [], folder: TorrentFolder()), isOpen: false)
    }

    /// The torrents of a file in the form of `AccessListFile`.
    package static func file(_ path: String) throws(TrackerError) -> AccessList {
        try reading(Sources(whitelist: path))
    }

    /// What the sources say; blocks for as long as reading them takes.
    package static func reading(_ sources: Sources) throws(TrackerError) -> AccessList {
        AccessList(
            sources, try read(sources, before: TorrentFolder()),
            isOpen: sources.whitelist == nil && sources.folder == nil)
    }

    private static func read(_ sources: Sources, before: TorrentFolder) throws(TrackerError) -> Tables {
        var listed: Set<InfoHash> = []
        var refused: Set<InfoHash> = []
        var folder = TorrentFolder()
        if let path = sources.whitelist { listed = try AccessListFile.read(path) }
        if let path = sources.blacklist { refused = try AccessListFile.read(path) }
        if let path = sources.folder { folder = try TorrentFolder.scan(path, before: before) }
        return Tables(listed: listed, refused: refused, folder: folder)
    }

    /// How many torrents are listed; nil if all are served.
    package var count: Int? {
        guard !isOpen else { return nil }
        let tables = tables.withLock { $0 }
        guard !tables.folder.torrents.isEmpty else { return tables.listed.subtracting(tables.refused).count }
        return tables.listed.union(tables.folder.torrents.keys).subtracting(tables.refused).count
    }

    package func allows(_ infoHash: InfoHash) -> Bool {
        if servesEverything { return true }
        // Only the reference is fetched under the lock.
        let tables = tables.withLock { $0 }
        if tables.refused.contains(infoHash) { return false }
        return isOpen || tables.listed.contains(infoHash) || tables.folder.torrents[infoHash] != nil
    }

    /// What the folder knows of a torrent: its name and size.
    package func torrent(_ infoHash: InfoHash) -> TorrentFolder.Torrent? {
        tables.withLock { $0 }.folder.torrents[infoHash]
    }

    /// The torrents of the folder, in no order.
    package var folderTorrents: [InfoHash: TorrentFolder.Torrent] { tables.withLock { $0 }.folder.torrents }

    /// Files of the folder that are no torrents, and why.
    package var folderProblems: [String: String] { tables.withLock { $0 }.folder.problems }

    /// All torrents that are listed, those of the folder included.
    package var listedInfoHashes: Set<InfoHash> {
        let tables = tables.withLock { $0 }
        return tables.listed.union(tables.folder.torrents.keys).subtracting(tables.refused)
    }

    /// Reads all sources again; blocks for as long as that takes.
    ///
    /// All or nothing: after an error the former lists go on.
    /// - Returns: whether anything is different.
    @discardableResult
    package func reload() throws(TrackerError) -> Bool {
        guard sources != Sources() else { return false }
        let result: Result<Bool, TrackerError> = reloading.withLock { _ in
            let before = tables.withLock { $0 }
            do throws(TrackerError) {
                let fresh = try Self.read(sources, before: before.folder)
                tables.withLock { $0 = fresh }
                return .success(
                    fresh.listed != before.listed || fresh.refused != before.refused
                        || fresh.folder.torrents.keys != before.folder.torrents.keys)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
