package import Metainfo
package import NIOCore

/// The peers of a torrent of which only the info-hash is known: finds one that passes on the info dictionary. BEP 9.
///
/// An actor on its loop. Asks a few peers at a time; ends by itself with the first dictionary whose hash is right.
package actor MetadataSwarm {
    package struct Configuration: Sendable {
        package let infoHash: InfoHash
        package let peerID: PeerID
        /// Sent to peers as BEP 10 `v`.
        package var clientName = "swarm"
        package var listenPort: UInt16 = 0

        package init(infoHash: InfoHash, peerID: PeerID) {
            self.infoHash = infoHash
            self.peerID = peerID
        }
    }

    /// Told on the loop; must not block.
    package enum Event: Sendable {
        /// The bytes of `info`, whose SHA-1 is the info-hash; nothing else of them was looked at. The swarm has stopped.
        case fetched([UInt8])
        /// More addresses would help.
        case wantsPeers
    }

    /// Peers asked at a time: each may hold a dictionary's worth of memory.
    private static let highestPeers = 8
    private static let askSeconds: UInt32 = 60
    private static let refusedRetrySeconds: UInt32 = 1800
    private static let crowdedRetrySeconds: UInt32 = 10

    nonisolated let configuration: Configuration
    private nonisolated let resources: SwarmResources
    nonisolated let loop: any EventLoop
    private nonisolated let tell: @Sendable (Event) -> Void

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    private var list = PeerList()
    private var handlers: [ObjectIdentifier: MetadataHandler] = [:]
    private var alarm: Scheduled<Void>?
    private let startedAt: NIODeadline
    private var isRunning = false
    /// It has ended, perhaps before it was told to start.
    private var isOver = false
    private var nextAsk = MetadataSwarm.askSeconds

    /// - Parameter loop: owns the swarm; must be a serial executor, as NIO's own loops are.
    package init(
        configuration: Configuration, resources: SwarmResources, loop: any EventLoop,
        tell: @escaping @Sendable (Event) -> Void
    ) {
        self.configuration = configuration
        self.resources = resources
        self.loop = loop
        self.tell = tell
        startedAt = loop.now
    }

    private var clock: UInt32 { UInt32(clamping: (loop.now - startedAt).nanoseconds / 1_000_000_000) }

    /// Connections that are open or being opened.
    package var peerCount: Int { handlers.count }

    package func start() {
        guard !isOver else { return }
        isRunning = true
        work()
    }

    /// Closes all connections.
    package func stop() {
        isRunning = false
        isOver = true
        alarm?.cancel()
        alarm = nil
        for handler in handlers.values { handler.close() }
    }

    package func add(peers: [PeerAddress], origin: PeerOrigin) {
        if list.add(peers, origin: origin, now: clock) > 0 { work() }
    }

    /// Addresses worth dialling once the torrent is known.
    package func knownAddresses() -> [PeerAddress] { list.addresses }

    /// Dials what is due and sleeps until more is.
    private func work() {
        guard isRunning else { return }
        while handlers.count < Self.highestPeers, let (address, _) = list.next(now: clock) {
            guard resources.isAllowed(address) else {
                list.postpone(address, to: clock + Self.refusedRetrySeconds)
                continue
            }
            guard resources.connections.take() else {
                list.postpone(address, to: clock + Self.crowdedRetrySeconds)
                break
            }
            let handler = MetadataHandler(swarm: self, address: address)
            handlers[ObjectIdentifier(handler)] = handler
            resources.dialer.dial(address, handler: handler, on: loop)
        }
        if clock >= nextAsk {
            nextAsk = clock + Self.askSeconds
            tell(.wantsPeers)
        }
        alarm?.cancel()
        let due = handlers.count < Self.highestPeers ? min(list.nextDue ?? .max, nextAsk) : nextAsk
        alarm = loop.scheduleTask(in: .seconds(Int64(max(due, clock + 1) - clock))) { [weak self] in
            self?.assumeIsolated { $0.work() }
        }
    }

    // MARK: From handlers, each told once

    func handleEnd(_ handler: MetadataHandler, isLie: Bool) {
        guard handlers.removeValue(forKey: ObjectIdentifier(handler)) != nil else { return }
        resources.connections.giveBack()
        if isLie { list.ban(handler.address) } else { list.handleFailure(handler.address, now: clock) }
        work()
    }

    func handleFetched(_ bytes: [UInt8]) {
        guard isRunning else { return }
        stop()
        tell(.fetched(bytes))
    }
}
