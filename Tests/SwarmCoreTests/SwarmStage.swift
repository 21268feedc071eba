import Metainfo
import NIOCore
import NIOEmbedded
import NIOPosix
import PeerWire
import Storage
import Synchronization
import TestKit
import Testing

@testable import SwarmCore

/// A swarm on a loop whose time the test moves, with fake peers around it and real files beneath it.
final class SwarmStage: Sendable {
    let loop = NIOAsyncTestingEventLoop()
    let swarm: Swarm
    let store: PieceStore
    let layout: PieceLayout
    let content: [UInt8]
    let events = EventLog()
    private let threads = NIOThreadPool(numberOfThreads: 2)
    private let folder: TemporaryFolder
    private let infoHash: InfoHash

    init(
        content: [UInt8], pieceLength: Int, have pieces: Set<Int> = [], uploadSlots: Int = 4,
        downloadMemory: Int = 8 << 20, uploadMemory: Int = 8 << 20, maxPeers: Int = 300, fileLengths: [Int] = [],
        pools: (uploads: SlotPool, downloads: SlotPool) = (SlotPool(), SlotPool()),
        connections: ConnectionCount = ConnectionCount(),
        configure: (inout SwarmConfiguration) -> Void = { _ in },
        isAllowed: @escaping @Sendable (PeerAddress) -> Bool = { _ in true }
    ) throws {
        self.content = content
        let sample = SampleTorrent(
            name: "sample.bin", files: Self.files(content, fileLengths), pieceLength: pieceLength)
        let metainfo = try MetainfoFile.decode(sample.metainfo)
        let info = metainfo.info
        layout = info.layout
        infoHash = try #require(metainfo.infoHash)
        folder = try TemporaryFolder()
        threads.start()
        store = PieceStore(info: info, root: folder.path, access: .readWrite, pool: FilePool(capacity: 16))
        try store.prepare()
        var have = Bitfield(count: layout.pieceCount)
        for piece in pieces {
            have[piece] = true
            let start = piece * pieceLength
            let store = store
            try content[start..<min(start + pieceLength, content.count)].withUnsafeBytes {
                try store.write($0, at: Int64(start))
            }
        }
        var configuration = SwarmConfiguration(
            infoHash: infoHash, peerID: Self.peerID(0), info: info, store: store, have: have)
        configuration.settings.uploadSlots = uploadSlots
        configuration.settings.maxPeersLeeching = maxPeers
        configuration.settings.maxPeersSeeding = maxPeers
        configure(&configuration)
        let events = events
        swarm = Swarm(
            configuration: configuration,
            resources: SwarmResources(
                workers: DiskWorkers(threads: threads), downloadBudget: PieceBudget(limit: downloadMemory),
                uploadBudget: PieceBudget(limit: uploadMemory),
                dialer: Dialer(bindAddresses: ["127.0.0.1"]), uploadSlots: pools.uploads,
                downloadSlots: pools.downloads, connections: connections, isAllowed: isAllowed),
            loop: loop, seed: 42, gauges: SwarmGauges(), tell: { events.append($0) })
    }

    /// One file, or several of these lengths, which must sum up to the content's.
    private static func files(_ content: [UInt8], _ lengths: [Int]) -> [SampleTorrent.File] {
        guard !lengths.isEmpty else { return [.init("sample.bin", content: content)] }
        var start = 0
        return lengths.enumerated().map { index, length in
            defer { start += length }
            return .init("file-\(index)", content: Array(content[start..<(start + length)]))
        }
    }

    static func peerID(_ number: UInt8) -> PeerID {
        PeerID(bytes: Array("-XX0000-abcdefghijk".utf8) + [number]) ?? PeerID.generate()
    }

    /// Connects a peer that shakes hands and says what it has.
    func connect(
        _ number: UInt8, host: String? = nil, reserved: ReservedBits = [.extensionProtocol], has pieces: [Int] = [],
        says: [PeerMessage] = []
    ) async throws -> FakePeer {
        let fake = FakePeer()
        let address = try #require(PeerAddress(host: host ?? "127.0.1.\(number)", port: 6881))
        let handshake = Handshake(reserved: reserved, infoHash: infoHash, peerID: Self.peerID(number))
        fake.number = await swarm.join(fake, handshake, address)
        if !pieces.isEmpty {
            var bitfield = Bitfield(count: layout.pieceCount)
            for piece in pieces { bitfield[piece] = true }
            try await say(.bitfield(bitfield.wireBytes), from: fake)
        }
        try fake.drain()
        for message in says { try await say(message, from: fake) }
        return fake
    }

    /// A peer says something; what the swarm answers is read.
    func say(_ message: PeerMessage, from fake: FakePeer) async throws {
        var bytes = ByteBuffer()
        bytes.write(peerMessage: message)
        try await send(bytes, from: fake)
    }

    /// A peer sends a block; `damage` is added to its first byte.
    func sendBlock(_ request: BlockRequest, from fake: FakePeer, damage: UInt8 = 0) async throws {
        var bytes = ByteBuffer()
        bytes.writeBlockHeader(piece: request.piece, begin: request.begin, length: request.length)
        let start = Int(layout.offset(of: Int(request.piece))) + Int(request.begin)
        var payload = Array(content[start..<(start + Int(request.length))])
        payload[0] &+= damage
        bytes.writeBytes(payload)
        try await send(bytes, from: fake)
    }

    /// A peer closes its connection.
    func close(_ fake: FakePeer) async {
        if let number = fake.number { await swarm.handleClosed(number) }
    }

    func send(_ bytes: ByteBuffer, from fake: FakePeer) async throws {
        if let number = fake.number { await swarm.receive(bytes, number) }
        try fake.drain()
    }

    /// Moves time on, second by second, and reads what the swarm sent.
    func pass(seconds: Int, _ fakes: [FakePeer]) async throws {
        for _ in 0..<seconds { await loop.advanceTime(by: .seconds(1)) }
        for fake in fakes { try fake.drain() }
    }

    /// Moves time on by tenths of a second; no time passes while workers read from disk.
    func passReading(seconds: Int, _ fakes: [FakePeer]) async throws {
        for _ in 0..<(10 * seconds) {
            await loop.advanceTime(by: .milliseconds(100))
            try await eventually("nothing is being read") {
                await self.loop.run()
                return await self.swarm.isReading == false
            }
        }
        for fake in fakes { try fake.drain() }
    }

    /// Waits for results of workers, which run on real threads, until `claim` holds.
    func settle(_ claim: String, _ fakes: [FakePeer], until isTrue: @escaping () async throws -> Bool) async throws {
        try await eventually(claim) {
            await self.loop.advanceTime(by: .milliseconds(5))
            for fake in fakes { try fake.drain() }
            return try await isTrue()
        }
    }

    func shutdown() async throws {
        await swarm.stop()
        try await threads.shutdownGracefully()
        await loop.shutdownGracefully()
    }
}

/// What the swarm told its engine.
final class EventLog: Sendable {
    private let events = Mutex<[SwarmEvent]>([])

    func append(_ event: SwarmEvent) { events.withLock { $0.append(event) } }

    var bannedHosts: [String] {
        events.withLock { $0.compactMap { if case .banned(let address) = $0 { address.host } else { nil } } }
    }

    var wishesForPeers: Int {
        events.withLock { $0.count { if case .wantsPeers = $0 { true } else { false } } }
    }

    var isCompleted: Bool {
        events.withLock { $0.contains { if case .completed = $0 { true } else { false } } }
    }
}

extension Swarm {
    /// The torrent's connections that are being opened.
    var dialling: Int { members.dialing }

    fileprivate var isReading: Bool {
        !uploading.waiting.isEmpty || members.peers.values.contains { $0.uploads.pendingReads > 0 }
    }

    fileprivate func join(_ fake: FakePeer, _ handshake: Handshake, _ address: PeerAddress) -> PeerNumber? {
        defer { endTurn() }
        return handleConnected(fake, handshake: handshake, address: address, direction: .incoming)
    }

    fileprivate func receive(_ bytes: ByteBuffer, _ number: PeerNumber) {
        handleRead(bytes, from: number)
        endTurn()
    }
}
