package import Metainfo
import Synchronization

/// Which torrents a tracker serves: all, or those of a list that can be replaced while it runs.
package final class AccessList: Sendable {
    /// A hash table that is never changed, only replaced.
    private final class Listed: Sendable {
        let infoHashes: Set<InfoHash>

        init(_ infoHashes: Set<InfoHash>) {
            self.infoHashes = infoHashes
        }
    }

    /// Whether every torrent is served.
    package let isOpen: Bool
    private let path: String?
    private let listed: Mutex<Listed>

    private init(path: String?, infoHashes: Set<InfoHash>?) {
        self.path = path
        isOpen = infoHashes == nil
        listed = Mutex(Listed(infoHashes ?? []))
    }

    /// Every torrent.
    package static let open = AccessList(path: nil, infoHashes: nil)

    /// These torrents and no others.
    package static func listed(_ infoHashes: Set<InfoHash>) -> AccessList {
        AccessList(path: nil, infoHashes: infoHashes)
    }

    /// The torrents of a file in the form of `AccessListFile`.
    package static func file(_ path: String) throws(TrackerError) -> AccessList {
        AccessList(path: path, infoHashes: try AccessListFile.read(path))
    }

    /// How many torrents are listed; nil if all are served.
    package var count: Int? { isOpen ? nil : listed.withLock { $0 }.infoHashes.count }

    package func allows(_ infoHash: InfoHash) -> Bool {
        // Only the reference is fetched under the lock.
        isOpen || listed.withLock { $0 }.infoHashes.contains(infoHash)
    }

    /// Reads the file again; blocks for as long as that takes.
    ///
    /// All or nothing: after an error the former list goes on.
    package func reload() throws(TrackerError) {
        guard let path else { return }
        let fresh = Listed(try AccessListFile.read(path))
        listed.withLock { $0 = fresh }
    }
}
