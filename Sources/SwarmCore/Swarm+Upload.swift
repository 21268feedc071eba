import DequeModule
import Metainfo
import NIOCore
import PeerWire
import Storage

// The sending half: who may ask, what is asked for, and whole runs of blocks out.
extension Swarm {
    /// The longest block a peer may ask for; BEP 3 names 16 KiB, some ask for 32.
    private static let highestRequestLength: UInt32 = 128 << 10
    /// Spans a peer's requests may have loading ahead of what it is being sent.
    private static let spansAhead = 3
    private static let longestRun = SpanKey.blocks
    /// Blocks read together for one peer alone, and blocks being read for it.
    private static let stretchBlocks = 16
    private static let pendingBlocks = 32
    /// Shorter runs are copied: a slice would keep its whole span in memory while a slow peer drains it.
    private static let copiedRunBytes = 128 << 10

    // MARK: Requests

    func handleRequest(_ request: BlockRequest, _ peer: Peer) {
        guard request.length > 0, request.length <= Self.highestRequestLength,
            layout.contains(piece: request.piece, begin: request.begin, length: request.length)
        else {
            return disconnect(
                peer, .violation("request for \(request.length) bytes at \(request.begin) of piece \(request.piece)"))
        }
        guard mayHave(request, peer), downloading.picker.have[Int(request.piece)],
            !(peer.uploads.isFull && peer.state.supportsFast)
        else {
            if peer.state.supportsFast { send(.reject(request), to: peer) }
            return
        }
        peer.uploads.append(request)
        guard peer.uploads.isFull else { return }
        if !peer.uploads.isReadingPaused {
            peer.uploads.isReadingPaused = true
            peer.connection.setReading(false)
        } else if peer.uploads.requests.count > UploadQueue.hardLimit {
            disconnect(peer, .violation("\(peer.uploads.requests.count) requests at a time"))
        }
    }

    private func mayHave(_ request: BlockRequest, _ peer: Peer) -> Bool {
        guard uploading.superSeed?.mayHave(Int(request.piece), peer.number) ?? true else { return false }
        return !peer.state.amChoking || (peer.state.grantedFast.contains(Int(request.piece)) && !peer.isSnubbed)
    }

    /// Reads on from a peer whose queue has become short.
    func resumeReading(_ peer: Peer) {
        guard peer.uploads.isReadingPaused, peer.uploads.isDrained else { return }
        peer.uploads.isReadingPaused = false
        peer.connection.setReading(true)
    }

    func handleCancel(_ request: BlockRequest, _ peer: Peer) {
        // BEP 6: a cancelled request is answered too, by the block or by a reject.
        if peer.uploads.cancel(request), peer.state.supportsFast { send(.reject(request), to: peer) }
    }

    func handleWritable(_ number: PeerNumber) {
        guard let peer = members.peers[number] else { return }
        peer.traffic.unreadBytes = 0
        mark(peer)
        endTurn()
    }

    // MARK: Sending

    /// Sends what the connection, the rate limit and the cache allow.
    ///
    /// - Returns: true when something was written.
    func serve(_ peer: Peer) -> Bool {
        var didWrite = false
        while let first = peer.uploads.first, peer.connection.isWritable {
            let key = SpanKey(first)
            guard key.holdsWhole(first), isCacheWorthwhile else {
                guard readAlone(peer) else { break }
                continue
            }
            guard case .ready(let span) = uploading.cache.lookup(key) else {
                guard !load(key, for: peer), readAlone(peer) else { break }
                continue
            }
            guard sendRun(from: span, key, peer) else { break }
            didWrite = true
        }
        if peer.uploads.isEmpty { uploadChain.cancel(&peer.uploadTicket) }
        resumeReading(peer)
        if !peer.uploads.isEmpty, isCacheWorthwhile { readAhead(for: peer) }
        return didWrite
    }

    /// Each peer wants a span being sent and one being read: with less room, spans would be read again and again.
    private var isCacheWorthwhile: Bool { figures.unchoked * 2 <= uploading.cache.capacity }

    private func sendRun(from span: ByteBuffer, _ key: SpanKey, _ peer: Peer) -> Bool {
        guard let first = peer.uploads.first else { return false }
        let unit = PieceLayout.blockLength
        // A quarter of a second's worth, so that a slow peer pins little memory; a new one is taken for a fast one.
        let rate = peer.traffic.upload.rate
        let pace = rate == 0 ? Self.longestRun : Int(min(rate, 1e9)) / 4 / unit
        let wanted = peer.uploads.runLength(in: key, limit: min(max(pace, 4), Self.longestRun))
        let chain = uploadChain
        let granted = chain.take(wanted * unit, unit: unit, ticket: &peer.uploadTicket, now: loop.now) / unit
        guard granted > 0 else {
            retry(after: chain.wait(peer.uploadTicket, unit: unit, now: loop.now))
            return false
        }
        let firstBlock = Int(first.begin) / unit - key.firstBlock
        let messages = uploading.cache.messages(span, firstBlock: firstBlock, count: granted)
        if messages.readableBytes <= Self.copiedRunBytes, granted < key.blockCount(in: layout) {
            peer.connection.write(ByteBuffer(bytes: messages.readableBytesView))
        } else {
            peer.connection.write(messages)
        }
        count(uploaded: messages.readableBytes - granted * SpanKey.headerLength, to: peer)
        peer.uploads.removeFirst(granted)
        return true
    }

    private func count(uploaded bytes: Int, to peer: Peer) {
        peer.traffic.upload.add(bytes)
        figures.uploaded += Int64(bytes)
    }

    /// Starts reading the spans behind the one being sent.
    private func readAhead(for peer: Peer) {
        let most = min(Self.spansAhead, uploading.cache.capacity / max(1, figures.unchoked))
        var seen: SpanKey?
        var spans = 0
        for request in peer.uploads.requests {
            let key = SpanKey(request)
            if key == seen { continue }
            seen = key
            spans += 1
            if spans > most { return }
            if key.holdsWhole(request), case .absent = uploading.cache.lookup(key) { _ = load(key, for: peer) }
        }
    }

    /// - Returns: false when nothing is on its way for which the peer could wait: other torrents hold all the memory.
    private func load(_ key: SpanKey, for peer: Peer) -> Bool {
        if case .loading = uploading.cache.lookup(key) {
            uploading.waiting[key, default: []].insert(peer.number)
            return true
        }
        guard let memory = uploading.cache.beginLoading(key) else {
            if uploading.cache.isEmpty { return false }
            uploading.crowded.insert(peer.number)
            return true
        }
        uploading.waiting[key, default: []].insert(peer.number)
        let loop = loop
        resources.workers.load(memory, store: configuration.store) { memory, error in
            loop.execute { [weak self] in self?.assumeIsolated { $0.handleLoaded(memory, error) } }
        }
        return true
    }

    private func handleLoaded(_ memory: SpanMemory, _ error: StorageError?) {
        let waiting = uploading.waiting.removeValue(forKey: memory.key) ?? []
        if let error {
            uploading.cache.failLoading(memory.key)
            handleReadFailure(error, piece: memory.key.piece)
        } else {
            uploading.cache.finishLoading(memory)
        }
        for number in waiting.union(uploading.crowded) {
            if let peer = members.peers[number] { mark(peer) }
        }
        uploading.crowded.removeAll()
        endTurn()
    }

    /// Serves odd requests, or one of too many peers for the cache, by a read of their own.
    private func readAlone(_ peer: Peer) -> Bool {
        guard peer.uploads.pendingReads < Self.pendingBlocks else { return false }
        // A limited rate is handed out block by block.
        let chain = uploadChain
        let run = peer.uploads.stretch(limit: chain.isLimited ? 1 : Self.stretchBlocks)
        guard let first = run.first else { return false }
        let length = run.reduce(0) { $0 + Int($1.length) }
        guard chain.take(length, unit: length, ticket: &peer.uploadTicket, now: loop.now) == length else {
            retry(after: chain.wait(peer.uploadTicket, unit: length, now: loop.now))
            return false
        }
        peer.uploads.removeFirst(run.count)
        peer.uploads.pendingReads += run.count
        let number = peer.number
        let loop = loop
        let offset = layout.offset(of: Int(first.piece)) + Int64(first.begin)
        resources.workers.read(run, at: offset, store: configuration.store) { result in
            loop.execute { [weak self] in self?.assumeIsolated { $0.handleReadAlone(result, run, number) } }
        }
        return true
    }

    private func handleReadAlone(
        _ result: Result<ByteBuffer, StorageError>, _ run: [BlockRequest], _ number: PeerNumber
    ) {
        if case .failure(let error) = result, let first = run.first { handleReadFailure(error, piece: first.piece) }
        guard let peer = members.peers[number] else { return }
        peer.uploads.pendingReads -= run.count
        if case .success(let messages) = result, run.allSatisfy({ mayHave($0, peer) }) {
            if peer.outbox.readableBytes > 0 { peer.connection.write(peer.outbox) }
            peer.outbox = ByteBuffer()
            peer.connection.write(messages)
            peer.connection.flush()
            count(uploaded: messages.readableBytes - run.count * SpanKey.headerLength, to: peer)
        } else if peer.state.supportsFast {
            for request in run { send(.reject(request), to: peer) }
        }
        mark(peer)
        endTurn()
    }

    /// Data that was verified can no longer be read: the requests are refused and the engine is told.
    private func handleReadFailure(_ error: StorageError, piece: UInt32) {
        for peer in members.peers.values {
            let lost = peer.uploads.requests.filter { $0.piece == piece }
            for request in lost where peer.uploads.cancel(request) && peer.state.supportsFast {
                send(.reject(request), to: peer)
            }
        }
        tell(.storageFailed(error))
    }
}
