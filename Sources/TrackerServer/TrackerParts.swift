import Logging
import NIOCore
import NIOPosix
import Synchronization

/// What a tracker consists of besides its sockets: made in order, begun together, ended in reverse.
final class TrackerParts: Sendable {
    let configuration: TrackerConfiguration
    let table: SwarmTable
    let rules: AnnounceRules
    let board = CounterBoard()
    let log: TrackerLog?
    let tls: TLSListener?
    let pageExecutor = PageExecutor()
    private let history = SwarmHistory()
    private let watch = Mutex<FolderWatch?>(nil)
    private let sync = Mutex<LiveSync?>(nil)
    private let reachability = Mutex<ReachabilityChecker?>(nil)
    /// Work that waits for a disk or walks the whole table.
    private let threads = NIOThreadPool(numberOfThreads: 1)
    private let isEnding = Atomic<Bool>(false)
    /// One writer of the state file at a time.
    private let saving = Mutex<Void>(())

    /// Reads everything that has to be read; nothing is begun.
    init(_ configuration: TrackerConfiguration) throws(TrackerError) {
        self.configuration = configuration
        rules = try AnnounceRules(configuration)
        table = SwarmTable(
            peerTimeout: max(configuration.peerTimeout, configuration.interval * 3 / 2),
            maximumPeers: configuration.maximumPeers)
        var tls: TLSListener?
        if let files = configuration.tls { tls = try TLSListener(files) }
        self.tls = tls
        var log: TrackerLog?
        if let path = configuration.logFile { log = try TrackerLog(path, format: configuration.logFormat) }
        self.log = log
    }

    /// Takes in the state file.
    func restore() throws(TrackerError) {
        guard let path = configuration.stateFile else { return }
        let access = configuration.access
        try StateFile.read(path, into: table, now: configuration.clock.now) { access.allows($0) }
        // A place that cannot be written to is better known now than at the end.
        try save()
    }

    func pages(port: UInt16) -> PageServer {
        TrackerPages(
            .init(
                table: table, access: configuration.access, history: history,
                figures: { [board] in board.figures }, configuration: configuration, port: port)
        ).server()
    }

    func desk(group: any EventLoopGroup) -> AnnounceDesk {
        var desk = AnnounceDesk(
            table: table, access: configuration.access, policy: rules, interval: configuration.interval,
            defaultPeers: configuration.defaultPeers, maximumPeers: configuration.maximumPeersPerReply)
        if configuration.cluster != nil, let cluster = configuration.cluster {
            let made = LiveSync(
                cluster, table: table, access: configuration.access, clock: configuration.clock,
                logger: configuration.logger, eventLoop: group.next())
            sync.withLock { $0 = made }
            desk.sync = made
        }
        if configuration.reachabilityAttempts > 0 {
            let made = ReachabilityChecker(table: table, group: group, attempts: configuration.reachabilityAttempts)
            reachability.withLock { $0 = made }
            desk.reachability = made
        }
        return desk
    }

    /// Begins what goes on by itself.
    func begin(group: any EventLoopGroup, hosts: [String]) async throws(TrackerError) {
        if let cluster = configuration.cluster, let sync = sync.withLock({ $0 }) {
            try await sync.start(cluster, hosts: hosts)
        }
        Sweeper.start(table, clock: configuration.clock, on: group.next())
        threads.start()
        repeatedly(every: SwarmHistory.seconds, first: 1, on: group.next()) { $0.history.record($0.table.allCounts) }
        if configuration.stateFile != nil {
            repeatedly(every: configuration.stateInterval, first: configuration.stateInterval, on: group.next()) {
                $0.saveAndTell()
            }
        }
        guard let folder = configuration.access.sources.folder else { return }
        let made = FolderWatch(folder, interval: configuration.folderInterval) { [weak self] in self?.readFolder() }
        watch.withLock { $0 = made }
    }

    private func repeatedly(
        every seconds: Int, first: Int, on eventLoop: any EventLoop, _ work: @escaping @Sendable (TrackerParts) -> Void
    ) {
        eventLoop.scheduleTask(in: .seconds(Int64(first))) { [weak self] in
            guard let self, !isEnding.load(ordering: .relaxed) else { return }
            threads.submit { [weak self] state in
                guard let self, case .active = state else { return }
                work(self)
            }
            repeatedly(every: seconds, first: seconds, on: eventLoop, work)
        }
    }

    private func readFolder() {
        do throws(TrackerError) {
            if try configuration.access.reload() {
                forgetUnlisted()
                configuration.logger.info(
                    "the folder of torrents changed",
                    metadata: ["torrents": "\(configuration.access.count ?? 0)"])
            }
        } catch {
            configuration.logger.warning("the former list goes on: \(error)")
        }
    }

    private func forgetUnlisted() {
        let access = configuration.access
        guard !access.servesEverything else { return }
        table.removeTorrents { !access.allows($0) }
    }

    /// - Throws: the first that fails; what is read before it is harmless without the rest.
    func reload() throws(TrackerError) {
        try tls?.reload()
        try rules.reload()
        try configuration.access.reload()
        forgetUnlisted()
        try log?.reopen()
    }

    func save() throws(TrackerError) {
        guard let path = configuration.stateFile else { return }
        let result: Result<Void, TrackerError> = saving.withLock { _ in
            do throws(TrackerError) {
                return .success(try StateFile.write(table, to: path))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private func saveAndTell() {
        do throws(TrackerError) { try save() } catch {
            configuration.logger.error("\(error); tried again in \(configuration.stateInterval) s")
        }
    }

    func end() async {
        isEnding.store(true, ordering: .relaxed)
        await watch.withLock { $0 }?.stop()
        reachability.withLock { $0 }?.stop()
        await sync.withLock { $0 }?.stop()
        try? await threads.shutdownGracefully()
        saveAndTell()
        await log?.stop()
    }

    /// When no connection is left that could ask for a page.
    func endPages() async {
        await pageExecutor.stop()
    }
}
