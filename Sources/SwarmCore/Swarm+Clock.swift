import Metainfo
import NIOCore
import Storage

// The swarm's clock: what happens once a second, and nothing at all while there is nobody to talk to.
extension Swarm {
    /// More addresses are asked for this often while something is wanted and few are known.
    private static let askSeconds: UInt32 = 60

    /// Goes on with what is due: ticks while there is somebody, else sleeps until an address is due to be dialled.
    func wake() {
        guard isRunning, ticker == nil else { return }
        stopClock()
        catchUp()
        ticker = loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { [weak self] _ in
            self?.assumeIsolated { $0.tick() }
        }
    }

    /// Ends ticking; for `stop`.
    func stopClock() {
        ticker?.cancel()
        ticker = nil
        alarm?.cancel()
        alarm = nil
        idleAlarm?.cancel()
        idleAlarm = nil
    }

    /// The clock stands still while the swarm sleeps.
    func catchUp() {
        let seconds = (loop.now - lastTick).nanoseconds / 1_000_000_000
        guard ticker == nil, seconds > 0 else { return }
        clock += UInt32(clamping: seconds)
        lastTick = lastTick + .seconds(seconds)
    }

    private var isQuiet: Bool {
        members.peers.isEmpty && members.dialing == 0 && downloading.senders.isEmpty && downloading.waiting.isEmpty
    }

    /// Stops ticking when nobody is connected or being called: thousands of torrents that nobody asks for shall cost nothing.
    func restIfQuiet() {
        guard isRunning, isQuiet else { return }
        stopClock()
        trimMemory()
        downloading.picker.availability.forgetAll()
        downloading.slots.giveBack()
        uploading.slots.giveBack()
        hastenDialing()
        watchIdleness()
        var due = members.list.nextDue
        if !isComplete { due = min(due ?? .max, max(nextAsk, clock)) }
        guard let due, due < .max else { return }
        alarm = loop.scheduleTask(in: .seconds(Int64(max(due, clock + 1) - clock))) { [weak self] in
            self?.assumeIsolated { $0.handleAlarm() }
        }
    }

    private func handleAlarm() {
        alarm = nil
        guard isRunning else { return }
        catchUp()
        askForPeers()
        dialOrRest()
        endTurn()
    }

    private func tick() {
        let now = loop.now
        let seconds = Double((now - lastTick).nanoseconds) / 1e9
        lastTick = now
        clock += 1
        downloading.givers.tick()
        downloading.waste.tick(seconds: seconds)
        for peer in Array(members.peers.values) { tick(peer, seconds: seconds) }
        if clock % UInt32(Choker.roundSeconds) == 0 { rechoke() } else { balanceSlots() }
        balanceDownloadSlots()
        tickSuperSeed()
        downloading.relieve(now: clock)
        if clock % 30 == 0 { trimMemory() }
        hastenDialing()
        dialWaiting()
        askForPeers()
        measure()
        endTurn()
        restIfQuiet()
    }

    private func trimMemory() {
        if downloading.picker.open.isEmpty { downloading.pool.trim() }
        if members.peers.values.allSatisfy({ $0.uploads.isEmpty }) { uploading.cache.trim() }
    }

    private func askForPeers() {
        guard clock >= nextAsk else { return }
        nextAsk = clock + Self.askSeconds
        guard !isComplete, members.peers.count < min(20, wantedPeers), members.list.count < 50 else { return }
        tell(.wantsPeers)
    }

    /// Brings the figures up to date and shows them.
    func measure() {
        let peers = members.peers.values
        figures.downloadRate = peers.reduce(0) { $0 + $1.traffic.download.rate }
        figures.uploadRate = peers.reduce(0) { $0 + $1.traffic.upload.rate }
        figures.wasteRate = downloading.waste.rate
        figures.peers = peers.count
        figures.seeds = peers.count { $0.source.isSeed }
        figures.leechers = figures.peers - figures.seeds
        figures.dialing = members.dialing
        figures.peersNotConnected = members.list.idleCount
        figures.unchoked = peers.count { !$0.state.amChoking }
        figures.unchokedDownloads = peers.count { $0.state.amInterested && !$0.state.isChoking }
        figures.distributedCopies = downloading.picker.availability.distributedCopies
        let completion = peers.reduce(0.0) { $0 + ($1.source.isSeed ? 0 : Double($1.source.have.setCount)) }
        figures.averageCompletion =
            figures.leechers == 0 ? 0 : completion / Double(figures.leechers) / Double(max(1, layout.pieceCount))
        figures.partial = downloading.picker.open.reduce(0) { $0 + $1.receivedBytes }
        figures.piecesInFlight = downloading.picker.open.count + downloading.picker.hashing.count
        figures.isSuperSeeding = uploading.superSeed != nil
        publishFigures()
    }

    func publishFigures() { gauges.publish(figures) }

    /// Counts what is wanted anew: at the start and when the wishes change.
    static func countWanted(_ picker: PiecePicker, _ figures: inout SwarmFigures) {
        let layout = picker.layout
        var (left, wanted) = (Int64(0), Int64(0))
        picker.needed.forEachSet { left += Int64(layout.length(of: $0)) }
        if let wishes = picker.wishes.wanted {
            wishes.forEachSet { wanted += Int64(layout.length(of: $0)) }
        } else {
            wanted = layout.totalLength
        }
        figures.wanted = wanted
        figures.wantedLeft = left
        figures.wantedPiecesLeft = picker.needed.setCount
        figures.verifiedPieces = picker.have.setCount
    }

    /// Runs `body` on the loop after `delay`, if the swarm still is.
    func later(_ delay: TimeAmount, _ body: @escaping @Sendable (isolated Swarm) -> Void) {
        loop.scheduleTask(in: delay) { [weak self] in
            guard let self else { return }
            self.assumeIsolated { body($0) }
        }
    }
}
