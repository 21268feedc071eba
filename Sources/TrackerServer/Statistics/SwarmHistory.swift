import Metainfo
import Synchronization

/// How each torrent's swarm did over the last day: a sample every five minutes.
///
/// Bounded: so many torrents; those that are gone make room.
final class SwarmHistory: Sendable {
    struct Sample: Sendable, Equatable {
        var seeds: UInt16
        var leechers: UInt16
    }

    private struct State {
        var samples: [InfoHash: [Sample]] = [:]
    }

    static let seconds = 300
    static let length = 288
    private static let mostTorrents = 20_000

    private let state = Mutex(State())

    /// Takes a sample of everything.
    func record(_ counts: [(infoHash: InfoHash, counts: SwarmCounts)]) {
        state.withLock { state in
            var fresh: [InfoHash: [Sample]] = [:]
            for (infoHash, counts) in counts.prefix(Self.mostTorrents) {
                var samples = state.samples.removeValue(forKey: infoHash) ?? []
                if samples.count >= Self.length { samples.removeFirst(samples.count - Self.length + 1) }
                samples.append(
                    Sample(
                        seeds: UInt16(clamping: counts.complete), leechers: UInt16(clamping: counts.incomplete)))
                fresh[infoHash] = samples
            }
            state.samples = fresh
        }
    }

    /// Oldest first, at most a day's.
    func samples(of infoHash: InfoHash) -> [Sample] { state.withLock { $0.samples[infoHash] ?? [] } }
}
