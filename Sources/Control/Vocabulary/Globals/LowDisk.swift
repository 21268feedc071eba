import Commands
import Engine
import Metainfo
import Storage

/// Which downloads must stop because their disk is nearly full. Pure.
package struct LowDiskRule {
    /// Bytes that must be free.
    package let limit: Int64
    /// Downloads of high priority go on: `close_low_diskspace.normal`.
    package let sparesHigh: Bool

    package init(limit: Int64, sparesHigh: Bool = false) {
        self.limit = limit
        self.sparesHigh = sparesHigh
    }

    /// - Parameters:
    ///   - isDownloading: it is active and wants more.
    ///   - free: bytes; nil where the system does not tell, which stops nothing.
    package func stops(isDownloading: Bool, priority: Int64, free: Int64?) -> Bool {
        guard isDownloading, let free, free < limit else { return false }
        return !(sparesHigh && priority == 3)
    }
}

/// `close_low_diskspace`: what is still incomplete stops before it fills the disk.
func defineLowDisk(in map: CommandMap, _ controller: Controller) {
    for (name, sparesHigh) in [("close_low_diskspace", false), ("close_low_diskspace.normal", true)] {
        SettingTable(map).action(
            name, [.value("bytes", unit: .bytes)], .isUntrustedSafe,
            help: "close what downloads to a disk with less free than that"
                + (sparesHigh ? ", but for high priority" : "")
        ) { [unowned controller] (_, arguments) throws(CommandFault) in
            let rule = LowDiskRule(limit: try arguments.onlyInteger(unit: .bytes), sparesHigh: sparesHigh)
            controller.closeLowDiskSpace(by: rule)
        }
    }
}

extension Controller {
    func closeLowDiskSpace(by rule: LowDiskRule) {
        // One question for each folder, not for each download: it may be a network's file system.
        var known: [[UInt8]: Int64?] = [:]
        for download in downloads.all where download.isActive && !download.record.isComplete {
            let folder = download.record.directory
            let free = known[folder] ?? FreeSpace.bytes(at: String(decoding: folder, as: UTF8.self))
            known[folder] = .some(free)
            guard rule.stops(isDownloading: true, priority: download.record.priority, free: free) else { continue }
            close(download)
            download.isHashingFailed = true
            download.message = Array("Low diskspace.".utf8)
            download.hasDiskTrouble = true
            global.logs.log(
                .warn, about: .storage, "closed for lack of disk space: \(download.torrent.metainfo.info.name)")
        }
    }
}
