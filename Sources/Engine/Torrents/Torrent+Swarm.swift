import Discovery
import Metainfo
import NIOCore
import NIOPosix
import Storage
package import SwarmCore
import Synchronization

// The swarm of an active torrent. A torrent that is whole, and to which nobody comes, has none: thousands of them shall cost
// neither memory nor time.
extension Torrent {
    /// A swarm that was asked for within this time may be about to get a peer.
    private static let leastUse = TimeAmount.seconds(10)
    private static let rememberedAddresses = 50

    /// The swarm of an active torrent, made if need be; nil in any other stage. It answers callers from here on.
    package var swarm: Swarm? {
        let (isActive, live): (Bool, Swarm?) = state.withLock { state in
            guard state.stage == .active else { return (false, nil) }
            state.lastUse = .now()
            return (true, state.swarm)
        }
        guard isActive else { return nil }
        return live ?? makeSwarm()
    }

    /// The swarm if there is one, in whatever stage.
    var liveSwarm: Swarm? { state.withLock { $0.swarm } }

    private func makeSwarm() -> Swarm? {
        // Another thread may be faster, or the torrent may take a step meanwhile: then once more.
        while let plan = state.withLock({ state in state.stage == .active ? SwarmPlan(state) : nil }) {
            if let swarm = plan.swarm { return swarm }
            let limits = engine.limitsVersion
            let number = engine.nextNumber()
            let swarm = build(plan, number)
            // Before anybody sees it.
            swarm.begin(isHalted: !plan.isPrepared)
            let (isOurs, isStale): (Bool, Bool) = state.withLock { state in
                guard state.step == plan.step, state.swarm == nil else { return (false, false) }
                state.swarm = swarm
                state.swarmNumber = number
                return (true, state.wishes != plan.wishes || state.isPrepared != plan.isPrepared)
            }
            guard isOurs else {
                swarm.post { $0.stop() }
                continue
            }
            if isStale || limits != engine.limitsVersion { applyWishes(swarm) }
            return swarm
        }
        return nil
    }

    private func build(_ plan: SwarmPlan, _ number: UInt64) -> Swarm {
        var configuration = SwarmConfiguration(
            infoHash: infoHash, peerID: engine.configuration.peerID, info: plan.info ?? metainfo.info,
            store: plan.store,
            have: plan.have)
        configuration.clientName = engine.configuration.userAgent
        configuration.listenPort = engine.face.port
        configuration.settings = engine.swarmSettings(plan.settings)
        configuration.priorities = plan.priorities
        // A private torrent's peers come from its tracker alone, and have the torrent file from there too.
        if !metainfo.info.isPrivate { configuration.metadata = metainfo.infoBytes }
        let swarm = Swarm(
            configuration: configuration, resources: engine.resources, loop: engine.nextLoop(),
            seed: .random(in: .min ... .max), gauges: gauges
        ) { [weak self] event in
            self?.handle(event, fromSwarm: number)
        }
        let addresses = plan.addresses
        if !addresses.isEmpty { swarm.post { $0.add(peers: addresses, origin: .tracker) } }
        return swarm
    }

    /// Tells a swarm what is wanted by now.
    func applyWishes(_ swarm: Swarm) {
        let (settings, priorities, isPrepared) = state.withLock { ($0.settings, $0.priorities, $0.isPrepared) }
        let limits = engine.swarmSettings(settings)
        let all = priorities.isEmpty ? metainfo.info.files.entries.map { _ in FilePriority.normal } : priorities
        swarm.post {
            $0.apply(limits)
            $0.setPriorities(all)
            if isPrepared { $0.resumeDownloading() }
        }
    }

    /// Tells the swarm, if there is one, that limits over all torrents have changed.
    ///
    /// - Parameter former: what held before.
    func applyLimits(_ former: EngineLimits) {
        let now = engine.limits
        if now.trackerPeersWanted != former.trackerPeersWanted { trackers.setPeersWanted(now.trackerPeersWanted) }
        if now.usesUDPTrackers != former.usesUDPTrackers { trackers.setUsesUDP(now.usesUDPTrackers) }
        let (swarm, settings) = state.withLock { ($0.swarm, $0.settings) }
        guard let swarm else { return }
        let limits = engine.swarmSettings(settings)
        swarm.post { $0.apply(limits) }
    }

    // MARK: Files first

    /// Creates what is wanted on a worker, then lets the swarm fetch it.
    func prepare(_ step: UInt64) {
        engine.threads.submit { [self] pool in
            guard case .active = pool else { return }
            let verified = liveSwarm?.inspect { $0.verifiedPieces() }
            let (isCurrent, store, priorities, have) = state.withLock { state in
                (state.step == step, state.store, state.priorities, verified ?? state.have)
            }
            guard isCurrent else { return }
            do throws(StorageError) {
                try engine.prepare(store, priorities, have)
            } catch {
                return handleStorageFailed(error, step)
            }
            handlePrepared(step)
        }
    }

    func handlePrepared(_ step: UInt64) {
        let (isCurrent, isFirst, swarm): (Bool, Bool, Swarm?) = state.withLock { state in
            guard state.step == step else { return (false, false, nil) }
            defer { (state.isPrepared, state.isAnnounced) = (true, true) }
            return (true, !state.isAnnounced, state.swarm)
        }
        guard isCurrent else { return }
        if let swarm { applyWishes(swarm) } else { rest() }
        if isFirst { trackers.start() }
        // What is to be fetched needs somebody who looks for it.
        if swarm == nil, gauges.figures.wantedLeft > 0 { _ = self.swarm }
        settle()
    }

    // MARK: What swarms tell

    private func handle(_ event: SwarmEvent, fromSwarm number: UInt64) {
        let step: UInt64? = state.withLock { $0.swarm != nil && $0.swarmNumber == number ? $0.step : nil }
        guard let step else { return }
        handle(event, step)
    }

    private func handle(_ event: SwarmEvent, _ step: UInt64) {
        switch event {
        case .completed:
            if gauges.figures.left == 0 {
                // Nothing is written any more, and whatever changes on the disk from now on is somebody else's doing.
                state.withLock { $0.store }.setAccess(.readOnly)
                trackers.completed()
            }
            settle()
            engine.tell(self, .completed)
        case .storageFailed(let error): handleStorageFailed(error, step)
        case .wantsPeers: trackers.announceNow()
        case .banned: break
        case .idled: retire()
        }
    }

    private func handleStorageFailed(_ error: StorageError, _ step: UInt64) {
        let (isCurrent, swarm): (Bool, Swarm?) = state.withLock { state in
            guard state.step == step, state.stage == .active else { return (false, nil) }
            state.enter(.ready)
            if state.isErrand { state.failure = error.description }
            return (true, state.swarm)
        }
        guard isCurrent else { return }
        if let swarm { leave(swarm) } else { rest() }
        leaveTrackers()
        settle()
        engine.tell(self, .storageFailed(error))
    }

    // MARK: Without a swarm again

    /// Stops a swarm whose torrent is not active any more; what it has got stays known.
    func leave(_ swarm: Swarm) {
        swarm.leave { [self] have, addresses in
            let isLeft = state.withLock { state in
                guard state.swarm === swarm, state.stage == .ready else { return false }
                state.drop(have, addresses.prefix(Self.rememberedAddresses))
                return true
            }
            if isLeft { rest() }
        }
    }

    /// Nobody has come for a while; called on the swarm's loop.
    private func retire() {
        guard let swarm = liveSwarm else { return }
        let (have, addresses) = swarm.inspect { ($0.verifiedPieces(), $0.knownAddresses()) }
        let isRetired = state.withLock { state in
            guard state.swarm === swarm, state.stage == .active, state.lastUse + Self.leastUse < .now() else {
                return false
            }
            state.drop(have, addresses.prefix(Self.rememberedAddresses))
            return true
        }
        guard isRetired else { return }
        swarm.post { $0.stop() }
        rest()
    }

    /// The figures of a torrent without a swarm.
    func rest() {
        let (swarm, have, priorities) = state.withLock { ($0.swarm, $0.have, $0.priorities) }
        guard swarm == nil else { return }
        gauges.publish(
            SwarmFigures(resting: metainfo.info, have: have, priorities: priorities, continuing: gauges.figures))
    }
}

/// What a swarm is made from, as of one moment.
private struct SwarmPlan {
    let step: UInt64
    let wishes: UInt64
    let swarm: Swarm?
    let have: Bitfield
    let info: Info?
    let store: PieceStore
    let priorities: [FilePriority]
    let settings: TorrentSettings
    let isPrepared: Bool
    let addresses: [PeerAddress]

    init?(_ state: TorrentState) {
        guard let have = state.have else { return nil }
        self.have = have
        step = state.step
        wishes = state.wishes
        swarm = state.swarm
        info = state.wholeInfo
        store = state.store
        priorities = state.priorities
        settings = state.settings
        isPrepared = state.isPrepared
        addresses = state.addresses
    }
}
