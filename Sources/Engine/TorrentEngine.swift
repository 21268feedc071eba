import Discovery
package import Logging
package import Metainfo
package import NIOCore
import NIOPosix
import Storage
import SwarmCore
import Synchronization

/// All torrents of a process together: event loops, workers, the listening port, limits and trackers.
///
/// Any thread may call; nothing here waits for a disk or a peer.
package final class TorrentEngine: Sendable {
    private struct State {
        var listener: PeerListener?
        var nextLoop = 0
    }

    package let configuration: EngineConfiguration
    private let group: MultiThreadedEventLoopGroup
    private let loops: [any EventLoop]
    private let threads: NIOThreadPool
    private let resources: SwarmResources
    private let downloadLimiter: RateLimiter
    private let uploadLimiter: RateLimiter
    private let transport: TrackerTransport
    private let files: FilePool
    private let torrents = TorrentTable()
    private let logger: Logger
    private let state = Mutex(State())

    package init(configuration: EngineConfiguration, logger: Logger = Logger(label: "swarm.engine")) {
        self.configuration = configuration
        self.logger = logger
        let cores = System.coreCount
        group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.loopCount ?? max(2, cores))
        loops = Array(group.makeIterator())
        threads = NIOThreadPool(numberOfThreads: configuration.workerCount ?? max(2, cores))
        threads.start()
        files = FilePool(capacity: configuration.maxOpenFiles)
        downloadLimiter = RateLimiter(bytesPerSecond: configuration.maxDownloadRate)
        uploadLimiter = RateLimiter(bytesPerSecond: configuration.maxUploadRate)
        resources = SwarmResources(
            workers: DiskWorkers(threads: threads),
            downloadBudget: PieceBudget(limit: configuration.downloadMemory),
            uploadBudget: PieceBudget(limit: configuration.uploadMemory),
            dialer: Dialer(bindAddresses: configuration.bindAddresses))
        transport = TrackerTransport(
            group: group, bindAddresses: configuration.bindAddresses, userAgent: configuration.userAgent)
    }

    /// Listens for peers. An engine that cannot is shut down.
    package func start() async throws(EngineError) {
        let listener: PeerListener
        do throws(EngineError) {
            listener = try await PeerListener.start(
                addresses: configuration.bindAddresses, range: configuration.portRange, on: loops[0], torrents: torrents
            )
        } catch {
            await shutdown()
            throw error
        }
        state.withLock { $0.listener = listener }
        logger.info("listening for peers", metadata: ["port": "\(listener.port)"])
    }

    /// The port peers reach us on; 0 before `start`.
    package var listenPort: UInt16 { state.withLock { $0.listener?.port } ?? 0 }

    /// All torrents, in no order.
    package var allTorrents: [Torrent] { torrents.all }

    /// Takes a torrent in and starts it: check what is on disk, then trade.
    ///
    /// - Returns: at once, in the phase `checking`.
    package func add(_ metainfo: MetainfoFile, options: TorrentOptions) throws(EngineError) -> Torrent {
        guard listenPort != 0 else { throw .notStarted }
        guard let infoHash = metainfo.infoHash else { throw .unsupportedVersion(name: metainfo.info.name) }
        let store = PieceStore(
            info: metainfo.info, root: options.directory, saveAs: options.saveAs,
            access: options.mode == .download ? .readWrite : .readOnly, pool: files)
        let torrent = Torrent(infoHash: infoHash, metainfo: metainfo, options: options, store: store)
        guard torrents.insert(torrent) else { throw .alreadyAdded(infoHash) }
        threads.submit { [self] state in
            guard case .active = state else { return }
            prepare(torrent)
        }
        return torrent
    }

    /// Forgets a torrent; its files stay.
    package func remove(_ torrent: Torrent, timeout: TimeAmount = .seconds(5)) async {
        torrents.remove(torrent.infoHash)
        await torrent.stop(timeout: timeout)
    }

    /// Leaves all swarms, telling the trackers for at most `timeout`, and lets go of every thread and socket.
    package func shutdown(timeout: TimeAmount = .seconds(5)) async {
        let listener = state.withLock { state in
            defer { state.listener = nil }
            return state.listener
        }
        listener?.stop()
        await withTaskGroup(of: Void.self) { tasks in
            for torrent in torrents.all { tasks.addTask { await torrent.stop(timeout: timeout) } }
        }
        await transport.shutdown()
        try? await threads.shutdownGracefully()
        try? await group.shutdownGracefully()
    }

    // MARK: Check, then start

    /// Looks at the disk; blocks the worker it runs on.
    private func prepare(_ torrent: Torrent) {
        let report = check(torrent)
        guard report?.wasStopped != true else { return }
        do throws(StorageError) {
            if torrent.options.mode == .download {
                try torrent.store.prepare()
            } else if let report, !report.isWhole {
                return torrent.enter(.failed(Self.reasonNotToSeed(report, path: torrent.store.path(of:))))
            }
            begin(torrent, have: report?.verified ?? Bitfield(allSet: torrent.metainfo.info.layout.pieceCount))
        } catch {
            torrent.enter(.failed(error.description))
        }
    }

    /// Nil when the data is to be trusted.
    private func check(_ torrent: Torrent) -> VerifyReport? {
        guard torrent.options.verification == .full else { return nil }
        let total = torrent.metainfo.info.layout.totalLength
        return TorrentVerifier(store: torrent.store, stop: torrent.stopSignal).verify { done in
            torrent.enter(.checking(done: done, total: total))
        }
    }

    private static func reasonNotToSeed(_ report: VerifyReport, path: (Int) -> String) -> String {
        let problems = report.problems.filter { !$0.isHarmless }
        if let first = problems.first {
            let others = problems.count > 1 ? " (and \(problems.count - 1) more files)" : ""
            return "\(first)\(others)"
        }
        if let failure = report.readFailures.first { return failure.description }
        let damaged = report.damagedPieces
        let file = report.damagedFiles(path: path).first.map { ", first in \($0.path)" } ?? ""
        return "\(damaged.count) of \(report.verified.count) pieces differ from the torrent\(file); nothing was changed"
    }

    private func begin(_ torrent: Torrent, have: Bitfield) {
        let loop = placeSwarm()
        let swarm = Swarm(
            configuration: swarmConfiguration(torrent, have), resources: resources, loop: loop,
            seed: .random(in: .min ... .max), gauges: torrent.gauges
        ) { [weak torrent] event in
            if let torrent { Self.handle(event, torrent) }
        }
        let trackers = trackerClient(torrent, swarm)
        let isWhole = have.isAllSet
        guard torrent.attach(swarm, trackers) else { return }
        torrent.enter(isWhole ? .seeding : .downloading)
        Task {
            await swarm.start()
            trackers.start()
        }
    }

    private func placeSwarm() -> any EventLoop {
        state.withLock { state in
            defer { state.nextLoop = (state.nextLoop + 1) % loops.count }
            return loops[state.nextLoop]
        }
    }

    private func swarmConfiguration(_ torrent: Torrent, _ have: Bitfield) -> SwarmConfiguration {
        var settings = SwarmConfiguration(
            infoHash: torrent.infoHash, peerID: configuration.peerID, info: torrent.metainfo.info, store: torrent.store,
            have: have)
        settings.clientName = configuration.userAgent
        settings.listenPort = listenPort
        settings.settings.maxPeersLeeching = configuration.maxPeersPerTorrent
        settings.settings.maxPeersSeeding = configuration.maxPeersPerTorrent
        settings.settings.downloadLimiters = [downloadLimiter]
        settings.settings.uploadLimiters = [uploadLimiter]
        settings.settings.uploadSlots = configuration.effectiveUploadSlots
        return settings
    }

    private func trackerClient(_ torrent: Torrent, _ swarm: Swarm) -> TrackerClient {
        let gauges = torrent.gauges
        return TrackerClient(
            configuration: .init(
                infoHash: torrent.infoHash, peerID: configuration.peerID, port: listenPort,
                key: .random(in: .min ... .max), tiers: torrent.options.tiers ?? torrent.metainfo.tiers),
            eventLoop: group.next(), transport: transport,
            totals: {
                let figures = gauges.figures
                return TransferTotals(
                    uploaded: figures.uploaded, downloaded: figures.downloaded, left: figures.left)
            },
            deliver: { peers, _ in Task { await swarm.add(peers: peers, origin: .tracker) } })
    }

    private static func handle(_ event: SwarmEvent, _ torrent: Torrent) {
        switch event {
        case .completed:
            torrent.trackers?.completed()
            torrent.enter(.seeding)
        case .storageFailed(let error):
            torrent.enter(.failed(error.description))
            // Peers that were refused what we said we have would only wait for us.
            Task { await torrent.stop(timeout: .seconds(5)) }
        case .wantsPeers: torrent.trackers?.announceNow()
        case .banned: break
        }
    }
}
