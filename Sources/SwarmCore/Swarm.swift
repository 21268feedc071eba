package import Metainfo
package import NIOCore
package import PeerWire
import Storage

/// One torrent's swarm: its peers, what they have, what is asked of them and sent to them.
///
/// An actor on its event loop, for life. Everything it owns is touched on that loop alone; channel handlers enter with
/// `assumeIsolated`, other threads with `await`. No method waits for anything. Work is done in turns: whatever wakes the
/// swarm (bytes, a worker's result, the clock) changes state and marks peers, and `endTurn` writes to each marked peer once.
package actor Swarm {
    package nonisolated let infoHash: InfoHash
    package nonisolated let ownHandshake: Handshake
    package nonisolated let gauges: SwarmGauges
    nonisolated let loop: any EventLoop
    nonisolated let configuration: SwarmConfiguration
    nonisolated let resources: SwarmResources
    nonisolated let tell: @Sendable (SwarmEvent) -> Void

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    var members: Membership
    var downloading: Downloading
    var uploading: Uploading
    var figures = SwarmFigures()
    var settings: SwarmSettings
    /// Seconds since the swarm was made.
    var clock: UInt32 = 0
    var isRunning = false
    /// Peers with something to be written at the end of this turn.
    var dirty: [Peer] = []
    /// While there is somebody to talk to.
    var ticker: RepeatedTask?
    /// While there is nobody, and an address will be due.
    var alarm: Scheduled<Void>?
    var lastTick: NIODeadline
    /// When more addresses are asked for.
    var nextAsk: UInt32 = 30
    /// When rate limits are looked at again; nil when nothing waits for them.
    var retryAt: NIODeadline?
    /// While there is nobody, and nothing to do.
    var idleAlarm: Scheduled<Void>?

    /// - Parameters:
    ///   - loop: owns the swarm; must be a serial executor (NIO's own loops and `NIOAsyncTestingEventLoop` are).
    ///   - seed: of the generator behind all random choices.
    ///   - tell: called on the loop.
    package init(
        configuration: SwarmConfiguration, resources: SwarmResources, loop: any EventLoop, seed: UInt64,
        gauges: SwarmGauges, tell: @escaping @Sendable (SwarmEvent) -> Void
    ) {
        self.infoHash = configuration.infoHash
        self.ownHandshake = Handshake(
            reserved: [.extensionProtocol, .fast], infoHash: configuration.infoHash, peerID: configuration.peerID)
        self.configuration = configuration
        self.resources = resources
        self.loop = loop
        self.gauges = gauges
        self.tell = tell
        self.settings = configuration.settings
        var random = SmallRandom(seed: seed)
        let layout = configuration.info.layout
        self.members = Membership()
        self.downloading = Downloading(
            picker: PiecePicker(layout: layout, have: configuration.have, random: SmallRandom(seed: random.next())),
            pool: PieceBufferPool(capacity: layout.pieceLength, budget: resources.downloadBudget),
            slots: SlotClaim(pool: resources.downloadSlots))
        self.uploading = Uploading(
            choker: Choker(random: SmallRandom(seed: random.next())),
            cache: PieceCache(layout: layout, budget: resources.uploadBudget),
            slots: SlotClaim(pool: resources.uploadSlots), random: SmallRandom(seed: random.next()))
        self.lastTick = loop.now
        figures = SwarmFigures(continuing: gauges.figures)
        figures.total = layout.totalLength
        figures.verified = Self.bytes(of: configuration.have, layout)
        downloading.picker.isSequential = settings.isSequential
        if !configuration.priorities.isEmpty {
            let wishes = PieceWishes(configuration.priorities, files: configuration.info.files, layout: layout)
            _ = downloading.picker.setWishes(wishes)
        }
        Self.countWanted(downloading.picker, &figures)
        gauges.publish(figures)
    }

    var downloadChain: LimiterChain { LimiterChain(limiters: settings.downloadLimiters) }
    var uploadChain: LimiterChain { LimiterChain(limiters: settings.uploadLimiters) }
    var layout: PieceLayout { configuration.info.layout }
    var isComplete: Bool { downloading.picker.isComplete }

    private static func bytes(of have: Bitfield, _ layout: PieceLayout) -> Int64 {
        var sum: Int64 = 0
        have.forEachSet { sum += Int64(layout.length(of: $0)) }
        return sum
    }

    // MARK: Life

    /// Begins to dial, answer and transfer.
    ///
    /// - Parameter isHalted: nothing is asked for until `resumeDownloading`, because the files are not there yet.
    package func start(isHalted: Bool = false) {
        guard !isRunning else { return }
        isRunning = true
        downloading.isHalted = isHalted
        lastTick = loop.now
        updateSuperSeeding()
        dialOrRest()
    }

    /// Closes all connections; `start` goes on from what is verified.
    package func stop() {
        guard isRunning else { return }
        isRunning = false
        stopClock()
        for peer in Array(members.peers.values) { disconnect(peer, .stopping) }
        downloading.pool.trim()
        uploading.cache.trim()
        downloading.slots.giveBack()
        uploading.slots.giveBack()
        measure()
    }

    /// Takes addresses to dial in.
    package func add(peers addresses: [PeerAddress], origin: PeerOrigin) {
        if isRunning { catchUp() }
        guard members.list.add(addresses, origin: origin, now: clock) > 0, isRunning else { return }
        dialOrRest()
    }

    /// The pieces that are verified and on disk.
    package func verifiedPieces() -> Bitfield { downloading.picker.have }
}
