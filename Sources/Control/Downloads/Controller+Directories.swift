package import Commands
import Engine
import Glibc
import Metainfo
import Storage

// Where a download's data lies.
extension Controller {
    /// `d.directory.set`, and with `isBase` `d.directory_base.set`. Closes it directly; nothing is moved.
    ///
    /// - Throws: if files were moved away while it was open with complete pieces.
    package func setDirectory(_ directory: [UInt8], of download: Download, isBase: Bool) throws(CommandFault) {
        guard !hasMovedFiles(download) else {
            download.message = Array(
                "Cannot change the directory of an open download after the files have been moved.".utf8)
            download.record.isStarted = false
            download.needsSaving = true
            closeDirectly(download)
            // The typing error is rTorrent's; clients compare texts.
            throw .input("Cannot change the directory of an open download atter the files have been moved.")
        }
        closeDirectly(download)
        let info = download.torrent.metainfo.info
        download.record.directory = DownloadPlace.directory(expanded(directory), for: info, isBase: isBase)
        download.needsSaving = true
        let (folder, saveAs) = DownloadPlace.enginePlace(download.record.directory, for: info)
        download.torrent.relocate(directory: folder, saveAs: saveAs)
    }

    /// The path of its file, or of its folder.
    func basePath(of download: Download) -> [UInt8] {
        let info = download.torrent.metainfo.info
        let directory = download.record.directory
        return info.isSingleFile ? DownloadPlace.joined(directory, Array(info.name.utf8)) : directory
    }

    func expanded(_ path: [UInt8]) -> [UInt8] {
        guard path.first == UInt8(ascii: "~") else { return path }
        return Array(interpreter.expandingTilde(String(decoding: path, as: UTF8.self)).utf8)
    }

    private func hasMovedFiles(_ download: Download) -> Bool {
        guard download.torrent.stage >= .ready, let verified = download.torrent.verifiedPieces(),
            verified.setCount > 0, !download.frozenPath.isEmpty
        else { return false }
        return access(String(decoding: download.frozenPath, as: UTF8.self), F_OK) != 0
    }
}
