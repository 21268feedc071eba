import DequeModule
import Dispatch
package import Metainfo
import NIOCore
import PeerWire
package import Storage
import Synchronization

// What the swarm's owner asks and changes while it runs.
extension Swarm {
    /// Takes new limits and wishes; they hold from the next request and choke on.
    package func apply(_ settings: SwarmSettings) {
        for peer in members.peers.values {
            downloadChain.cancel(&peer.downloadTicket)
            uploadChain.cancel(&peer.uploadTicket)
            mark(peer)
        }
        if settings.isSuperSeeding, !self.settings.isSuperSeeding { uploading.isSuperSeedDone = false }
        self.settings = settings
        downloading.picker.isSequential = settings.isSequential
        guard isRunning else { return }
        updateSuperSeeding()
        if ticker != nil {
            balanceSlots()
            balanceDownloadSlots()
        }
        catchUp()
        dialOrRest()
        endTurn()
    }

    /// What is wanted of each file, in the order of the file list; a list that is too short leaves the rest as it is.
    ///
    /// Blocks asked for in vain are cancelled at once; what is being hashed is kept. `SwarmEvent.completed` is told when
    /// nothing that is wanted is missing any more.
    package func setPriorities(_ priorities: [FilePriority]) {
        let wasComplete = isComplete
        let wishes = PieceWishes(priorities, files: configuration.info.files, layout: layout)
        cancel(downloading.picker.setWishes(wishes))
        Self.countWanted(downloading.picker, &figures)
        for peer in members.peers.values {
            updateInterest(peer)
            mark(peer)
        }
        if wasComplete, !isComplete { wantAgain() }
        if !wasComplete, isComplete { finishDownload() }
        publishFigures()
        endTurn()
    }

    /// Something is missing again: peers that had nothing for us are worth another call.
    private func wantAgain() {
        members.list.forgiveUseless(now: clock)
        nextAsk = clock
        updateSuperSeeding()
        guard isRunning else { return }
        catchUp()
        dialOrRest()
    }

    /// Takes back what peers were asked for of pieces that are wanted no more.
    private func cancel(_ abandoned: [PieceAssembly]) {
        guard !abandoned.isEmpty else { return }
        let pieces = Set(abandoned.map { UInt32($0.piece) })
        for peer in members.peers.values {
            peer.source.dropClosedWork()
            for entry in peer.requests.entries where pieces.contains(entry.piece) {
                let (piece, block) = (Int(entry.piece), Int(entry.block))
                guard peer.requests.remove(piece: piece, block: block) != nil else { continue }
                // The block may be on its way already.
                peer.traffic.cancelledBlocks += 1
                if !entry.isLost { send(.cancel(request(piece: piece, block: block)), to: peer) }
            }
        }
        for assembly in abandoned { downloading.pool.put(assembly.buffer) }
    }

    /// The connected peers in the order in which they connected.
    package func peerSnapshots() -> [PeerSnapshot] {
        members.peers.values.sorted { $0.number.rawValue < $1.number.rawValue }.map(snapshot)
    }

    private func snapshot(_ peer: Peer) -> PeerSnapshot {
        var bytes: [UInt8] = []
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: peer.state.reserved.rawValue >> UInt64(shift)))
        }
        var shot = PeerSnapshot(
            number: peer.number, peerID: peer.peerID, address: peer.address, direction: peer.direction,
            origin: peer.direction == .incoming ? .incoming : members.list.origin(of: peer.address) ?? .manual,
            reserved: bytes)
        shot.clientName = peer.state.extensions.v ?? ""
        shot.downloadRate = peer.traffic.download.rate
        shot.uploadRate = peer.traffic.upload.rate
        shot.downloaded = peer.traffic.download.total
        shot.uploaded = peer.traffic.upload.total
        shot.pieces = peer.source.have.setCount
        shot.ownRate = peer.traffic.own.rate
        shot.ownTotal = peer.traffic.own.total
        shot.amChoking = peer.state.amChoking
        shot.isChoking = peer.state.isChoking
        shot.amInterested = peer.state.amInterested
        shot.isInterested = peer.state.isInterested
        shot.isSnubbed = peer.isSnubbed
        return shot
    }

    /// Closes the connection with a peer, if it is still there.
    ///
    /// - Parameter ban: its host may not come back.
    package func disconnect(_ number: PeerNumber, ban isBanned: Bool) {
        guard let peer = members.peers[number] else { return }
        disconnect(peer, isBanned ? .badData : .dismissed)
        endTurn()
    }

    /// A snubbed peer gets nothing from us until the user says otherwise.
    package func setSnubbed(_ number: PeerNumber, _ isSnubbed: Bool) {
        guard let peer = members.peers[number], peer.isSnubbed != isSnubbed else { return }
        peer.isSnubbed = isSnubbed
        if isSnubbed { setChoking(true, peer) }
        fillSlots()
        endTurn()
    }

    /// How many connected peers have each piece, at most 255; our own copy is not counted.
    package func availabilityCounts() -> [UInt8] {
        let availability = downloading.picker.availability
        return availability.counts.map { UInt8(clamping: Int($0) + availability.seeds) }
    }

    /// Addresses that may be dialled, the connected ones among them; of peers that called us only those that were told of too.
    package func knownAddresses() -> [PeerAddress] { members.list.addresses }

    /// Runs `body` on the swarm's loop and waits for its result: at once on that loop itself, else for the loop's next turn.
    ///
    /// Any thread but another swarm's loop may call, event loops that own no swarm included; the loop must be running.
    package nonisolated func inspect<Value: Sendable>(
        _ body: @escaping @Sendable (isolated Swarm) -> Value
    ) -> Value {
        if loop.inEventLoop { return assumeIsolated { body($0) } }
        let result = InspectionResult<Value>()
        loop.execute { result.deliver(self.assumeIsolated { body($0) }) }
        return result.wait()
    }
}

/// A value on its way from a loop to a thread that waits for it. NIO's own futures refuse to be waited for on any event loop.
private final class InspectionResult<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let isThere = DispatchSemaphore(value: 0)

    func deliver(_ value: Value) {
        self.value.withLock { $0 = value }
        isThere.signal()
    }

    func wait() -> Value {
        isThere.wait()
        guard let value = value.withLock({ $0 }) else { preconditionFailure("signalled without a value") }
        return value
    }
}
