import Discovery
package import Metainfo
package import NIOCore
import Storage
package import SwarmCore
import Synchronization

/// One torrent of an engine: where it is in its life, and its figures. Any thread may ask.
package final class Torrent: Sendable {
    package let infoHash: InfoHash
    /// What the torrent is. Without the file's bytes and the piece hashes when `TorrentOptions.reload` can bring them back.
    package let metainfo: MetainfoFile
    package let gauges = SwarmGauges()
    /// Know of the torrent in every stage; announce while it is active.
    let trackers: TrackerClient
    let engine: EngineParts
    let state: Mutex<TorrentState>
    let shownStage = ShownStage()
    /// Bytes looked at in the check that runs or in the last one.
    let hashedBytes = Atomic<Int64>(0)

    init(
        infoHash: InfoHash, metainfo: MetainfoFile, options: TorrentOptions, engine: EngineParts
    ) {
        self.infoHash = infoHash
        self.metainfo = metainfo
        self.engine = engine
        let store = engine.store(metainfo.info, options)
        state = Mutex(TorrentState(options: options, store: store, shownStage: shownStage))
        trackers = engine.trackerClient(infoHash, options.tiers ?? metainfo.tiers, gauges)
        gauges.publish(SwarmFigures(resting: metainfo.info, have: nil, priorities: [], continuing: SwarmFigures()))
    }

    package var options: TorrentOptions { state.withLock { $0.options } }

    /// The torrent with its bytes and piece hashes; read again if they are not kept, so not for an event loop.
    ///
    /// - Returns: nil when it cannot be read any more.
    package func wholeMetainfo() -> MetainfoFile? {
        guard metainfo.isWithoutBytes else { return metainfo }
        guard let whole = options.reload?(), whole.infoHash == infoHash else { return nil }
        return whole
    }

    // MARK: For one who waits

    /// Everything a status line shows.
    package var status: TorrentStatus {
        TorrentStatus(
            name: metainfo.info.name, phase: phase, figures: gauges.figures, trackers: trackers.statuses())
    }

    /// Where a torrent that was taken in by `add` is in its life.
    package var phase: TorrentPhase { state.withLock { phase(of: $0) } }

    private func phase(of state: TorrentState) -> TorrentPhase {
        if let failure = state.failure { return .failed(failure) }
        let total = metainfo.info.layout.totalLength
        switch state.stage {
        case .closed: return .stopped
        case .active: return gauges.figures.wantedLeft == 0 ? .seeding : .downloading
        case .open, .checking, .ready:
            guard state.isErrand else { return .stopped }
            return .checking(done: min(total, hashedBytes.load(ordering: .relaxed)), total: total)
        }
    }

    /// Waits until the torrent seeds, has failed or was stopped.
    package func waitUntilSettled() async -> TorrentPhase {
        await withCheckedContinuation { continuation in
            let settled: TorrentPhase? = state.withLock { state in
                let phase = self.phase(of: state)
                if Self.isSettled(phase) { return phase }
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

    /// Wakes who waits, if there is something to wake them for.
    func settle() {
        typealias Waiters = [CheckedContinuation<TorrentPhase, Never>]
        let (waiters, phase): (Waiters, TorrentPhase) = state.withLock { state in
            let phase = self.phase(of: state)
            guard !state.waiters.isEmpty, Self.isSettled(phase) else { return ([], phase) }
            defer { state.waiters = [] }
            return (state.waiters, phase)
        }
        for waiter in waiters { waiter.resume(returning: phase) }
    }

    /// Dials addresses that the user knows.
    package func add(peers: [PeerAddress]) async {
        await swarm?.add(peers: peers, origin: .manual)
    }

    /// Leaves the swarm: closes connections and tells the trackers, for at most `timeout`.
    package func stop(timeout: TimeAmount) async {
        let (swarm, store, _) = enterClosed()
        async let told: Void = trackers.stop(timeout: timeout)
        await swarm?.stop()
        store.close()
        _ = await told
    }
}
