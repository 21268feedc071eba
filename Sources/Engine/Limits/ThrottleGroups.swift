import SwarmCore
import Synchronization

/// The global limits and the named ones that torrents share.
///
/// A torrent of a group is held back by the group and by the global limit; one of the group `NULL` by none.
final class ThrottleGroups: Sendable {
    /// Both directions of one limit.
    struct Pair: Sendable {
        let upload: RateLimiter
        let download: RateLimiter
    }

    private struct Group {
        let limiters: Pair
        /// Made by `set`, not only named by a torrent.
        var isDeclared = false
    }

    let global: Pair
    private let groups = Mutex<[String: Group]>([:])

    init(_ limits: EngineLimits) {
        global = Self.pair(limits.maxUploadRate, limits.maxDownloadRate)
    }

    private static func pair(_ upload: Int, _ download: Int) -> Pair {
        Pair(upload: RateLimiter(bytesPerSecond: upload), download: RateLimiter(bytesPerSecond: download))
    }

    /// Makes or changes a group; nil leaves that direction as it is. Torrents that are in it follow at once.
    func set(_ name: String, maxUploadRate: Int?, maxDownloadRate: Int?) {
        groups.withLock { groups in
            var group = groups[name] ?? Group(limiters: Self.pair(0, 0))
            group.isDeclared = true
            if let maxUploadRate { group.limiters.upload.limit = maxUploadRate }
            if let maxDownloadRate { group.limiters.download.limit = maxDownloadRate }
            groups[name] = group
        }
    }

    /// A declared group.
    subscript(name: String) -> Pair? {
        groups.withLock { groups in groups[name].flatMap { $0.isDeclared ? $0.limiters : nil } }
    }

    /// The declared groups, sorted.
    var names: [String] { groups.withLock { $0.filter(\.value.isDeclared).keys.sorted() } }

    /// What a torrent that names a group draws from. A group that is not there yet holds up nobody until it is declared.
    func limiters(for name: String) -> [Pair] {
        switch name {
        case "": return [global]
        case TorrentSettings.unthrottled: return []
        default:
            let group = groups.withLock { groups in
                let group = groups[name] ?? Group(limiters: Self.pair(0, 0))
                groups[name] = group
                return group
            }
            return [group.limiters, global]
        }
    }
}
