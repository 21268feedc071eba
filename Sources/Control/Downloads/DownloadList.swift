import Commands
import Engine
package import Metainfo

/// All downloads, in the order in which they were loaded. Control loop only.
package final class DownloadList {
    private var byHash: [InfoHash: Download] = [:]
    /// Holes are what was removed; they are closed when the list is looked at.
    private var slots: [Download?] = []
    /// All of `slots` but the holes; nil after a change.
    private var list: [Download]?
    private var nextNumber = 0

    package init() {}

    package subscript(infoHash: InfoHash) -> Download? { byHash[infoHash] }

    package var count: Int { byHash.count }

    package var all: [Download] {
        if let list { return list }
        if slots.count != byHash.count {
            slots.removeAll { $0 == nil }
            for (index, download) in slots.enumerated() { download?.listSlot = index }
        }
        let all = slots.compactMap { $0 }
        list = all
        return all
    }

    /// For the next download.
    func takeNumber() -> Int {
        defer { nextNumber += 1 }
        return nextNumber
    }

    func append(_ download: Download) {
        download.listSlot = slots.count
        slots.append(download)
        list = nil
        byHash[download.torrent.infoHash] = download
    }

    func remove(_ download: Download) {
        guard byHash.removeValue(forKey: download.torrent.infoHash) != nil else { return }
        slots[download.listSlot] = nil
        list = nil
    }
}
