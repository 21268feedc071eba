import Metainfo
import NIOCore
import PeerWire

/// Why a connection ends, and what follows from it.
enum DisconnectReason {
    case stopping
    /// Neither side has anything for the other.
    case useless
    case timedOut
    /// The user sent it away.
    case dismissed
    /// The peer broke the protocol; the sentence says how.
    case violation(String)
    case badData
}

// Connections: dialling, joining, leaving.
extension Swarm {
    private static let idleSeconds: UInt32 = 180
    private static let keepAliveSeconds: UInt32 = 100
    /// A peer that unchoked us and sends nothing for so long is asked for one block at a time (anti-snubbing).
    private static let snubSeconds: UInt32 = 30
    /// A request older than this while other blocks arrive was dropped by the peer.
    private static let requestSeconds: UInt32 = 20
    /// What a new peer has to say what it wants, before a later one may take its place.
    private static let graceSeconds: UInt32 = 3
    /// Peers that may share one host's address, as behind a router, when there is no room for all.
    private static let highestHostShare = 8
    /// What a peer has to ask for something once it is unchoked.
    private static let turnSeconds: UInt32 = 30
    /// With nobody left to download from, addresses that failed are tried again after this long at most.
    private static let lonelyRetrySeconds: UInt32 = 20
    /// While all sockets are in use, and when the user's filter refuses an address: filters change.
    private static let crowdedRetrySeconds: UInt32 = 10
    private static let refusedRetrySeconds: UInt32 = 1800

    var maxPeers: Int { isComplete ? settings.maxPeersSeeding : settings.maxPeersLeeching }

    /// Connections that are sought; peers that call may fill the rest up.
    var wantedPeers: Int { min(maxPeers, isComplete ? settings.minPeersSeeding : settings.minPeersLeeching) }

    /// Dials what is due, and ticks while there is somebody; else sleeps until more is due.
    func dialOrRest() {
        guard isRunning else { return }
        dialWaiting()
        if members.dialing > 0 { wake() } else if ticker == nil { restIfQuiet() }
    }

    func dialWaiting() {
        guard isRunning else { return }
        while members.dialing < configuration.maxDialing, members.peers.count + members.dialing < wantedPeers,
            let (address, _) = members.list.next(now: clock)
        {
            guard resources.isAllowed(address) else {
                members.list.postpone(address, to: clock + Self.refusedRetrySeconds)
                continue
            }
            guard resources.connections.take() else {
                return members.list.postpone(address, to: clock + Self.crowdedRetrySeconds)
            }
            members.dialing += 1
            resources.dialer.dial(address, for: self, on: loop)
        }
    }

    /// After a break of the network all addresses have failed often; the download shall not wait half an hour for them.
    func hastenDialing() {
        guard !isComplete, members.peers.isEmpty else { return }
        members.list.hasten(to: clock + Self.lonelyRetrySeconds)
    }

    /// A dialled connection never got past its handshake.
    func handleDialFailed(_ address: PeerAddress) {
        members.dialing = max(0, members.dialing - 1)
        resources.connections.giveBack()
        members.list.handleFailure(address, now: clock)
    }

    /// A peer shook hands. Nil when it is not wanted; the caller closes then.
    func handleConnected(
        _ connection: any PeerConnection, handshake: Handshake, address: PeerAddress, direction: ConnectionDirection
    ) -> PeerNumber? {
        wake()
        if direction == .outgoing { members.dialing = max(0, members.dialing - 1) }
        guard isRunning, isWelcome(handshake, address, direction),
            direction == .outgoing || resources.connections.take()
        else {
            if direction == .outgoing {
                resources.connections.giveBack()
                members.list.handleFailure(address, now: clock)
            }
            return nil
        }
        let peer = Peer(
            number: members.nextNumber(), address: address, handshake: handshake, direction: direction,
            connection: connection, pieceCount: layout.pieceCount, now: clock)
        members.peers[peer.number] = peer
        members.list.handleConnected(address)
        greet(peer)
        return peer.number
    }

    private func isWelcome(_ handshake: Handshake, _ address: PeerAddress, _ direction: ConnectionDirection) -> Bool {
        if handshake.peerID == configuration.peerID {
            if direction == .outgoing { members.list.forget(address) }
            return false
        }
        guard !members.list.isBanned(address), resources.isAllowed(address) else { return false }
        guard let twin = members.peer(withID: handshake.peerID) else {
            return members.peers.count < maxPeers || makeRoom(for: address)
        }
        // Both dialled at once: each side keeps the connection that the larger peer id opened.
        let weAreLarger = handshake.peerID.bytes.lexicographicallyPrecedes(configuration.peerID.bytes)
        let keepNew =
            clock - twin.connectedAt < 5 && twin.direction != direction && (direction == .outgoing) == weAreLarger
        if keepNew { disconnect(twin, .useless) }
        return keepNew
    }

    /// Sends a peer away so that a crowd does not keep others out: the one that has been of no use for longest, or else one of
    /// those who share one host's address, if the newcomer comes from elsewhere.
    private func makeRoom(for newcomer: PeerAddress) -> Bool {
        let idlers = members.peers.values.filter(isIdle)
        let longest = idlers.min { $0.connectedAt < $1.connectedAt }
        guard let leaving = longest ?? slowestOfCrowd(besides: newcomer) else { return false }
        disconnect(leaving, .useless)
        return true
    }

    private func slowestOfCrowd(besides newcomer: PeerAddress) -> Peer? {
        let hosts = Dictionary(grouping: members.peers.values, by: \.address.host)
        guard let crowd = hosts.values.max(by: { $0.count < $1.count }), crowd.count > Self.highestHostShare,
            crowd.count > hosts[newcomer.host, default: []].count + 1
        else { return nil }
        return crowd.min {
            $0.traffic.upload.rate + $0.traffic.download.rate < $1.traffic.upload.rate + $1.traffic.download.rate
        }
    }

    /// Neither side wants anything, or the peer says so and lets its turn pass.
    private func isIdle(_ peer: Peer) -> Bool {
        if peer.state.amInterested { return false }
        guard peer.state.isInterested else { return clock - peer.connectedAt >= Self.graceSeconds }
        return !peer.state.amChoking && clock - peer.state.chokeChangedAt >= Self.turnSeconds
            && peer.uploads.isEmpty && peer.uploads.pendingReads == 0 && peer.traffic.upload.rate < 1
    }

    private func greet(_ peer: Peer) {
        if peer.state.supportsExtensions {
            var hello = ExtensionHandshake()
            hello.v = configuration.clientName
            hello.p = configuration.listenPort == 0 ? nil : configuration.listenPort
            hello.requestQueueLimit = UploadQueue.limit
            offerMetadata(in: &hello)
            hello.uploadOnly = isComplete && !downloading.picker.isWhole
            send(.extended(id: 0, payload: hello.encode()), to: peer)
        }
        guard uploading.superSeed == nil else {
            uploading.superSeed?.add(peer.number)
            if peer.state.supportsFast { send(.haveNone, to: peer) }
            return
        }
        let have = downloading.picker.have
        if peer.state.supportsFast, have.isAllSet {
            send(.haveAll, to: peer)
        } else if peer.state.supportsFast, have.setCount == 0 {
            send(.haveNone, to: peer)
        } else if have.setCount > 0 {
            send(.bitfield(have.wireBytes), to: peer)
        }
    }

    /// The connection ended from the other side.
    func handleClosed(_ number: PeerNumber) {
        guard let peer = members.peers[number] else { return }
        remove(peer, isUseless: false)
        endTurn()
    }

    /// Ends a connection from our side.
    func disconnect(_ peer: Peer, _ reason: DisconnectReason) {
        guard members.peers[peer.number] === peer else { return }
        var isUseless = false
        switch reason {
        case .useless, .violation, .dismissed: isUseless = true
        case .badData: ban(peer.address)
        // A link that broke may come back.
        case .timedOut, .stopping: break
        }
        remove(peer, isUseless: isUseless)
        peer.connection.close()
    }

    private func remove(_ peer: Peer, isUseless: Bool) {
        members.remove(peer)
        resources.connections.giveBack()
        uploading.superSeed?.remove(peer.number)
        dropDownloadSlot(peer)
        downloadChain.cancel(&peer.downloadTicket)
        uploadChain.cancel(&peer.uploadTicket)
        members.list.handleDisconnected(peer.address, isUseless: isUseless, now: clock)
        for entry in peer.requests.removeAll() { dropRequest(entry) }
        downloading.picker.forget(peer.source)
        uploading.crowded.remove(peer.number)
        if !peer.state.amChoking { fillSlots() }
        // What it was asked for is free again: others may be idle.
        for other in members.peers.values where other.state.amInterested { mark(other) }
    }

    /// Once a second for each peer: rates, time-outs, keep-alive.
    func tick(_ peer: Peer, seconds: Double) {
        peer.traffic.download.tick(seconds: seconds)
        peer.traffic.upload.tick(seconds: seconds)
        peer.traffic.own.tick(seconds: seconds)
        peer.requests.tick(rate: peer.traffic.download.rate)
        peer.traffic.rejects = 0
        peer.source.isSlow =
            peer.traffic.download.rate * 20 < Double(layout.pieceLength) && clock - peer.connectedAt > 5
        if clock - peer.traffic.lastReceived > Self.idleSeconds { return disconnect(peer, .timedOut) }
        if clock - peer.traffic.lastSent > Self.keepAliveSeconds { send(.keepAlive, to: peer) }
        if peer.requests.count > 0 { checkRequests(peer) }
        updateInterest(peer)
        mark(peer)
    }

    private func checkRequests(_ peer: Peer) {
        if clock - peer.traffic.lastBlock > Self.snubSeconds, let oldest = peer.requests.entries.first,
            clock - oldest.sentAt > Self.snubSeconds
        {
            // Its answers stay welcome, but others are asked too.
            peer.traffic.isSnubbing = true
            release(peer)
            peer.requests.restart()
            return
        }
        // A request far older than the queue before it explains was dropped by the peer.
        let queued = Double(peer.requests.count * PieceLayout.blockLength) / max(peer.traffic.download.rate, 1)
        let patience = Self.requestSeconds + UInt32(min(queued * 4, 3600))
        guard clock > patience else { return }
        for entry in peer.requests.expire(before: clock - patience) {
            dropRequest(entry)
            send(.cancel(request(piece: Int(entry.piece), block: Int(entry.block))), to: peer)
        }
    }

    /// Frees what the peer was asked for, for others.
    func release(_ peer: Peer) {
        for entry in peer.requests.expire(before: .max) { dropRequest(entry) }
        downloading.picker.release(peer.source)
    }
}
