import Engine
import Metainfo
import NIOCore
import NIOPosix
import PeerWire
import SwarmCore
import TestKit
import Testing

/// What peers of bad faith, or broken ones, send over real sockets: the engine goes on serving others.
@Suite("Hostile peers")
struct HostilePeerTests {
    private static let pieceLength = 2 * PieceLayout.blockLength
    private let neighbourhood: Neighbourhood
    private let sample: SampleTorrent
    private let metainfo: MetainfoFile

    init() throws {
        neighbourhood = try Neighbourhood()
        sample = SampleTorrent(
            name: "data.bin", count: 20 * Self.pieceLength + 77, pieceLength: Self.pieceLength, seed: 3)
        metainfo = try MetainfoFile.decode(sample.metainfo)
    }

    /// A stream to be sent, and what it is about.
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: @Sendable (InfoHash) -> ByteBuffer

        var testDescription: String { name }
    }

    private static func hello(_ infoHash: InfoHash, _ reserved: ReservedBits = [.extensionProtocol, .fast])
        -> ByteBuffer
    {
        var bytes = ByteBuffer()
        Handshake(reserved: reserved, infoHash: infoHash, peerID: PeerID.generate()).write(into: &bytes)
        return bytes
    }

    private static func after(_ name: String, _ write: @escaping @Sendable (inout ByteBuffer) -> Void) -> Attack {
        Attack(name: name) { infoHash in
            var bytes = hello(infoHash)
            write(&bytes)
            return bytes
        }
    }

    private static func raw(_ name: String, _ tail: [UInt8]) -> Attack { after(name) { $0.writeBytes(tail) } }

    private static func says(_ name: String, _ messages: [PeerMessage]) -> Attack {
        after(name) { bytes in for message in messages { bytes.write(peerMessage: message) } }
    }

    private static func asks(_ piece: UInt32, _ begin: UInt32, _ length: UInt32) -> Attack {
        says(
            "asks for \(length) bytes at \(begin) of piece \(piece)",
            [.interested, .request(BlockRequest(piece: piece, begin: begin, length: length))])
    }

    private static func extended(_ name: String, _ payload: String) -> Attack {
        says("extended handshake: \(name)", [.extended(id: 0, payload: Array(payload.utf8))])
    }

    static let attacks: [Attack] = [
        Attack(name: "nothing") { _ in ByteBuffer() },
        Attack(name: "an HTTP request") { _ in ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n\r\n") },
        Attack(name: "noise") { _ in
            var generator = SeededGenerator(seed: 99)
            return ByteBuffer(bytes: generator.bytes(100_000))
        },
        Attack(name: "half a handshake") { ByteBuffer(hello($0).readableBytesView.prefix(40)) },
        Attack(name: "a handshake for another torrent") { _ in
            InfoHash(bytes: [UInt8](repeating: 9, count: 20)).map { hello($0) } ?? ByteBuffer()
        },
        raw("a message of 4 GiB", [0xFF, 0xFF, 0xFF, 0xFF, 7]),
        raw("a message of 2 GiB", [0x7F, 0xFF, 0xFF, 0xFF, 5]),
        raw("16 MiB of extension announced and not sent", [1, 0, 0, 0, 20, 1]),
        raw("half a length prefix", [0, 0]),
        raw("a choke with a payload", [0, 0, 0, 2, 0, 0]),
        raw("a have without a number", [0, 0, 0, 1, 4]),
        raw("a piece without data", [0, 0, 0, 9, 7, 0, 0, 0, 0, 0, 0, 0, 0]),
        raw("a message nobody knows", [0, 0, 0, 3, 99, 1, 2]),
        says("a bitfield too short", [.bitfield([0xFF])]),
        says("a bitfield with spare bits", [.bitfield([0xFF, 0xFF, 0xFF])]),
        says("a bitfield twice", [.bitfield([0, 0, 0]), .bitfield([0, 0, 0])]),
        raw("a bitfield of 4 MiB", [0, 64, 0, 1, 5] + [UInt8](repeating: 0, count: 5000)),
        says("a piece number past the end", [.have(21)]),
        says("the largest piece number", [.have(.max), .allowedFast(.max), .suggest(.max)]),
        says("all and nothing", [.haveAll, .haveNone]),
        asks(21, 0, 16384), asks(0, 32768, 16384), asks(0, .max, 16384), asks(0, 0, 0), asks(0, 0, .max),
        asks(0, 0, 1 << 20), asks(20, 0, 78), asks(0, 16385, 16384), asks(.max, .max, .max),
        says("asks while choked", [.request(BlockRequest(piece: 0, begin: 0, length: 16384))]),
        says("cancels what it never asked for", [.cancel(BlockRequest(piece: .max, begin: .max, length: .max))]),
        says("rejects what was never asked", [.reject(BlockRequest(piece: .max, begin: .max, length: .max))]),
        after("blocks nobody asked for") { bytes in
            for _ in 0..<300 {
                bytes.writeBlockHeader(piece: 1, begin: 0, length: 16384)
                bytes.writeRepeatingByte(7, count: 16384)
            }
        },
        after("50,000 requests") { bytes in
            bytes.write(peerMessage: .interested)
            for _ in 0..<50_000 {
                bytes.write(peerMessage: .request(BlockRequest(piece: 0, begin: 0, length: 16384)))
            }
        },
        after("100,000 changes of mind") { bytes in
            for _ in 0..<50_000 {
                bytes.write(peerMessage: .interested)
                bytes.write(peerMessage: .notInterested)
            }
        },
        extended("empty", ""), extended("no dictionary", "i5e"), extended("cut", "d1:md"),
        extended("deep", String(repeating: "l", count: 100_000)), extended("a length of ten digits", "9999999999:a"),
        extended("an id above 255", "d1:md6:ut_pexi9999eee"), extended("a negative queue", "d4:reqqi-1ee"),
        extended("a queue of 2^62", "d4:reqqi4611686018427387904ee"), extended("a name as number", "d1:vi3ee"),
        extended("metadata of 2^62 bytes", "d13:metadata_sizei4611686018427387904ee"),
        says("metadata requests", [.extended(id: 2, payload: Array("d8:msg_typei0e5:piecei99999999ee".utf8))]),
    ]

    @Test("goes on serving after each attack, and keeps nothing of it")
    func survivesAll() async throws {
        let seeder = try await neighbourhood.engine(1)
        let seed = try seeder.add(metainfo, options: .seed(try neighbourhood.lay(sample, in: "seed")))
        try await neighbourhood.waitUntilWhole(seed)
        let infoHash = try #require(metainfo.infoHash)

        // All at the same time; each keeps its connection open until the end.
        var channels: [any Channel] = []
        for attack in Self.attacks {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: seeder.configuration.bindAddresses[0], port: Int(seeder.listenPort)).get()
            try? await channel.writeAndFlush(attack.bytes(infoHash))
            channels.append(channel)
        }
        let leecher = try await neighbourhood.engine(2)
        let leech = try leecher.add(
            metainfo, options: TorrentOptions(directory: try neighbourhood.folder.makeFolder("leech")))
        try await eventually("the check is through") { leech.swarm != nil }
        await leech.add(peers: [try neighbourhood.address(of: seeder)])
        try await neighbourhood.waitUntilWhole(leech)
        #expect(try neighbourhood.folder.read("leech/data.bin") == sample.stream)

        for channel in channels { try? await channel.close() }
        await leecher.shutdown()
        try await eventually("all are forgotten") { seed.status.figures.peers == 0 }
        await seeder.shutdown()
    }

    @Test("one liar among honest seeds: the content is right and only the liar is banned")
    func oneLiar() async throws {
        let liar = try await LyingSeed.start(sample: sample, metainfo: metainfo)
        let seeder = try await neighbourhood.engine(1)
        let seed = try seeder.add(metainfo, options: .seed(try neighbourhood.lay(sample, in: "seed")))
        try await neighbourhood.waitUntilWhole(seed)
        let leecher = try await neighbourhood.engine(2)
        let leech = try leecher.add(
            metainfo, options: TorrentOptions(directory: try neighbourhood.folder.makeFolder("leech")))
        try await eventually("the check is through") { leech.swarm != nil }

        // The liar alone at first, so that it is surely asked for something.
        await leech.add(peers: [liar.address])
        try await eventually("the liar is found out") { leech.status.figures.bannedPeers == 1 }
        await leech.add(peers: [try neighbourhood.address(of: seeder)])
        try await neighbourhood.waitUntilWhole(leech)

        #expect(try neighbourhood.folder.read("leech/data.bin") == sample.stream)
        #expect(leech.status.figures.badPieces >= 1)
        #expect(leech.status.figures.bannedPeers == 1)
        await leecher.shutdown()
        await seeder.shutdown()
        try await liar.stop()
    }
}

/// A seed that answers every request with wrong bytes.
final class LyingSeed: Sendable {
    let address: PeerAddress
    private let channel: any Channel

    private init(channel: any Channel, address: PeerAddress) {
        self.channel = channel
        self.address = address
    }

    static func start(sample: SampleTorrent, metainfo: MetainfoFile) async throws -> LyingSeed {
        let infoHash = try #require(metainfo.infoHash)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(infoHash: infoHash))
                }
            }
            .bind(host: "127.99.0.9", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        return LyingSeed(channel: channel, address: try #require(PeerAddress(host: "127.99.0.9", port: port)))
    }

    func stop() async throws { try await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let infoHash: InfoHash
        private var early = ByteBuffer()
        private var isGreeted = false
        private var parser = MessageParser(limits: MessageLimits())

        init(infoHash: InfoHash) { self.infoHash = infoHash }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            early.writeBuffer(&bytes)
            var answer = ByteBuffer()
            if !isGreeted {
                guard let handshake = try? Handshake.read(from: &early) else { return }
                isGreeted = true
                Handshake(reserved: [.fast], infoHash: handshake.infoHash, peerID: PeerID.generate()).write(
                    into: &answer)
                answer.write(peerMessage: .haveAll)
                answer.write(peerMessage: .unchoke)
            }
            early.readWithUnsafeReadableBytes { view in
                var input = view
                while case .message(let message)? = try? parser.next(&input) {
                    guard case .request(let request) = message else { continue }
                    answer.writeBlockHeader(piece: request.piece, begin: request.begin, length: request.length)
                    answer.writeRepeatingByte(0x55, count: Int(request.length))
                }
                return view.count
            }
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        }
    }
}
