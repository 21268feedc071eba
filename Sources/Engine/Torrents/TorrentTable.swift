import Metainfo
import SwarmCore
import Synchronization

/// Which torrents an engine has, for callers that name an info-hash.
final class TorrentTable: Sendable {
    private struct State {
        var torrents: [InfoHash: Torrent] = [:]
        var handshakes = 0
    }

    /// Callers that have not said what they want: beyond this many, new ones are closed.
    private static let highestHandshakes = 512

    private let state = Mutex(State())

    /// False when the torrent is here already.
    func insert(_ torrent: Torrent) -> Bool {
        state.withLock { state in
            guard state.torrents[torrent.infoHash] == nil else { return false }
            state.torrents[torrent.infoHash] = torrent
            return true
        }
    }

    func remove(_ infoHash: InfoHash) {
        state.withLock { _ = $0.torrents.removeValue(forKey: infoHash) }
    }

    var all: [Torrent] { state.withLock { Array($0.torrents.values) } }

    /// The swarm that serves `infoHash`; nil when there is none, or it has not started.
    func swarm(for infoHash: InfoHash) -> Swarm? {
        state.withLock { $0.torrents[infoHash] }?.swarm
    }

    /// False when too many handshakes are open.
    func beginHandshake() -> Bool {
        state.withLock { state in
            guard state.handshakes < Self.highestHandshakes else { return false }
            state.handshakes += 1
            return true
        }
    }

    func endHandshake() { state.withLock { $0.handshakes -= 1 } }
}
