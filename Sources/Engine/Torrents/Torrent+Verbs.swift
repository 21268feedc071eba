import Discovery
package import Metainfo
import NIOCore
import NIOPosix
package import Storage
package import SwarmCore
import Synchronization

// What the owner of a torrent may tell it, and ask it. Any thread; verbs return at once and what comes of them is told as
// `TorrentEvent`s; a verb that does not fit the stage does nothing.
extension Torrent {
    /// How long the trackers of a torrent that leaves are told of it in the background.
    private static let farewell = TimeAmount.seconds(10)

    // MARK: Stages

    package var stage: TorrentStage { shownStage.stage }

    /// closed → open. Nothing on disk is looked at yet.
    package func open() {
        state.withLock { state in
            guard state.stage == .closed, !state.isForgotten else { return }
            state.failure = nil
            state.enter(.open)
        }
    }

    /// Any stage → closed: leaves the swarm, ends a check, closes files. What was known of the disk is forgotten.
    package func close() {
        let (swarm, store, wasActive) = enterClosed()
        if let swarm {
            swarm.leave { _, _ in store.close() }
        } else {
            engine.threads.submit { _ in store.close() }
        }
        if wasActive { leaveTrackers() }
    }

    /// - Returns: what is to be left and closed.
    func enterClosed() -> (swarm: Swarm?, store: PieceStore, wasActive: Bool) {
        let former = state.withLock { state in
            defer {
                state.swarm = nil
                state.isErrand = false
                if state.stage != .closed { state.enter(.closed) }
            }
            return (state.swarm, state.store, state.stage == .active)
        }
        hashedBytes.store(0, ordering: .relaxed)
        rest()
        settle()
        return former
    }

    /// ready → active: prepares the files that are wanted, dials, announces `started`.
    package func activate() {
        let (step, isPrepared, swarm): (UInt64?, Bool, Swarm?) = state.withLock { state in
            guard state.stage == .ready, let have = state.have else { return (nil, false, nil) }
            state.enter(.active)
            // A check may have found that pieces are missing after all, or that none is.
            if state.options.mode == .download, state.swarm == nil {
                state.store.setAccess(have.isAllSet ? .readOnly : .readWrite)
            }
            state.isPrepared = state.store.access == .readOnly || (have.isAllSet && state.swarm == nil)
            return (state.step, state.isPrepared, state.swarm)
        }
        guard let step else { return }
        // One that has not left yet just goes on.
        if let swarm {
            swarm.begin(isHalted: true)
            applyWishes(swarm)
        }
        if isPrepared { handlePrepared(step) } else { prepare(step) }
    }

    /// active → ready: closes connections; trackers are told in the background.
    package func deactivate() {
        let (isLeaving, swarm): (Bool, Swarm?) = state.withLock { state in
            guard state.stage == .active else { return (false, nil) }
            state.enter(.ready)
            return (true, state.swarm)
        }
        guard isLeaving else { return }
        if let swarm { leave(swarm) } else { rest() }
        leaveTrackers()
        settle()
    }

    func leaveTrackers() {
        let trackers = trackers
        Task { await trackers.stop(timeout: Self.farewell) }
    }

    /// Another place on disk; only while closed. Nothing is moved.
    package func relocate(directory: String, saveAs: String?) {
        state.withLock { state in
            guard state.stage == .closed else { return }
            state.options.directory = directory
            state.options.saveAs = saveAs
            state.store = engine.store(metainfo.info, state.options)
        }
    }

    // MARK: Pieces and files

    /// Pieces hashed so far in the check that runs, or in the last one; 0 when closed.
    package var hashedPieces: Int {
        let layout = metainfo.info.layout
        let bytes = min(hashedBytes.load(ordering: .relaxed), layout.totalLength)
        return Int((bytes + Int64(layout.pieceLength) - 1) / Int64(layout.pieceLength))
    }

    /// What is verified and on disk; nil unless ready or active. Waits for the swarm's next turn while active.
    package func verifiedPieces() -> Bitfield? {
        let (swarm, have) = state.withLock { ($0.swarm, $0.have) }
        return swarm?.inspect { $0.verifiedPieces() } ?? have
    }

    /// One for each entry of the file list; takes effect at once.
    package func setPriorities(_ priorities: [FilePriority]) {
        let (step, swarm): (UInt64?, Swarm?) = state.withLock { state in
            state.priorities = priorities.contains { $0 != .normal } ? priorities : []
            state.wishes += 1
            let isPreparing = state.stage == .active && state.store.access == .readWrite
            return (isPreparing ? state.step : nil, state.swarm)
        }
        if swarm == nil { rest() }
        // New files first: pieces of theirs come as soon as they are asked for.
        if let step { return prepare(step) }
        if let swarm { applyWishes(swarm) }
    }

    /// Copies of each piece among connected peers, capped at 255; nil unless active. Waits for the swarm's next turn.
    package func availability() -> [UInt8]? {
        let (stage, swarm) = state.withLock { ($0.stage, $0.swarm) }
        guard stage == .active else { return nil }
        return swarm?.inspect { $0.availabilityCounts() } ?? Array(repeating: 0, count: metainfo.info.pieceCount)
    }

    // MARK: Settings

    package var settings: TorrentSettings {
        get { state.withLock { $0.settings } }
        set {
            let swarm: Swarm? = state.withLock { state in
                guard state.settings != newValue else { return nil }
                state.settings = newValue
                state.wishes += 1
                return state.swarm
            }
            if let swarm { applyWishes(swarm) }
        }
    }

    // MARK: Peers

    /// The connected peers in the order in which they connected. Waits for the swarm's next turn.
    package func peers() -> [PeerSnapshot] { liveSwarm?.inspect { $0.peerSnapshots() } ?? [] }

    /// Dials an address that the user names.
    package func addPeer(_ address: PeerAddress) { swarm?.post { $0.add(peers: [address], origin: .manual) } }

    package func disconnect(_ peer: PeerNumber, ban: Bool) { liveSwarm?.post { $0.disconnect(peer, ban: ban) } }

    package func setSnubbed(_ peer: PeerNumber, _ isSnubbed: Bool) {
        liveSwarm?.post { $0.setSnubbed(peer, isSnubbed) }
    }

    /// Addresses worth dialling at the next start, and the ones known now; waits for the swarm's next turn.
    package func knownAddresses() -> [PeerAddress] {
        let (swarm, addresses) = state.withLock { ($0.swarm, $0.addresses) }
        return swarm?.inspect { $0.knownAddresses() } ?? addresses
    }
}
