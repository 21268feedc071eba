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
    private var ticker: RepeatedTask?
    private var lastTick: NIODeadline
    /// When rate limits are looked at again; nil when nothing waits for them.
    var retryAt: NIODeadline?

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
            pool: PieceBufferPool(capacity: layout.pieceLength, budget: resources.downloadBudget))
        self.uploading = Uploading(
            choker: Choker(random: SmallRandom(seed: random.next())),
            cache: PieceCache(layout: layout, budget: resources.uploadBudget))
        self.lastTick = loop.now
        figures.total = layout.totalLength
        figures.verified = Self.bytes(of: configuration.have, layout)
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
    package func start() {
        guard !isRunning else { return }
        isRunning = true
        downloading.isHalted = false
        lastTick = loop.now
        ticker = loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { [weak self] _ in
            self?.assumeIsolated { $0.tick() }
        }
        dialWaiting()
    }

    /// Closes all connections; `start` goes on from what is verified.
    package func stop() {
        guard isRunning else { return }
        isRunning = false
        ticker?.cancel()
        ticker = nil
        for peer in Array(members.peers.values) { disconnect(peer, .stopping) }
        downloading.pool.trim()
        uploading.cache.trim()
        publishFigures()
    }

    /// Takes addresses to dial in.
    package func add(peers addresses: [PeerAddress], origin: PeerOrigin) {
        if members.list.add(addresses, origin: origin, now: clock) > 0, isRunning { dialWaiting() }
    }

    /// The pieces that are verified and on disk.
    package func verifiedPieces() -> Bitfield { downloading.picker.have }

    private func tick() {
        let now = loop.now
        let seconds = Double((now - lastTick).nanoseconds) / 1e9
        lastTick = now
        clock += 1
        downloading.givers.tick()
        for peer in Array(members.peers.values) { tick(peer, seconds: seconds) }
        if clock % UInt32(Choker.roundSeconds) == 0 { rechoke() }
        downloading.relieve(now: clock)
        if clock % 30 == 0 { trimMemory() }
        hastenDialing()
        dialWaiting()
        askForPeers()
        measure(seconds: seconds)
        endTurn()
    }

    private func trimMemory() {
        if downloading.picker.open.isEmpty { downloading.pool.trim() }
        if members.peers.values.allSatisfy({ $0.uploads.isEmpty }) { uploading.cache.trim() }
    }

    private func askForPeers() {
        guard clock % 60 == 30, !isComplete, members.peers.count < 20, members.list.count < 50 else { return }
        tell(.wantsPeers)
    }

    private func measure(seconds: Double) {
        figures.downloadRate = members.peers.values.reduce(0) { $0 + $1.traffic.download.rate }
        figures.uploadRate = members.peers.values.reduce(0) { $0 + $1.traffic.upload.rate }
        figures.peers = members.peers.count
        let seeds = members.peers.values.filter { $0.source.isSeed }
        figures.seeds = seeds.count
        figures.dialing = members.dialing
        figures.unchoked = members.peers.values.count { !$0.state.amChoking }
        figures.distributedCopies = downloading.picker.availability.distributedCopies
        let partial = members.peers.values.filter { !$0.source.isSeed }
        let completion = partial.reduce(0.0) { $0 + Double($1.source.have.setCount) }
        figures.averageCompletion =
            partial.isEmpty ? 0 : completion / Double(partial.count) / Double(max(1, layout.pieceCount))
        publishFigures()
    }

    func publishFigures() { gauges.publish(figures) }

    /// Runs `body` on the loop after `delay`, if the swarm still is.
    func later(_ delay: TimeAmount, _ body: @escaping @Sendable (isolated Swarm) -> Void) {
        loop.scheduleTask(in: delay) { [weak self] in
            guard let self else { return }
            self.assumeIsolated { body($0) }
        }
    }
}
