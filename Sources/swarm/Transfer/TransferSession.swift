import ArgumentParser
import Discovery
import Engine
import Glibc
import Logging
import Metainfo
import NIOCore
import SwarmCore

/// One run of `swarm seed` or `swarm get`, from a torrent that was read to the exit code.
final class TransferSession {
    private enum Event: Sendable {
        case tick
        case settled(TorrentPhase)
        case signal(Int32)
    }

    /// Trackers are told for this long that we leave; who waits at a prompt waits no longer.
    private static let farewell = TimeAmount.seconds(3)

    private let plan: TransferPlan
    private let metainfo: MetainfoFile
    private let place: ContentPlace
    private var display: TransferDisplay
    private var status: TransferStatus
    private var progress = PeerProgress()
    /// What each tracker complained about last, so that it is said once.
    private var complaints: [String: String] = [:]
    private var badPieces = 0

    init(plan: TransferPlan, metainfo: MetainfoFile, place: ContentPlace, environment: (String) -> String?) {
        self.plan = plan
        self.metainfo = metainfo
        self.place = place
        let info = metainfo.info
        display = TransferDisplay(interval: plan.displayInterval, environment: environment)
        status = TransferStatus(name: info.name, path: place.path(info), totalLength: info.totalLength)
    }

    /// - Returns: the exit code, and the engine, which must live until the process ends: taking it down would take longer.
    func run() async -> (code: Int32, engine: TorrentEngine) {
        let engine = TorrentEngine(configuration: configuration(), logger: Logger(label: "swarm", factory: Self.silent))
        let torrent: Torrent
        do throws(EngineError) {
            try await engine.start()
            torrent = try engine.add(metainfo, options: options())
        } catch {
            ExitStatus.warn(error.description)
            return (ExitStatus.unavailable, engine)
        }
        status.port = engine.listenPort
        let events = watch(torrent)
        if display.isScreen { show(torrent) }
        let code = await follow(events, torrent)
        show(torrent)
        await engine.remove(torrent, timeout: Self.farewell)
        if status.phase == .stopping { status.phase = .stopped }
        if display.isScreen { show(torrent) }
        display.close()
        return (code, engine)
    }

    // MARK: - Events

    /// Ends when the transfer does.
    private func follow(_ events: AsyncStream<Event>, _ torrent: Torrent) async -> Int32 {
        for await event in events {
            switch event {
            case .tick:
                if case .failed = torrent.phase { return failure(torrent) }
                show(torrent)
            case .settled(.seeding):
                if let code = handleWhole(torrent) { return code }
            case .settled:
                return failure(torrent)
            case .signal(SIGWINCH):
                show(torrent)
            case .signal(SIGTSTP):
                // The shell gets its cursor back; the next frame begins below what it writes.
                display.close()
                kill(getpid(), SIGSTOP)
            case .signal(let number):
                let isDone = status.isWhole
                status.phase = .stopping
                isLeaving = true
                return isDone ? ExitStatus.ok : 128 + number
            }
        }
        return ExitStatus.software
    }

    private var isLeaving = false

    /// - Returns: the exit code when there is nothing left to do.
    private func handleWhole(_ torrent: Torrent) -> Int32? {
        guard plan.purpose == .get, !plan.keepsSeeding else {
            display.say("seeding \(TerminalText.visible(status.name)) on port \(status.port)")
            show(torrent)
            return nil
        }
        status.update(torrent.status)
        status.phase = .complete
        isLeaving = true
        return ExitStatus.ok
    }

    private func failure(_ torrent: Torrent) -> Int32 {
        status.update(torrent.status)
        isLeaving = true
        guard case .failed(let reason) = status.phase else { return ExitStatus.software }
        if !display.isScreen {
            status.problems.append(.init(time: Self.time(), text: reason))
            ExitStatus.warn(TerminalText.visible(reason))
        }
        return plan.purpose == .seed ? ExitStatus.failure : ExitStatus.inputOutput
    }

    private func watch(_ torrent: Torrent) -> AsyncStream<Event> {
        let period = display.period
        let isScreen = display.isScreen
        return AsyncStream { continuation in
            Task {
                continuation.yield(.settled(await torrent.waitUntilSettled()))
            }
            Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: .seconds(period))
                    continuation.yield(.tick)
                }
            }
            let signals = SignalStream(Self.signals(isScreen: isScreen))
            Task {
                var isLeaving = false
                for await signal in signals {
                    if ![SIGWINCH, SIGTSTP].contains(signal) {
                        if isLeaving { Self.leaveAtOnce(signal, hidesCursor: isScreen) }
                        isLeaving = true
                    }
                    continuation.yield(.signal(signal))
                }
            }
        }
    }

    /// Under `nohup` the end of the terminal is not our end.
    private static func signals(isScreen: Bool) -> [Int32] {
        var hangup = sigaction()
        sigaction(SIGHUP, nil, &hangup)
        let isIgnored = unsafeBitCast(hangup.__sigaction_handler.sa_handler, to: Int.self) == 1
        return [SIGINT, SIGTERM] + (isIgnored ? [] : [SIGHUP]) + (isScreen ? [SIGWINCH, SIGTSTP] : [])
    }

    /// For those who ask twice.
    private static func leaveAtOnce(_ signal: Int32, hidesCursor: Bool) -> Never {
        if hidesCursor { Terminal.write("\(LiveScreen.showCursor)\n".utf8, to: STDOUT_FILENO) }
        _exit(128 + signal)
    }

    // MARK: - Status

    private func show(_ torrent: Torrent) {
        let phase = status.phase
        let snapshot = torrent.status
        status.update(snapshot)
        if isLeaving { status.phase = phase }
        let now = Self.now()
        progress.note(
            share: status.peersCompletion, peers: status.peers - status.seeds, totalLength: status.totalLength, now: now
        )
        status.peersRate = progress.rate
        collectProblems(snapshot)
        display.show(&status, now: now)
    }

    /// On a screen the trackers have their own lines.
    private func collectProblems(_ snapshot: TorrentStatus) {
        if !display.isScreen {
            for tracker in snapshot.trackers {
                let text = tracker.lastError ?? tracker.warning
                defer { complaints[tracker.url] = text }
                guard let text, text != complaints[tracker.url] else { continue }
                status.problems.append(.init(time: Self.time(), text: "tracker \(tracker.url): \(text)"))
            }
        }
        let (bad, banned) = (snapshot.figures.badPieces, snapshot.figures.bannedPeers)
        guard bad > badPieces else { return }
        badPieces = bad
        let peers = banned > 0 ? "; \(banned) peers banned" : ""
        status.problems.append(
            .init(time: Self.time(), text: "\(bad) pieces came damaged and were thrown away\(peers)"))
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// "14:03:59", by the user's time zone.
    private static func time() -> String {
        var seconds = Glibc.time(nil)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return [parts.tm_hour, parts.tm_min, parts.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    // MARK: - Settings

    private func configuration() -> EngineConfiguration {
        var settings = EngineConfiguration(peerID: .generate())
        settings.bindAddresses = plan.bindAddresses
        settings.portRange = plan.ports
        settings.maxUploadRate = plan.maxUploadRate.bytesPerSecond
        settings.maxDownloadRate = plan.maxDownloadRate.bytesPerSecond
        settings.uploadSlots = plan.maxUploads
        if let most = plan.maxConnections { settings.maxPeersPerTorrent = most }
        return settings
    }

    private func options() -> TorrentOptions {
        var options = TorrentOptions(directory: place.root, saveAs: place.saveAs)
        options.mode = plan.purpose == .seed ? .seedOnly : .download
        return options
    }

    private static func silent(_ label: String) -> any LogHandler { SwiftLogNoOpLogHandler(label) }
}

extension TransferSession {
    /// Runs a transfer and ends the process, without waiting for threads that have nothing left to do.
    static func runToTheEnd(_ plan: TransferPlan, _ metainfo: MetainfoFile, _ place: ContentPlace) async throws {
        DescriptorLimit.raise()
        for name in metainfo.info.files.unsafeNames { ExitStatus.warn(name.description) }
        if metainfo.tiers.isEmpty {
            ExitStatus.warn("this torrent names no tracker: only peers that know our address will come")
        }
        let session = TransferSession(
            plan: plan, metainfo: metainfo, place: place, environment: { getenv($0).map { String(cString: $0) } })
        let (code, engine) = await session.run()
        fflush(nil)
        withExtendedLifetime(engine) { exit(code) }
    }
}
