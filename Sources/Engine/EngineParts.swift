import Discovery
import Metainfo
import NIOCore
import NIOPosix
import Storage
import SwarmCore
import Synchronization

/// What all torrents of an engine share. It finds a torrent by its info-hash only, so that nothing holds another in a circle.
final class EngineParts: Sendable {
    let configuration: EngineConfiguration
    let group: MultiThreadedEventLoopGroup
    let loops: [any EventLoop]
    let threads: NIOThreadPool
    let resources: SwarmResources
    let transport: TransportSwitch
    let files: FilePool
    let checks: CheckQueue
    let throttles: ThrottleGroups
    let gate = AddressGate()
    let face: NetworkFace
    private let torrents: TorrentTable
    private let report: @Sendable (Torrent, TorrentEvent) -> Void
    private let current: Mutex<EngineLimits>
    private let version = Atomic<UInt64>(0)
    private let lastNumber = Atomic<UInt64>(0)

    init(
        configuration: EngineConfiguration, torrents: TorrentTable,
        report: @escaping @Sendable (Torrent, TorrentEvent) -> Void
    ) {
        self.configuration = configuration
        self.torrents = torrents
        self.report = report
        let limits = EngineLimits(configuration)
        current = Mutex(limits)
        let cores = System.coreCount
        group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.loopCount ?? max(2, cores))
        loops = Array(group.makeIterator())
        threads = NIOThreadPool(numberOfThreads: configuration.workerCount ?? max(2, cores))
        threads.start()
        checks = CheckQueue(threads: threads)
        files = FilePool(capacity: limits.maxOpenFiles)
        throttles = ThrottleGroups(limits)
        face = NetworkFace(bindAddresses: configuration.bindAddresses)
        let gate = gate
        resources = SwarmResources(
            workers: DiskWorkers(threads: threads),
            downloadBudget: PieceBudget(limit: limits.pieceMemory),
            uploadBudget: PieceBudget(limit: configuration.uploadMemory),
            dialer: Dialer(from: face.local),
            uploadSlots: SlotPool(limit: limits.uploadSlots), downloadSlots: SlotPool(limit: limits.downloadSlots),
            connections: ConnectionCount(limit: limits.maxOpenSockets),
            isAllowed: { gate.isAllowed($0) })
        transport = TransportSwitch(
            group: group, bindAddresses: configuration.bindAddresses, userAgent: configuration.userAgent)
    }

    func tell(_ torrent: Torrent, _ event: TorrentEvent) { report(torrent, event) }

    /// Swarms take the loops in turn; a number for each.
    func nextNumber() -> UInt64 { lastNumber.wrappingAdd(1, ordering: .relaxed).newValue }
    func nextLoop() -> any EventLoop { loops[Int(nextNumber() % UInt64(loops.count))] }

    /// Closes every thread; nothing may be submitted any more.
    func shutdown() async {
        await transport.shutdown()
        try? await threads.shutdownGracefully()
        try? await group.shutdownGracefully()
    }

    // MARK: What torrents are made of

    func store(_ info: Info, _ options: TorrentOptions) -> PieceStore {
        PieceStore(
            info: info, root: options.directory, saveAs: options.saveAs,
            access: options.mode == .download ? .readWrite : .readOnly, pool: files,
            followsOwnLinks: options.followsOwnLinks)
    }

    /// Creates what is wanted and not there.
    func prepare(_ store: PieceStore, _ priorities: [FilePriority], _ have: Bitfield?) throws(StorageError) {
        try store.prepare(priorities: priorities.isEmpty ? nil : priorities, verified: have)
    }

    func trackerClient(_ infoHash: InfoHash, _ tiers: [[String]], _ gauges: SwarmGauges) -> TrackerClient {
        let limits = limits
        var configuration = TrackerClient.Configuration(
            infoHash: infoHash, peerID: configuration.peerID, port: 0, key: .random(in: .min ... .max), tiers: tiers)
        configuration.numWant = limits.trackerPeersWanted
        configuration.place = { [face] in face.announced }
        let client = TrackerClient(
            configuration: configuration, eventLoop: group.next(), transport: transport,
            totals: {
                let figures = gauges.figures
                return TransferTotals(
                    uploaded: figures.uploaded, downloaded: figures.downloaded, left: figures.left)
            },
            deliver: { [weak torrents] peers, _ in
                torrents?.torrent(infoHash)?.swarm?.post { $0.add(peers: peers, origin: .tracker) }
            },
            report: { [weak torrents, report] news in
                guard let torrent = torrents?.torrent(infoHash) else { return }
                switch news {
                case .replied(let index): report(torrent, .trackerReplied(index))
                case .failed(let index, let message): report(torrent, .trackerFailed(index, message: message))
                }
            })
        if !limits.usesUDPTrackers { client.setUsesUDP(false) }
        return client
    }

    // MARK: Limits

    /// Changes whenever limits do.
    var limitsVersion: UInt64 { version.load(ordering: .acquiring) }

    var limits: EngineLimits { current.withLock { $0 } }

    /// Takes new limits; live swarms are told by the caller.
    func setLimits(_ limits: EngineLimits) {
        current.withLock { $0 = limits }
        version.wrappingAdd(1, ordering: .acquiringAndReleasing)
        throttles.global.upload.limit = limits.maxUploadRate
        throttles.global.download.limit = limits.maxDownloadRate
        resources.uploadSlots.limit = limits.uploadSlots
        resources.downloadSlots.limit = limits.downloadSlots
        resources.connections.limit = limits.maxOpenSockets
        resources.downloadBudget.limit = limits.pieceMemory
        files.capacity = limits.maxOpenFiles
    }

    /// What a torrent's wishes come to under the limits of all.
    func swarmSettings(_ wishes: TorrentSettings) -> SwarmSettings {
        let limits = limits
        var settings = SwarmSettings()
        let throttles = throttles.limiters(for: wishes.throttle)
        settings.uploadLimiters = throttles.map(\.upload)
        settings.downloadLimiters = throttles.map(\.download)
        settings.maxPeersLeeching = wishes.maxPeers ?? limits.maxPeersLeeching
        settings.minPeersLeeching = min(wishes.minPeers ?? limits.minPeersLeeching, settings.maxPeersLeeching)
        settings.maxPeersSeeding = wishes.maxPeers ?? limits.maxPeersSeeding
        settings.minPeersSeeding = min(wishes.minPeers ?? limits.minPeersSeeding, settings.maxPeersSeeding)
        settings.uploadSlots = wishes.uploadSlots ?? limits.uploadSlotsPerTorrent
        settings.minUploadSlots = wishes.minUploadSlots ?? limits.minUploadSlotsPerTorrent
        settings.downloadSlots = wishes.downloadSlots ?? limits.downloadSlotsPerTorrent
        settings.minDownloadSlots = wishes.minDownloadSlots ?? limits.minDownloadSlotsPerTorrent
        settings.isSuperSeeding = wishes.isSuperSeeding
        settings.isSequential = wishes.isSequential
        settings.priority = wishes.priority
        return settings
    }
}

extension EngineLimits {
    /// What an engine begins with.
    init(_ configuration: EngineConfiguration) {
        self.init()
        maxUploadRate = configuration.maxUploadRate
        maxDownloadRate = configuration.maxDownloadRate
        uploadSlotsPerTorrent = configuration.effectiveUploadSlots
        minUploadSlotsPerTorrent = 0
        downloadSlotsPerTorrent = 0
        minDownloadSlotsPerTorrent = 0
        (maxPeersLeeching, minPeersLeeching) = (configuration.maxPeersPerTorrent, configuration.maxPeersPerTorrent)
        (maxPeersSeeding, minPeersSeeding) = (configuration.maxPeersPerTorrent, configuration.maxPeersPerTorrent)
        maxOpenFiles = configuration.maxOpenFiles
        maxOpenSockets = 0
        trackerPeersWanted = 100
        pieceMemory = configuration.downloadMemory
    }
}
