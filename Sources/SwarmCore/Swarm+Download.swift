import Metainfo
import NIOCore
import PeerWire
import Storage

// The receiving half: blocks in, pieces to the workers, results back.
extension Swarm {
    /// Pieces hashed side by side: four streams fill the SHA unit, which waits for its own rounds on one (architecture).
    private static let batch = 4
    /// A batch that is not full goes after this long.
    private static let batchDelay = TimeAmount.milliseconds(5)
    /// Small pieces go in lots of this size, because each hand-over has its price.
    private static let lotBytes = 1 << 20
    /// With more peers than this, verified pieces are announced together every so often: a write to each of hundreds of
    /// peers for each piece would cost more than the piece.
    private static let promptPeers = 16
    private static let announceDelay = TimeAmount.milliseconds(100)
    /// Blocks nobody asked for that a peer may send, beyond one for each useful one, before it is thrown out: even one that
    /// sends all twice is better than none.
    private static let highestStrayBlocks = 256
    /// Requests that a peer may reject in one second, though it does not choke us, before it is asked again in the next:
    /// asked at once, one that rejects all would keep both sides spinning.
    private static let highestRejects = 64
    private static let shortestRetry = TimeAmount.milliseconds(5)
    private static let longestRetry = TimeAmount.milliseconds(250)

    // MARK: Blocks

    /// A run of a block's payload.
    func handleBlock(_ request: BlockRequest, offset: Int, _ bytes: UnsafeRawBufferPointer, from peer: Peer) {
        if offset == 0 { peer.arriving = expectedBlock(request, peer, inOneRun: bytes.count == Int(request.length)) }
        peer.arriving?.take(bytes, at: offset)
        guard offset + bytes.count == Int(request.length) else { return }
        let arrived = peer.arriving
        peer.arriving = nil
        arrived?.finish()
        finishBlock(request, arrived, peer)
    }

    /// The place of a block that was asked for; nothing to copy to for any other.
    private func expectedBlock(_ request: BlockRequest, _ peer: Peer, inOneRun: Bool) -> ArrivingBlock? {
        let block = Int(request.begin) / PieceLayout.blockLength
        guard layout.contains(piece: request.piece, begin: request.begin, length: request.length),
            Int(request.begin) % PieceLayout.blockLength == 0,
            Int(request.length) == layout.blockLength(piece: Int(request.piece), block: block),
            peer.requests.isWelcome(piece: Int(request.piece), block: block)
        else { return nil }
        let piece = Int(request.piece)
        let assembly =
            peer.source.working.first { $0.piece == piece } ?? downloading.picker.assembly(of: piece)
        return ArrivingBlock(assembly: assembly, block: block, from: peer.number, inOneRun: inOneRun)
    }

    /// - Parameter arrived: nil when the block was not asked for, or not like this.
    private func finishBlock(_ request: BlockRequest, _ arrived: ArrivingBlock?, _ peer: Peer) {
        let length = Int(request.length)
        peer.traffic.download.add(length)
        downloading.givers.add(length, isSeed: peer.source.isSeed)
        figures.downloaded += Int64(length)
        guard let arrived, let entry = peer.requests.remove(piece: Int(request.piece), block: arrived.block) else {
            waste(length)
            return handleStrayBlock(from: peer)
        }
        let (assembly, block) = (arrived.assembly, arrived.block)
        peer.requests.blockArrived()
        peer.traffic.rejects = 0
        peer.traffic.lastBlock = clock
        peer.traffic.isSnubbing = false
        guard let assembly, !assembly.isClosed, !assembly.isReceived(block) else {
            waste(length)
            return
        }
        let wasAskedTwice = assembly.requestCount(block) > (entry.isLost ? 0 : 1)
        guard assembly.markReceived(block, from: peer.number, now: clock) else { return }
        peer.traffic.usefulBlocks += 1
        if wasAskedTwice { cancelElsewhere(assembly.piece, block, except: peer) }
        if assembly.isComplete { handleAssembled(assembly) }
    }

    func waste(_ bytes: Int) {
        figures.wasted += Int64(bytes)
        downloading.waste.add(bytes)
    }

    private func handleStrayBlock(from peer: Peer) {
        peer.traffic.strayBlocks += 1
        let forgiven = peer.traffic.cancelledBlocks + peer.traffic.usefulBlocks
        guard peer.traffic.strayBlocks > Self.highestStrayBlocks + forgiven else { return }
        disconnect(peer, .violation("\(peer.traffic.strayBlocks) blocks that were not asked for"))
    }

    private func cancelElsewhere(_ piece: Int, _ block: Int, except peer: Peer) {
        for other in members.peers.values where other !== peer {
            guard let entry = other.requests.remove(piece: piece, block: block) else { continue }
            // The block may be on its way already.
            other.traffic.cancelledBlocks += 1
            if !entry.isLost { send(.cancel(request(piece: piece, block: block)), to: other) }
        }
    }

    /// A request will not be answered: its block is free for others.
    func dropRequest(_ entry: RequestQueue.Entry) {
        downloading.picker.dropRequest(piece: Int(entry.piece), block: Int(entry.block))
    }

    func handleReject(_ request: BlockRequest, _ peer: Peer) {
        guard layout.contains(piece: request.piece, begin: request.begin, length: request.length) else { return }
        let block = Int(request.begin) / PieceLayout.blockLength
        guard let entry = peer.requests.remove(piece: Int(request.piece), block: block) else { return }
        if !entry.isLost { dropRequest(entry) }
        if !peer.state.isChoking { peer.traffic.rejects += 1 }
    }

    func request(piece: Int, block: Int) -> BlockRequest {
        BlockRequest(
            piece: UInt32(piece), begin: UInt32(block * PieceLayout.blockLength),
            length: UInt32(layout.blockLength(piece: piece, block: block)))
    }

    // MARK: Asking

    /// Fills the peer's pipeline.
    func requestMore(from peer: Peer) {
        let allowed = peer.state.isChoking ? peer.state.allowedFast : nil
        guard isRunning, !downloading.isHalted, peer.state.amInterested, allowed?.isEmpty != true,
            peer.traffic.rejects < Self.highestRejects
        else { return downloadChain.cancel(&peer.downloadTicket) }
        guard takeDownloadSlot(peer) else { return downloadChain.cancel(&peer.downloadTicket) }
        let unit = PieceLayout.blockLength
        let chain = downloadChain
        var vacancy = peer.requests.vacancy(isSpared: isSpared(peer))
        if vacancy == 0 { chain.cancel(&peer.downloadTicket) }
        while vacancy > 0 {
            let granted = chain.take(vacancy * unit, unit: unit, ticket: &peer.downloadTicket, now: loop.now) / unit
            guard granted > 0 else {
                return retry(after: chain.wait(peer.downloadTicket, unit: unit, now: loop.now))
            }
            var runs: [PickedRun] = []
            pick(for: peer, count: granted, allowed: allowed, into: &runs)
            let asked = runs.reduce(0) { $0 + $1.blocks.count }
            chain.putBack((granted - asked) * unit)
            for run in runs { ask(peer, run) }
            if asked < granted || granted == vacancy { return }
            vacancy = peer.requests.vacancy(isSpared: isSpared(peer))
        }
    }

    /// While leechers trade, all of them ask seeds for less: the fewer ask a seed for the same piece, the further its
    /// bandwidth reaches.
    private func isSpared(_ peer: Peer) -> Bool {
        peer.source.isSeed && downloading.givers.areTrading
    }

    private func pick(for peer: Peer, count: Int, allowed: Set<Int>?, into runs: inout [PickedRun]) {
        var isShort = false
        let pool = downloading.pool
        downloading.picker.pick(
            for: peer.source, count: count, allowed: allowed, now: clock,
            takeBuffer: {
                let buffer = pool.take()
                if buffer == nil { isShort = true }
                return buffer
            },
            into: &runs)
        if isShort { downloading.hungry.insert(peer.number) }
        guard runs.isEmpty, !isShort, allowed == nil, peer.requests.count == 0 || downloading.picker.isAllStarted else {
            return
        }
        var asked: Set<UInt64>?
        downloading.picker.pickEndGame(
            for: peer.source, count: min(count, 64),
            isAsked: { piece, block in
                let known = asked ?? peer.requests.blocks
                asked = known
                return known.contains(RequestQueue.name(piece: piece, block: block))
            },
            into: &runs)
    }

    private func ask(_ peer: Peer, _ run: PickedRun) {
        for block in run.blocks {
            peer.requests.append(piece: run.assembly.piece, block: block, now: clock)
            peer.outbox.write(peerMessage: .request(request(piece: run.assembly.piece, block: block)))
        }
    }

    /// A rate limit holds something back: look again when it is due, and often enough to notice that the limit has changed.
    func retry(after wait: TimeAmount) {
        guard isRunning else { return }
        let due = loop.now + min(max(wait, Self.shortestRetry), Self.longestRetry)
        if let retryAt, retryAt <= due { return }
        retryAt = due
        loop.scheduleTask(deadline: due) { [weak self] in self?.assumeIsolated { $0.handleRetry(due) } }
    }

    private func handleRetry(_ due: NIODeadline) {
        guard retryAt == due else { return }
        retryAt = nil
        for peer in members.peers.values where peer.downloadTicket.isHeld || peer.uploadTicket.isHeld { mark(peer) }
        endTurn()
    }

    // MARK: Whole pieces

    private func handleAssembled(_ assembly: PieceAssembly) {
        assembly.isClosed = true
        downloading.senders[assembly.piece] = assembly.senders
        let owner = assembly.owner.flatMap { members.peers[$0] }
        downloading.picker.handleAssembled(assembly, owner: owner?.source)
        downloading.waiting.append(
            DiskWorkers.Assembled(
                piece: assembly.piece, length: assembly.length, buffer: assembly.buffer,
                wantsBlockDigests: downloading.suspects[assembly.piece] != nil))
    }

    /// Hands assembled pieces to the workers, several at a time.
    func submitAssembled() {
        let lot = max(Self.batch, Self.lotBytes / layout.pieceLength)
        while downloading.waiting.count >= Self.batch { submit(lot) }
        guard !downloading.waiting.isEmpty else { return }
        if downloading.picker.open.isEmpty {
            submit(downloading.waiting.count)
        } else if !downloading.isHashTimerSet {
            downloading.isHashTimerSet = true
            later(Self.batchDelay) { swarm in
                swarm.downloading.isHashTimerSet = false
                if !swarm.downloading.waiting.isEmpty { swarm.submit(swarm.downloading.waiting.count) }
            }
        }
    }

    private func submit(_ count: Int) {
        let pieces = Array(downloading.waiting.prefix(count))
        downloading.waiting.removeFirst(pieces.count)
        let loop = loop
        resources.workers.verifyAndWrite(pieces, info: configuration.info, store: configuration.store) { outcomes in
            loop.execute { [weak self] in self?.assumeIsolated { $0.handleOutcomes(outcomes) } }
        }
    }

    private func handleOutcomes(_ outcomes: [DiskWorkers.Outcome]) {
        for outcome in outcomes {
            downloading.pool.put(outcome.buffer)
            let senders = downloading.senders.removeValue(forKey: outcome.piece) ?? []
            switch outcome.verdict {
            case .written: handleVerified(outcome, senders)
            case .mismatch: handleMismatch(outcome, senders)
            case .failed(let error):
                downloading.picker.handleFailed(outcome.piece)
                guard !downloading.isHalted else { continue }
                downloading.isHalted = true
                tell(.storageFailed(error))
            }
        }
        // No more are woken than can be fed.
        for number in downloading.hungry.next(2 * outcomes.count) {
            if let peer = members.peers[number] { mark(peer) }
        }
        endTurn()
    }

    private func handleVerified(_ outcome: DiskWorkers.Outcome, _ senders: [PeerNumber]) {
        let wasComplete = isComplete
        if downloading.picker.needed[outcome.piece] {
            figures.wantedLeft -= Int64(outcome.length)
            figures.wantedPiecesLeft -= 1
        }
        downloading.picker.handleVerified(outcome.piece)
        figures.verified += Int64(outcome.length)
        figures.verifiedPieces += 1
        downloading.toAnnounce.append(outcome.piece)
        if let suspects = downloading.suspects.removeValue(forKey: outcome.piece) {
            convict(suspects, good: outcome.blockDigests)
        }
        if isComplete, !wasComplete { finishDownload() }
    }

    /// The last wanted piece is here, or the last missing one is no longer wanted.
    func finishDownload() {
        publishFigures()
        tell(.completed)
        downloading.pool.trim()
        updateSuperSeeding()
        for peer in members.peers.values { updateInterest(peer) }
        // The last `have` leaves before the seeds do.
        endTurn()
        for peer in Array(members.peers.values) { dropIfUseless(peer) }
    }

    /// Tells peers in one write each turn what we have now: seeds too, who show their users how far others are.
    func announceVerified() {
        guard !downloading.toAnnounce.isEmpty else { return }
        guard members.peers.count > Self.promptPeers, !isComplete else { return tellVerified() }
        guard !downloading.isAnnounceTimerSet else { return }
        downloading.isAnnounceTimerSet = true
        later(Self.announceDelay) { swarm in
            swarm.downloading.isAnnounceTimerSet = false
            swarm.tellVerified()
            swarm.endTurn()
        }
    }

    private func tellVerified() {
        for peer in members.peers.values {
            for piece in downloading.toAnnounce { send(.have(UInt32(piece)), to: peer) }
        }
        downloading.toAnnounce.removeAll(keepingCapacity: true)
    }
}
