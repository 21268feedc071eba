import Metainfo
import NIOCore
import PeerWire

// What peers say: each message changes state and marks peers; nothing is written here.
extension Swarm {
    /// 100,000 `have` messages; no peer that reads at all is so far behind.
    private static let highestUnreadBytes = 1 << 20

    /// Bytes from a peer.
    func handleRead(_ bytes: ByteBuffer, from number: PeerNumber) {
        guard let peer = members.peers[number] else { return }
        peer.traffic.lastReceived = clock
        do {
            try bytes.withUnsafeReadableBytes { view in
                var input = view
                while members.peers[number] != nil {
                    switch try peer.parser.next(&input) {
                    case .needsMore: return
                    case .block(let request, let offset, let payload):
                        handleBlock(request, offset: offset, payload, from: peer)
                    case .message(let message):
                        handle(message, from: peer)
                    }
                }
            }
        } catch {
            disconnect(peer, .violation("\(error)"))
        }
        mark(peer)
    }

    private func handle(_ message: PeerMessage, from peer: Peer) {
        switch message {
        case .keepAlive: break
        case .choke: handleChoke(true, peer)
        case .unchoke: handleChoke(false, peer)
        case .interested: handleInterest(true, peer)
        case .notInterested: handleInterest(false, peer)
        case .have(let piece): handleHave(piece, peer)
        case .bitfield(let bytes):
            handleBitfield(Bitfield(wire: bytes, count: layout.pieceCount), peer, usingFast: false)
        case .haveAll: handleBitfield(Bitfield(allSet: layout.pieceCount), peer, usingFast: true)
        case .haveNone: handleBitfield(Bitfield(count: layout.pieceCount), peer, usingFast: true)
        case .request(let request): handleRequest(request, peer)
        case .cancel(let request): handleCancel(request, peer)
        case .reject(let request): handleReject(request, peer)
        case .allowedFast(let piece):
            if piece < UInt32(layout.pieceCount) { peer.state.handleAllowedFast(Int(piece)) }
        case .extended(let id, let payload): handleExtended(id, payload, peer)
        case .port, .suggest, .unknown: break
        }
    }

    private func handleChoke(_ choked: Bool, _ peer: Peer) {
        guard peer.state.handleChoke(choked), choked else { return }
        dropDownloadSlot(peer)
        downloading.picker.release(peer.source)
        // BEP 6: with the fast extension each request is answered or rejected; without it a choke drops them all.
        if !peer.state.supportsFast {
            let dropped = peer.requests.drop()
            peer.traffic.cancelledBlocks += dropped.count
            for entry in dropped { dropRequest(entry) }
        }
    }

    private func handleInterest(_ interested: Bool, _ peer: Peer) {
        guard peer.state.handleInterest(interested) else { return }
        if interested {
            fillSlots()
        } else if !peer.state.amChoking {
            setChoking(true, peer)
            fillSlots()
        }
    }

    private func handleHave(_ piece: UInt32, _ peer: Peer) {
        guard piece < UInt32(layout.pieceCount) else {
            return disconnect(peer, .violation("have for piece \(piece) of \(layout.pieceCount)"))
        }
        peer.state.handleOtherMessage()
        guard downloading.picker.handleHave(Int(piece), from: peer.source) else { return }
        peer.traffic.own.add(layout.length(of: Int(piece)))
        if downloading.picker.needed[Int(piece)] { setInterested(true, peer) }
        handleSpread(Int(piece), to: peer)
        if peer.source.isSeed { dropIfUseless(peer) }
    }

    private func handleBitfield(_ bitfield: Bitfield?, _ peer: Peer, usingFast: Bool) {
        guard let bitfield else { return disconnect(peer, .violation("a bitfield of wrong length or with spare bits")) }
        if peer.state.hasToldPieces, !usingFast {
            // Against BEP 3, aria2 sends a later bitfield in place of many `have`s; who closes on it loses all of aria2.
            bitfield.forEachSet { _ = downloading.picker.handleHave($0, from: peer.source) }
        } else if let complaint = peer.state.handlePieces(usingFast: usingFast) {
            return disconnect(peer, .violation(complaint))
        } else {
            downloading.picker.handleBitfield(bitfield, from: peer.source)
        }
        updateInterest(peer)
        dropIfUseless(peer)
        grantFast(peer)
        showNext(to: peer)
    }

    /// Two seeds have nothing to say to each other. One of them may be only us, with all we want.
    func dropIfUseless(_ peer: Peer) {
        if isComplete, peer.source.isSeed { disconnect(peer, .useless) }
    }

    private func handleExtended(_ id: UInt8, _ payload: [UInt8], _ peer: Peer) {
        guard peer.state.supportsExtensions else { return }
        if id == Self.metadataID { return handleMetadata(payload, peer) }
        // Messages of extensions we did not offer are ignored, as BEP 10 asks.
        guard id == ExtensionHandshake.messageID else { return }
        guard let hello = try? ExtensionHandshake.decode(payload) else { return }
        peer.state.extensions = hello
        if let limit = hello.requestQueueLimit { peer.requests.peerLimit = max(1, limit) }
    }

    func updateInterest(_ peer: Peer) {
        setInterested(downloading.picker.isInteresting(peer.source), peer)
    }

    private func setInterested(_ interested: Bool, _ peer: Peer) {
        guard peer.state.setInterested(interested) else { return }
        send(interested ? .interested : .notInterested, to: peer)
    }

    // MARK: Writing

    /// Queues a message for the end of this turn.
    func send(_ message: PeerMessage, to peer: Peer) {
        peer.outbox.write(peerMessage: message)
        mark(peer)
    }

    /// Messages for a peer that does not read pile up in our memory; whoever asks on and on without reading is thrown out.
    private func mayWrite(_ count: Int, to peer: Peer) -> Bool {
        guard !peer.connection.isWritable else { return true }
        peer.traffic.unreadBytes += count
        guard peer.traffic.unreadBytes > Self.highestUnreadBytes else { return true }
        disconnect(peer, .violation("\(peer.traffic.unreadBytes) bytes of messages left unread"))
        return false
    }

    /// The peer is looked at when the turn ends.
    func mark(_ peer: Peer) {
        guard !peer.isDirty else { return }
        peer.isDirty = true
        dirty.append(peer)
    }

    /// Ends a turn: tells what was verified, asks and sends what is due, one flush for each peer.
    func endTurn() {
        submitAssembled()
        announceVerified()
        while !dirty.isEmpty {
            let turn = dirty
            dirty.removeAll(keepingCapacity: true)
            for peer in turn {
                peer.isDirty = false
                guard members.peers[peer.number] === peer else { continue }
                requestMore(from: peer)
                let sentBlocks = serve(peer)
                guard peer.outbox.readableBytes > 0 || sentBlocks else { continue }
                if peer.outbox.readableBytes > 0 {
                    guard mayWrite(peer.outbox.readableBytes, to: peer) else { continue }
                    peer.connection.write(peer.outbox)
                    peer.outbox = ByteBuffer()
                }
                peer.traffic.lastSent = clock
                peer.connection.flush()
                peer.isDirty = false
            }
        }
    }
}
