import Metainfo
import NIOCore
import SwarmCore
import Synchronization

/// Which torrents an engine has, for callers that name an info-hash.
final class TorrentTable: Sendable {
    private struct State {
        var torrents: [InfoHash: Torrent] = [:]
        var formerTotals = EngineFigures()
        /// By age.
        var handshakes: [UInt64: any Channel] = [:]
        var lastHandshake: UInt64 = 0
    }

    /// Callers that have not said what they want: beyond this many, the one that keeps silent for longest is closed.
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

    /// Its info-hash is free from here on; what it has moved stays in the sum.
    func remove(_ torrent: Torrent) {
        let figures = torrent.gauges.figures
        state.withLock { state in
            guard state.torrents[torrent.infoHash] === torrent else { return }
            state.torrents[torrent.infoHash] = nil
            state.formerTotals.uploaded += figures.uploaded
            state.formerTotals.downloaded += figures.downloaded
        }
    }

    func removeAll() { state.withLock { $0.torrents = [:] } }

    func torrent(_ infoHash: InfoHash) -> Torrent? { state.withLock { $0.torrents[infoHash] } }

    /// What torrents that are gone have moved.
    var formerTotals: EngineFigures { state.withLock { $0.formerTotals } }

    var all: [Torrent] { state.withLock { Array($0.torrents.values) } }

    /// The swarm that serves `infoHash`; nil when the torrent is not here, or not active.
    func swarm(for infoHash: InfoHash) -> Swarm? {
        state.withLock { $0.torrents[infoHash] }?.swarm
    }

    /// A caller is there; silent ones in a crowd make room for it.
    ///
    /// - Returns: the number to end its handshake with.
    func beginHandshake(_ channel: any Channel) -> UInt64 {
        let (number, oldest): (UInt64, (any Channel)?) = state.withLock { state in
            state.lastHandshake += 1
            var oldest: (any Channel)?
            if state.handshakes.count >= Self.highestHandshakes, let first = state.handshakes.keys.min() {
                oldest = state.handshakes.removeValue(forKey: first)
            }
            state.handshakes[state.lastHandshake] = channel
            return (state.lastHandshake, oldest)
        }
        oldest?.close(promise: nil)
        return number
    }

    /// The caller has said what it wants, or is gone.
    func endHandshake(_ number: UInt64) {
        state.withLock { _ = $0.handshakes.removeValue(forKey: number) }
    }
}
