import Engine
import Metainfo
import NIOCore
import SwarmCore
import TestKit
import Testing

/// Whole engines over real sockets on loopback.
@Suite("Transfer between engines")
struct TransferTests {
    private static let block = PieceLayout.blockLength
    private let neighbourhood: Neighbourhood
    private let content: [UInt8]

    init() throws {
        neighbourhood = try Neighbourhood()
        var generator = SeededGenerator(seed: 23)
        content = generator.bytes(3 << 20)
    }

    private func single(_ pieceLength: Int = 4 * block) throws -> MetainfoFile {
        try MetainfoFile.decode(
            SampleTorrent(name: "data.bin", files: [.init("data.bin", content: content)], pieceLength: pieceLength)
                .metainfo)
    }

    private func seedFolder() throws -> String {
        let root = try neighbourhood.folder.makeFolder("seed")
        try neighbourhood.folder.write(content, to: "seed/data.bin")
        return root
    }

    @Test("moves a file, byte for byte, and counts what it sent")
    func movesFile() async throws {
        let metainfo = try single()
        let seeder = try await neighbourhood.engine(1)
        let leecher = try await neighbourhood.engine(2)
        let seed = try seeder.add(metainfo, options: .seed(try seedFolder()))
        let leech = try leecher.add(
            metainfo, options: TorrentOptions(directory: try neighbourhood.folder.makeFolder("leech")))
        try await neighbourhood.waitUntilWhole(seed)

        try await eventually("the check is through") { leech.swarm != nil }
        await leech.add(peers: [try neighbourhood.address(of: seeder)])
        try await neighbourhood.waitUntilWhole(leech)

        #expect(try neighbourhood.folder.read("leech/data.bin") == content)
        #expect(leech.status.figures.downloaded == Int64(content.count))
        await leecher.shutdown()
        await seeder.shutdown()
        #expect(seed.status.figures.uploaded == Int64(content.count))
    }

    @Test("moves a folder whose pieces cross file borders, empty files included")
    func movesFolder() async throws {
        var generator = SeededGenerator(seed: 5)
        let files = [
            SampleTorrent.File("a", "first.bin", content: generator.bytes(100_000)),
            SampleTorrent.File("a", "empty", content: []),
            SampleTorrent.File("b", "one byte", content: [7]),
            SampleTorrent.File("b", "c", "d", "Größe.txt", content: generator.bytes(33_333)),
            SampleTorrent.File("z.bin", content: generator.bytes(200_001)),
        ]
        let sample = SampleTorrent(name: "folder", files: files, pieceLength: 2 * Self.block)
        let metainfo = try MetainfoFile.decode(sample.metainfo)
        let seeder = try await neighbourhood.engine(1)
        let leecher = try await neighbourhood.engine(2)
        let root = try neighbourhood.lay(sample, in: "seed")
        let seed = try seeder.add(metainfo, options: .seed(root))
        let leech = try leecher.add(
            metainfo, options: TorrentOptions(directory: try neighbourhood.folder.makeFolder("leech")))
        try await neighbourhood.waitUntilWhole(seed)

        try await eventually("the check is through") { leech.swarm != nil }
        await leech.add(peers: [try neighbourhood.address(of: seeder)])
        try await neighbourhood.waitUntilWhole(leech)

        for file in files {
            let path = (["leech", "folder"] + file.path).joined(separator: "/")
            #expect(try neighbourhood.folder.read(path) == file.content, "\(path)")
        }
        await leecher.shutdown()
        await seeder.shutdown()
    }

    @Test("fetches only the damaged piece of a file that is there already")
    func fetchesOnlyDamage() async throws {
        let metainfo = try single()
        var damaged = content
        damaged[5 * 4 * Self.block + 3] ^= 0xFF
        let seeder = try await neighbourhood.engine(1)
        let leecher = try await neighbourhood.engine(2)
        let seed = try seeder.add(metainfo, options: .seed(try seedFolder()))
        let home = try neighbourhood.folder.makeFolder("leech")
        try neighbourhood.folder.write(damaged, to: "leech/data.bin")
        let leech = try leecher.add(metainfo, options: TorrentOptions(directory: home))
        try await neighbourhood.waitUntilWhole(seed)

        try await eventually("the check is through") { leech.swarm != nil }
        #expect(leech.status.figures.left == Int64(4 * Self.block))
        await leech.add(peers: [try neighbourhood.address(of: seeder)])
        try await neighbourhood.waitUntilWhole(leech)

        #expect(try neighbourhood.folder.read("leech/data.bin") == content)
        #expect(leech.status.figures.downloaded == Int64(4 * Self.block))
        await leecher.shutdown()
        await seeder.shutdown()
    }

    @Test("several leechers share what they have with each other")
    func leechersTrade() async throws {
        let metainfo = try single(2 * Self.block)
        let seeder = try await neighbourhood.engine(1)
        let seed = try seeder.add(metainfo, options: .seed(try seedFolder()))
        try await neighbourhood.waitUntilWhole(seed)
        var engines: [TorrentEngine] = []
        var leeches: [Torrent] = []
        for host in 2...5 {
            let engine = try await neighbourhood.engine(host)
            engines.append(engine)
            leeches.append(
                try engine.add(
                    metainfo, options: TorrentOptions(directory: try neighbourhood.folder.makeFolder("leech\(host)"))))
        }

        let everyone = try ([seeder] + engines).map { try neighbourhood.address(of: $0) }
        for leech in leeches {
            try await eventually("the check is through") { leech.swarm != nil }
            await leech.add(peers: everyone)
        }
        for leech in leeches { try await neighbourhood.waitUntilWhole(leech) }

        for host in 2...5 { #expect(try neighbourhood.folder.read("leech\(host)/data.bin") == content) }
        for engine in engines { await engine.shutdown() }
        await seeder.shutdown()
        let sent = leeches.reduce(Int64(0)) { $0 + $1.status.figures.uploaded }
        #expect(sent + seed.status.figures.uploaded >= Int64(4 * content.count))
    }

    @Test("serves many torrents through one port, each on its own loop")
    func manyTorrents() async throws {
        let seeder = try await neighbourhood.engine(1) { $0.loopCount = 3 }
        let leecher = try await neighbourhood.engine(2) { $0.loopCount = 2 }
        let target = try neighbourhood.folder.makeFolder("leech")
        let source = try neighbourhood.folder.makeFolder("seed")
        var leeches: [(torrent: Torrent, content: [UInt8])] = []
        for number in 0..<8 {
            var generator = SeededGenerator(seed: UInt64(100 + number))
            let content = generator.bytes(150_000 + number)
            try neighbourhood.folder.write(content, to: "seed/\(number).bin")
            let name = "\(number).bin"
            let sample = SampleTorrent(
                name: name, files: [.init(name, content: content)], pieceLength: 2 * Self.block)
            let metainfo = try MetainfoFile.decode(sample.metainfo)
            let seed = try seeder.add(metainfo, options: .seed(source))
            try await neighbourhood.waitUntilWhole(seed)
            leeches.append((try leecher.add(metainfo, options: TorrentOptions(directory: target)), content))
        }

        for (leech, _) in leeches {
            try await eventually("the check is through") { leech.swarm != nil }
            await leech.add(peers: [try neighbourhood.address(of: seeder)])
        }
        for (leech, content) in leeches {
            try await neighbourhood.waitUntilWhole(leech)
            #expect(try neighbourhood.folder.read("leech/\(leech.metainfo.info.name)") == content)
        }

        await leecher.shutdown()
        await seeder.shutdown()
    }

    @Test("refuses to seed what does not match, and leaves it as it is")
    func refusesWrongData() async throws {
        let root = try neighbourhood.folder.makeFolder("seed")
        let wrong = [UInt8](repeating: 1, count: content.count)
        try neighbourhood.folder.write(wrong, to: "seed/data.bin")
        let seeder = try await neighbourhood.engine(1)

        let seed = try seeder.add(try single(), options: .seed(root))
        let phase = await seed.waitUntilSettled()

        guard case .failed(let reason) = phase else {
            Issue.record("\(phase)")
            return
        }
        #expect(reason.contains("48 of 48 pieces differ"))
        #expect(try neighbourhood.folder.read("seed/data.bin") == wrong)
        await seeder.shutdown()
    }

    @Test("names the port that is in use")
    func portInUse() async throws {
        let first = try await neighbourhood.engine(1)

        await #expect(throws: EngineError.self) {
            _ = try await neighbourhood.engine(1) { $0.portRange = first.listenPort...first.listenPort }
        }

        await first.shutdown()
    }
}
