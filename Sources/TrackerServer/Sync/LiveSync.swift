import Crypto
import Glibc
import Logging
import Metainfo
import NIOCore
import NIOPosix
import Synchronization

/// Tells other trackers of every announce, takes in theirs, and gives a newcomer everything.
///
/// What came from another tracker is not passed on: each tells all. Lost datagrams are made up for by the next announce
/// of the peer; a tracker that starts asks for all that the others know.
final class LiveSync: Sendable {
    private struct Outbox {
        var records: [SyncMessage.Record] = []
        var bytes = 0
        var sequence: UInt64 = 0
        /// The last sequence of each other node, with the millisecond of its last message.
        var heard: [UInt64: (sequence: UInt64, at: UInt64)] = [:]
        var lastAnswer: UInt64 = 0
        var isStopped = false
    }

    /// How late an announce may leave.
    private static let delay = TimeAmount.milliseconds(200)
    /// A node's messages may overtake each other by this many.
    private static let window: UInt64 = 4096
    private static let mostNodes = 1024
    /// Clocks of trackers may differ by this much; an old message played again is not heard.
    private static let clockMilliseconds: UInt64 = 300_000
    /// All is told to newcomers at most so often, in bursts with pauses between.
    private static let answerMilliseconds: UInt64 = 2_000
    private static let burst = 64

    let node: UInt64
    private let key: SymmetricKey?
    private let table: SwarmTable
    private let access: AccessList
    private let clock: TrackerClock
    private let logger: Logger
    private let eventLoop: any EventLoop
    private let outbox = Mutex(Outbox())
    private let sockets = Mutex<SyncSockets?>(nil)

    init(
        _ configuration: ClusterConfiguration, table: SwarmTable, access: AccessList, clock: TrackerClock,
        logger: Logger, eventLoop: any EventLoop
    ) {
        var random = SystemRandomNumberGenerator()
        node = random.next()
        key = configuration.key.map { SymmetricKey(data: SHA256.hash(data: $0)) }
        self.table = table
        self.access = access
        self.clock = clock
        self.logger = logger
        self.eventLoop = eventLoop
    }

    /// Opens the sockets and asks the others for what they know.
    func start(_ configuration: ClusterConfiguration, hosts: [String]) async throws(TrackerError) {
        let opened = try await SyncSockets.open(configuration, hosts: hosts, eventLoop: eventLoop) {
            [weak self] bytes, sender in self?.handle(bytes, from: sender)
        }
        sockets.withLock { $0 = opened }
        send(.hello, [])
        flushRegularly()
    }

    func stop() async {
        outbox.withLock { $0.isStopped = true }
        flush()
        let closing = sockets.withLock { sockets in
            defer { sockets = nil }
            return sockets
        }
        await closing?.close()
    }

    // MARK: Telling

    /// A peer announced itself here.
    func note(_ announce: SwarmTable.Announce) {
        guard announce.port != 0 else { return }
        let record = SyncMessage.Record.announce(announce)
        let isFull = outbox.withLock { outbox in
            outbox.records.append(record)
            outbox.bytes += SyncMessage.length(of: record)
            return outbox.bytes > SyncMessage.maximumBytes - SyncMessage.overhead - 64
        }
        if isFull { flush() }
    }

    private func flushRegularly() {
        eventLoop.scheduleTask(in: Self.delay) { [weak self] in
            guard let self, !outbox.withLock(\.isStopped) else { return }
            flush()
            flushRegularly()
        }
    }

    private func flush() {
        let records = outbox.withLock { outbox in
            defer {
                outbox.records.removeAll(keepingCapacity: true)
                outbox.bytes = 0
            }
            return outbox.records
        }
        sendInParts(.announces, records)
    }

    private func sendInParts(_ kind: SyncMessage.Kind, _ records: [SyncMessage.Record]) {
        var part: [SyncMessage.Record] = []
        var bytes = SyncMessage.overhead
        for record in records {
            let length = SyncMessage.length(of: record)
            if bytes + length > SyncMessage.maximumBytes {
                send(kind, part)
                part = []
                bytes = SyncMessage.overhead
            }
            part.append(record)
            bytes += length
        }
        if !part.isEmpty { send(kind, part) }
    }

    private func send(_ kind: SyncMessage.Kind, _ records: [SyncMessage.Record]) {
        let sequence = outbox.withLock { outbox in
            outbox.sequence += 1
            return outbox.sequence
        }
        let message = SyncMessage(
            kind: kind, node: node, sequence: sequence, unixMilliseconds: Self.unixMilliseconds(), records: records)
        let bytes = message.encode(key: key)
        sockets.withLock { $0 }?.send(bytes)
    }

    private static func unixMilliseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }

    // MARK: Hearing

    private func handle(_ bytes: [UInt8], from sender: PeerHost) {
        // Without a key the only proof of a friend is that it runs here.
        guard key != nil || LocalAddresses.contain(sender), let message = SyncMessage.decode(bytes, key: key),
            message.node != node, isFresh(message)
        else { return }
        switch message.kind {
        case .announces, .counts: take(message.records)
        case .hello: answerHello()
        }
    }

    private func isFresh(_ message: SyncMessage) -> Bool {
        let now = Self.unixMilliseconds()
        guard message.unixMilliseconds + Self.clockMilliseconds > now,
            message.unixMilliseconds < now + Self.clockMilliseconds
        else { return false }
        return outbox.withLock { outbox in
            if outbox.heard.count >= Self.mostNodes, outbox.heard[message.node] == nil {
                let oldest = outbox.heard.min { $0.value.at < $1.value.at }
                if let oldest { outbox.heard[oldest.key] = nil }
            }
            let before = outbox.heard[message.node]?.sequence ?? 0
            guard message.sequence + Self.window > before else { return false }
            outbox.heard[message.node] = (max(before, message.sequence), now)
            return true
        }
    }

    private func take(_ records: [SyncMessage.Record]) {
        let now = clock.now
        var random = SystemRandomNumberGenerator()
        let sample = PeerSample(capacity: 1)
        for record in records {
            switch record {
            case .announce(let announce):
                guard access.allows(announce.infoHash) else { continue }
                _ = table.announce(announce, mayCreate: true, now: now, random: &random, into: sample)
            case .count(let infoHash, let downloaded):
                if access.allows(infoHash) { table.restore(infoHash, downloaded: downloaded, now: now) }
            }
        }
    }

    private func answerHello() {
        let now = Self.unixMilliseconds()
        let mayAnswer = outbox.withLock { outbox in
            guard now > outbox.lastAnswer + Self.answerMilliseconds else { return false }
            outbox.lastAnswer = now
            return true
        }
        guard mayAnswer else {
            // Somebody was answered just now; whoever asks meanwhile may have missed the beginning.
            eventLoop.scheduleTask(in: .milliseconds(Int64(Self.answerMilliseconds))) { [weak self] in
                self?.answerHello()
            }
            return
        }
        // What is still to be told comes before the counts that include it, or it would count twice.
        flush()
        tell(table.infoHashes[...])
    }

    /// Tells of a few torrents at a time, so that sockets are not flooded.
    private func tell(_ infoHashes: ArraySlice<InfoHash>) {
        var rest = infoHashes
        var counts: [SyncMessage.Record] = []
        var announces: [SyncMessage.Record] = []
        while announces.count + counts.count < Self.burst * 20, let infoHash = rest.popFirst() {
            guard let (peers, downloaded) = table.contents(of: infoHash) else { continue }
            if downloaded > 0 { counts.append(.count(infoHash, downloaded: downloaded)) }
            announces += peers.map { peer in
                .announce(
                    SwarmTable.Announce(
                        infoHash: infoHash, peerID: peer.peerID, host: peer.host, port: peer.port, isSeed: peer.isSeed,
                        event: .regular, wanted: 0, isPaused: peer.flags.contains(.paused)))
            }
        }
        sendInParts(.counts, counts)
        sendInParts(.announces, announces)
        guard !rest.isEmpty else { return }
        let next = rest
        eventLoop.scheduleTask(in: .milliseconds(5)) { [weak self] in
            guard let self, !outbox.withLock(\.isStopped) else { return }
            tell(next)
        }
    }
}

/// The addresses of this machine's interfaces.
enum LocalAddresses {
    static func contain(_ host: PeerHost) -> Bool {
        if host.isLoopback { return true }
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return false }
        defer { freeifaddrs(list) }
        var next = list
        while let interface = next {
            if let address = interface.pointee.ifa_addr {
                var storage = sockaddr_storage()
                let length =
                    address.pointee.sa_family == sa_family_t(AF_INET6)
                    ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
                withUnsafeMutableBytes(of: &storage) {
                    $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: length))
                }
                if PeerHost(storage) == host { return true }
            }
            next = interface.pointee.ifa_next
        }
        return false
    }
}
