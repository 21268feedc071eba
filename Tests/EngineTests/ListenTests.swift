import Engine
import Metainfo
import NIOCore
import NIOPosix
import PeerWire
import SwarmCore
import TestKit
import Testing

/// Where peers reach the engine, and which of them get in.
@Suite("Listening")
struct ListenTests {
    private let neighbourhood: Neighbourhood
    private let sample: SampleTorrent
    private let metainfo: MetainfoFile

    init() throws {
        neighbourhood = try Neighbourhood()
        sample = SampleTorrent(name: "data.bin", count: 100_000, seed: 31)
        metainfo = try MetainfoFile.decode(sample.metainfo)
    }

    private func seed(_ engine: TorrentEngine) async throws -> Torrent {
        let torrent = try engine.add(metainfo, options: .seed(try neighbourhood.lay(sample, in: "seed")))
        try await neighbourhood.waitUntilWhole(torrent)
        return torrent
    }

    private func fetch(from seeder: TorrentEngine, _ host: Int = 2) async throws -> (TorrentEngine, Torrent) {
        let leecher = try await neighbourhood.engine(host)
        let leech = try leecher.add(
            metainfo, options: TorrentOptions(directory: try neighbourhood.folder.makeFolder("leech\(host)")))
        try await eventually("the check is through") { leech.swarm != nil }
        await leech.add(peers: [try neighbourhood.address(of: seeder)])
        return (leecher, leech)
    }

    @Test("serves callers at another port once it listens there")
    func listensElsewhere() async throws {
        let seeder = try await neighbourhood.engine(1)
        let former = seeder.listenPort
        _ = try await seed(seeder)
        let other = try await neighbourhood.engine(3)
        let free = other.listenPort
        await other.shutdown()

        try await seeder.listen(
            addresses: seeder.configuration.bindAddresses, range: free...free, isRandom: false)

        #expect(seeder.listenPort == free && free != former)
        let (leecher, leech) = try await fetch(from: seeder)
        try await neighbourhood.waitUntilWhole(leech)
        await #expect(throws: (any Error).self) {
            _ = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: seeder.configuration.bindAddresses[0], port: Int(former)).get()
        }
        await leecher.shutdown()
        await seeder.shutdown()
    }

    @Test("keeps its port when the new one is taken, and when it may stay")
    func keepsPort() async throws {
        let engine = try await neighbourhood.engine(1)
        let port = engine.listenPort
        let addresses = engine.configuration.bindAddresses
        let holder = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: addresses[0], port: 0).get()
        let taken = UInt16(try #require(holder.localAddress?.port))

        await #expect(throws: EngineError.self) {
            try await engine.listen(addresses: addresses, range: taken...taken, isRandom: false)
        }
        #expect(engine.listenPort == port)
        try await engine.listen(addresses: addresses, range: port...port, isRandom: true)
        #expect(engine.listenPort == port)

        try await holder.close()
        await engine.shutdown()
    }

    @Test("takes its own port along to more addresses")
    func movesAddresses() async throws {
        let engine = try await neighbourhood.engine(1)
        let port = engine.listenPort

        try await engine.listen(
            addresses: engine.configuration.bindAddresses + ["127.0.0.1"], range: port...port, isRandom: false)

        #expect(engine.listenPort == port)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: Int(port)).get()
        try await channel.close()
        await engine.shutdown()
    }

    @Test("lets nobody in whom the filter refuses, neither calling nor called")
    func filters() async throws {
        let seeder = try await neighbourhood.engine(1)
        let seed = try await seed(seeder)
        seeder.setAddressFilter { _ in false }
        let (leecher, leech) = try await fetch(from: seeder)
        let caller = try neighbourhood.address(of: leecher)
        seed.addPeer(caller)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: seeder.configuration.bindAddresses[0], port: Int(seeder.listenPort)).get()
        try await channel.closeFuture.get()
        #expect(seed.peers().isEmpty)

        seeder.setAddressFilter(nil)

        try await neighbourhood.waitUntilWhole(leech)
        await leecher.shutdown()
        await seeder.shutdown()
    }

    @Test("keeps to the limit of connections over all torrents")
    func limitsConnections() async throws {
        let seeder = try await neighbourhood.engine(1)
        let seed = try await seed(seeder)
        seeder.limits.maxOpenSockets = 2
        let infoHash = try #require(metainfo.infoHash)
        var channels: [any Channel] = []
        for _ in 0..<5 {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: seeder.configuration.bindAddresses[0], port: Int(seeder.listenPort)).get()
            var hello = ByteBuffer()
            Handshake(reserved: [.fast], infoHash: infoHash, peerID: .generate()).write(into: &hello)
            hello.write(peerMessage: .haveNone)
            try await channel.writeAndFlush(hello)
            channels.append(channel)
        }

        try await eventually("the callers are through") { seed.peers().count == 2 }
        #expect(seeder.figures.openSockets <= 2)

        for channel in channels { try? await channel.close() }
        await seeder.shutdown()
    }
}
