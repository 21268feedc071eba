import Metainfo
import NIOCore
import NIOPosix
import PeerWire
import Storage
import Synchronization
import TestKit
import Testing

@testable import SwarmCore

/// Passing on the info dictionary (BEP 9), both sides.
@Suite("Metadata")
struct MetadataTests {
    private static let theirID: UInt8 = 9
    private let info: [UInt8]
    private let infoHash: InfoHash

    init() throws {
        // Three pieces of metadata: 2000 files' worth of names.
        let files = (0..<800).map { SampleTorrent.File("a file with a rather long name \($0)", content: [1]) }
        let metainfo = try MetainfoFile.decode(SampleTorrent(name: "magnet", files: files).metainfo)
        info = Array(metainfo.infoBytes)
        infoHash = try #require(metainfo.infoHash)
    }

    private func fetch() -> MetadataFetch {
        MetadataFetch(infoHash: infoHash, clientName: "test", listenPort: 0)
    }

    private func hello(size: Int? = nil, id: UInt8 = theirID) -> PeerMessage {
        let hello = ExtensionHandshake(m: [MetadataMessage.name: id], metadataSize: size ?? info.count)
        return .extended(id: 0, payload: hello.encode())
    }

    /// Answers the requests among `messages` from `bytes`.
    private func answers(_ messages: [PeerMessage], from bytes: [UInt8]) throws -> [PeerMessage] {
        try messages.compactMap { message in
            guard case .extended(Self.theirID, let payload) = message,
                case .request(let piece) = try MetadataMessage.decode(payload)
            else { return nil }
            let start = piece * MetadataMessage.pieceLength
            let end = min(start + MetadataMessage.pieceLength, bytes.count)
            let data = MetadataMessage.data(piece: piece, totalSize: bytes.count, bytes: bytes[start..<end])
            return .extended(id: 3, payload: data.encode())
        }
    }

    /// Runs a fetch against a peer with these bytes to its end.
    private func run(_ bytes: [UInt8]) throws -> MetadataFetch.Step {
        var fetch = fetch()
        var step = fetch.handle(hello(size: bytes.count))
        var queue: [PeerMessage] = []
        while case .goOn(let messages) = step {
            queue += try answers(messages, from: bytes)
            guard !queue.isEmpty else { break }
            step = fetch.handle(queue.removeFirst())
        }
        return step
    }

    @Test("fetches a dictionary of several pieces and checks it")
    func fetches() throws {
        #expect(info.count > 2 * MetadataMessage.pieceLength)

        let step = try run(info)

        guard case .finished(let bytes) = step else {
            Issue.record("not finished: \(step)")
            return
        }
        #expect(bytes == info)
        let file = try MetainfoFile.decode(MetainfoFile.wrap(info: bytes, tiers: [["http://a/"], ["http://b/"]]))
        #expect(file.infoHash == infoHash)
        #expect(file.tiers == [["http://a/"], ["http://b/"]])
    }

    @Test("knows a liar by the hash")
    func liar() throws {
        var forged = info
        forged[100] ^= 1

        guard case .failed(isLie: true) = try run(forged) else {
            Issue.record("took a wrong dictionary")
            return
        }
    }

    @Test("gives up on peers that cannot help, and on sizes beyond all use")
    func helpless() {
        for message in [
            hello(size: MetadataMessage.maxMetadataSize + 1), hello(id: 0),
            .extended(id: 0, payload: ExtensionHandshake().encode()), .extended(id: 0, payload: [1]),
        ] as [PeerMessage] {
            var fetch = fetch()
            guard case .failed(isLie: false) = fetch.handle(message) else {
                Issue.record("goes on after \(message)")
                return
            }
        }
    }

    @Test("takes no piece that it did not ask for, and no other size than announced")
    func unasked() throws {
        for data in [
            MetadataMessage.data(piece: 1, totalSize: info.count, bytes: info[16384..<32768]),
            .data(piece: 0, totalSize: 3, bytes: [1, 2, 3]),
        ] {
            var fetch = fetch()
            _ = fetch.handle(hello())
            guard case .failed(isLie: false) = fetch.handle(.extended(id: 3, payload: data.encode())) else {
                Issue.record("took \(data)")
                return
            }
        }
    }

    @Test("serves its own to peers, a bounded number of times, and nothing when it is private")
    func serves() async throws {
        let stage = try SwarmStage(content: Array(repeating: 7, count: 16384), pieceLength: 16384) {
            $0.metadata = info[...]
        }
        await stage.swarm.start()
        let peer = try await stage.connect(1)
        try await stage.say(hello(), from: peer)
        let wish = PeerMessage.extended(id: Swarm.metadataID, payload: MetadataMessage.request(piece: 1).encode())

        for _ in 0..<60 { try await stage.say(wish, from: peer) }

        let answers = try peer.messages.compactMap { message -> MetadataMessage? in
            guard case .extended(Self.theirID, let payload) = message else { return nil }
            return try MetadataMessage.decode(payload)
        }
        #expect(answers.first == .data(piece: 1, totalSize: info.count, bytes: info[16384..<32768]))
        #expect(answers.count == 60)
        #expect(answers.last == .reject(piece: 1))
        let own = try #require(
            peer.messages.compactMap { message -> ExtensionHandshake? in
                guard case .extended(0, let payload) = message else { return nil }
                return try? ExtensionHandshake.decode(payload)
            }.first)
        #expect(own.metadataSize == info.count)
        #expect(own.m[MetadataMessage.name] == Swarm.metadataID)
        try await stage.shutdown()
    }

    @Test("says nothing of a dictionary that it may not serve")
    func servesNothing() async throws {
        let stage = try SwarmStage(content: Array(repeating: 7, count: 16384), pieceLength: 16384)
        await stage.swarm.start()
        let peer = try await stage.connect(1)
        try await stage.say(hello(), from: peer)

        let wish = PeerMessage.extended(id: Swarm.metadataID, payload: MetadataMessage.request(piece: 0).encode())
        try await stage.say(wish, from: peer)

        #expect(
            peer.messages.last
                == .extended(
                    id: Self.theirID, payload: MetadataMessage.reject(piece: 0).encode()))
        try await stage.shutdown()
    }

    @Test("finds the dictionary over real connections, past peers that are of no help")
    func overLoopback() async throws {
        let stage = try SwarmStage(content: Array(repeating: 7, count: 16384), pieceLength: 16384)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let (serving, seeking) = (group.next(), group.next())
        var configuration = SwarmConfiguration(
            infoHash: infoHash, peerID: SwarmStage.peerID(1), info: stage.swarm.configuration.info, store: stage.store,
            have: Bitfield(count: 1))
        configuration.metadata = info[...]
        let resources = stage.swarm.resources
        let swarm = Swarm(
            configuration: configuration, resources: resources, loop: serving, seed: 1, gauges: SwarmGauges(),
            tell: { _ in })
        await swarm.start()
        let address = try #require(PeerAddress(host: "127.0.0.1", port: 1))
        let server = try await ServerBootstrap(group: serving)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        PeerHandler(swarm: swarm, address: address, direction: .incoming))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        let fetched = Mutex<[UInt8]?>(nil)
        let seeker = MetadataSwarm(
            configuration: .init(infoHash: infoHash, peerID: SwarmStage.peerID(2)), resources: resources, loop: seeking
        ) { event in
            if case .fetched(let bytes) = event { fetched.withLock { $0 = bytes } }
        }

        await seeker.start()
        let peers = [address, try #require(PeerAddress(host: "127.0.0.1", port: port))]
        await seeker.add(peers: peers, origin: .manual)
        try await eventually("the dictionary is here") { fetched.withLock { $0 } != nil }

        #expect(fetched.withLock { $0 } == info)
        try await eventually("all connections are closed") { await seeker.peerCount == 0 }
        await swarm.stop()
        try await server.close()
        try await group.shutdownGracefully()
        try await stage.shutdown()
    }
}
