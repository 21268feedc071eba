import Commands
import Engine
package import Metainfo

/// All downloads, in the order in which they were loaded. Control loop only.
package final class DownloadList {
    package private(set) var all: [Download] = []
    private var byHash: [InfoHash: Download] = [:]

    package init() {}

    package subscript(infoHash: InfoHash) -> Download? { byHash[infoHash] }

    func append(_ download: Download) {
        all.append(download)
        byHash[download.torrent.infoHash] = download
    }

    func remove(_ download: Download) {
        byHash[download.torrent.infoHash] = nil
        all.removeAll { $0 === download }
    }
}
