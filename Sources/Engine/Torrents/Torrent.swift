import Discovery
package import Metainfo
package import NIOCore
package import Storage
package import SwarmCore
import Synchronization

/// One torrent of an engine: where it is in its life, and its figures. Any thread may ask.
package final class Torrent: Sendable {
    private struct State {
        var phase: TorrentPhase
        var swarm: Swarm?
        var trackers: TrackerClient?
        var waiters: [CheckedContinuation<TorrentPhase, Never>] = []
    }

    package let infoHash: InfoHash
    package let metainfo: MetainfoFile
    package let options: TorrentOptions
    /// The torrent's files on disk.
    package let store: PieceStore
    package let gauges = SwarmGauges()
    /// Ends a check that is under way.
    let stopSignal = StopSignal()
    private let state: Mutex<State>

    init(infoHash: InfoHash, metainfo: MetainfoFile, options: TorrentOptions, store: PieceStore) {
        self.infoHash = infoHash
        self.metainfo = metainfo
        self.options = options
        self.store = store
        state = Mutex(State(phase: .checking(done: 0, total: metainfo.info.layout.totalLength)))
    }

    /// Everything a status line shows.
    package var status: TorrentStatus {
        let (phase, trackers) = state.withLock { ($0.phase, $0.trackers) }
        return TorrentStatus(
            name: metainfo.info.name, phase: phase, figures: gauges.figures, trackers: trackers?.statuses() ?? [])
    }

    package var phase: TorrentPhase { state.withLock { $0.phase } }

    /// The swarm, once the check is through.
    package var swarm: Swarm? { state.withLock { $0.swarm } }

    var trackers: TrackerClient? { state.withLock { $0.trackers } }

    /// Waits until the torrent seeds, has failed or was stopped.
    package func waitUntilSettled() async -> TorrentPhase {
        await withCheckedContinuation { continuation in
            let settled: TorrentPhase? = state.withLock { state in
                if Self.isSettled(state.phase) { return state.phase }
                state.waiters.append(continuation)
                return nil
            }
            if let settled { continuation.resume(returning: settled) }
        }
    }

    private static func isSettled(_ phase: TorrentPhase) -> Bool {
        switch phase {
        case .seeding, .failed, .stopped: true
        case .checking, .downloading: false
        }
    }

    /// Enters a phase. What has failed or stopped stays so until it is started again.
    func enter(_ phase: TorrentPhase) {
        let waiters: [CheckedContinuation<TorrentPhase, Never>] = state.withLock { state in
            switch state.phase {
            case .failed, .stopped: return []
            default: break
            }
            state.phase = phase
            guard Self.isSettled(phase) else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: phase) }
    }

    /// The check is through: from here on peers may come.
    ///
    /// - Returns: false when the torrent was stopped meanwhile.
    func attach(_ swarm: Swarm, _ trackers: TrackerClient) -> Bool {
        state.withLock { state in
            if case .checking = state.phase {
                state.swarm = swarm
                state.trackers = trackers
                return true
            }
            return false
        }
    }

    /// Dials addresses that the user knows.
    package func add(peers: [PeerAddress]) async {
        await swarm?.add(peers: peers, origin: .manual)
    }

    /// Leaves the swarm: closes connections and tells the trackers, for at most `timeout`.
    package func stop(timeout: TimeAmount) async {
        stopSignal.stop()
        enter(.stopped)
        let (swarm, trackers) = state.withLock { ($0.swarm, $0.trackers) }
        async let told: Void? = trackers?.stop(timeout: timeout)
        await swarm?.stop()
        _ = await told
    }
}
