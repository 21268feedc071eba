import Engine
import Metainfo
import Synchronization

/// Writes down what an engine tells.
final class Witness: Sendable {
    private let told = Mutex<[(InfoHash, TorrentEvent)]>([])

    func note(_ torrent: Torrent, _ event: TorrentEvent) {
        told.withLock { $0.append((torrent.infoHash, event)) }
    }

    /// What was told of one torrent, in order, by name.
    func events(of torrent: Torrent) -> [String] {
        told.withLock { $0.filter { $0.0 == torrent.infoHash }.map { Self.name($0.1) } }
    }

    private static func name(_ event: TorrentEvent) -> String {
        switch event {
        case .checked: "checked"
        case .checkFailed: "checkFailed"
        case .completed: "completed"
        case .storageFailed: "storageFailed"
        case .trackerReplied: "trackerReplied"
        case .trackerFailed: "trackerFailed"
        }
    }
}
