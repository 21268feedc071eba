import Metainfo
import Synchronization
import TestKit
import Testing

@testable import TrackerServer

@Suite("Swarms of the tracker")
struct SwarmTableTests {
    /// A table with what a loop brings along, and announces in few words.
    struct Bench {
        let table: SwarmTable
        let sample = PeerSample(capacity: 200)
        var random = FastRandom(seed: 7)
        var now: UInt32 = 10_000

        init(peerTimeout: Int = 100, maximumPeers: Int = 1000, shardCount: Int = 4) {
            table = SwarmTable(
                peerTimeout: peerTimeout, torrentTimeout: 1000, maximumPeers: maximumPeers, shardCount: shardCount)
        }

        mutating func announce(
            _ host: String, _ port: UInt16, torrent: UInt8 = 1, isSeed: Bool = false,
            event: SwarmTable.Announce.Event = .regular, wanted: Int = 50
        ) throws -> (counts: SwarmCounts?, peers: [PeerAddress]) {
            let address = try #require(PeerAddress(host: host, port: Int(port)))
            let announce = SwarmTable.Announce(
                infoHash: try infoHash(torrent), peerID: try #require(PeerID(bytes: [UInt8](repeating: 65, count: 20))),
                host: PeerHost(address), port: port, isSeed: isSeed, event: event, wanted: wanted)
            let outcome = table.announce(announce, mayCreate: true, now: now, random: &random, into: sample)
            guard case .counts(let counts) = outcome else { return (nil, peers()) }
            return (counts, peers())
        }

        func infoHash(_ torrent: UInt8) throws -> InfoHash {
            try #require(InfoHash(bytes: [UInt8](repeating: torrent, count: 20)))
        }

        /// Sweeps until the whole table has been seen.
        func sweepAll() {
            for _ in 0..<2000 { table.sweep(budget: 10, now: now) }
        }

        private func peers() -> [PeerAddress] {
            let length = sample.isIPv6 ? 18 : 6
            let bytes = Array(sample.compactPeers)
            return stride(from: 0, to: bytes.count, by: length).compactMap { start in
                let entry = bytes[start..<start + length]
                return sample.isIPv6 ? PeerAddress(compactV6: entry) : PeerAddress(compactV4: entry)
            }
        }
    }

    private func address(_ host: String, _ port: Int) throws -> PeerAddress {
        try #require(PeerAddress(host: host, port: port))
    }

    @Test("tells a peer of the others, not of itself")
    func others() throws {
        var bench = Bench()
        _ = try bench.announce("192.0.2.1", 1)

        let second = try bench.announce("192.0.2.2", 2)
        let again = try bench.announce("192.0.2.2", 2)

        #expect(second.peers == [try address("192.0.2.1", 1)])
        #expect(again.peers == second.peers)
        #expect(again.counts == SwarmCounts(complete: 0, incomplete: 2, downloaded: 0))
    }

    @Test("keeps torrents apart")
    func torrents() throws {
        var bench = Bench()
        _ = try bench.announce("192.0.2.1", 1, torrent: 1)

        #expect(try bench.announce("192.0.2.2", 2, torrent: 2).peers.isEmpty)
        #expect(bench.table.torrentCount == 2 && bench.table.peerCount == 2)
    }

    @Test("keeps IPv4 and IPv6 apart, and counts them together for scrapes")
    func families() throws {
        var bench = Bench()
        _ = try bench.announce("192.0.2.1", 1, isSeed: true)

        let sixth = try bench.announce("2001:db8::1", 1)
        let seventh = try bench.announce("2001:db8::2", 1)

        #expect(sixth.peers.isEmpty && sixth.counts == SwarmCounts(complete: 0, incomplete: 1, downloaded: 0))
        #expect(seventh.peers == [try address("2001:db8::1", 1)])
        #expect(
            bench.table.counts(of: try bench.infoHash(1)) == SwarmCounts(complete: 1, incomplete: 2, downloaded: 0))
    }

    @Test("takes an IPv4 address that is mapped into IPv6 for IPv4")
    func mapped() throws {
        var bench = Bench()
        _ = try bench.announce("::ffff:192.0.2.1", 1)

        #expect(try bench.announce("192.0.2.2", 2).peers == [try address("192.0.2.1", 1)])
    }

    @Test("gives no seeds to a seed")
    func seeds() throws {
        var bench = Bench()
        _ = try bench.announce("192.0.2.1", 1, isSeed: true)
        _ = try bench.announce("192.0.2.2", 2, isSeed: true)
        _ = try bench.announce("192.0.2.3", 3)

        let seed = try bench.announce("192.0.2.1", 1, isSeed: true)
        let leecher = try bench.announce("192.0.2.3", 3)

        #expect(seed.peers == [try address("192.0.2.3", 3)])
        #expect(Set(leecher.peers) == [try address("192.0.2.1", 1), try address("192.0.2.2", 2)])
        #expect(leecher.counts == SwarmCounts(complete: 2, incomplete: 1, downloaded: 0))
    }

    @Test("follows a peer that becomes a seed and back")
    func becomesSeed() throws {
        var bench = Bench()
        _ = try bench.announce("192.0.2.1", 1)

        #expect(try bench.announce("192.0.2.1", 1, isSeed: true).counts?.complete == 1)
        #expect(try bench.announce("192.0.2.1", 1).counts == SwarmCounts(complete: 0, incomplete: 1, downloaded: 0))
    }

    @Test("forgets a peer that stops, and answers it without peers")
    func stops() throws {
        var bench = Bench()
        _ = try bench.announce("192.0.2.1", 1)
        _ = try bench.announce("192.0.2.2", 2)

        let stopped = try bench.announce("192.0.2.1", 1, event: .stopped)
        let unknown = try bench.announce("192.0.2.9", 9, torrent: 9, event: .stopped)

        #expect(stopped.peers.isEmpty && stopped.counts?.incomplete == 1)
        #expect(try bench.announce("192.0.2.2", 2).peers.isEmpty)
        #expect(unknown.counts == SwarmCounts() && bench.table.torrentCount == 1)
    }

    @Test("counts each peer's completion once")
    func completed() throws {
        var bench = Bench()
        for _ in 0..<3 { _ = try bench.announce("192.0.2.1", 1, isSeed: true, event: .completed) }

        #expect(try bench.announce("192.0.2.2", 2, isSeed: true, event: .completed).counts?.downloaded == 2)
    }

    @Test("does not hand out a peer that cannot be reached")
    func portZero() throws {
        var bench = Bench()
        _ = try bench.announce("192.0.2.1", 1)

        let unreachable = try bench.announce("192.0.2.2", 0)

        #expect(unreachable.peers == [try address("192.0.2.1", 1)])
        #expect(try bench.announce("192.0.2.1", 1).peers.isEmpty)
    }

    @Test("gives as many different peers as wanted, each of them in time", arguments: [1, 7, 50, 99, 100, 150])
    func picks(wanted: Int) throws {
        var bench = Bench()
        for port in 1...100 { _ = try bench.announce("192.0.2.1", UInt16(port), isSeed: port % 3 == 0) }

        var seen: [PeerAddress: Int] = [:]
        let rounds = 2000
        for _ in 0..<rounds {
            let peers = try bench.announce("192.0.2.1", 1, wanted: wanted).peers
            #expect(peers.count == min(wanted, 99) && Set(peers).count == peers.count)
            for peer in peers { seen[peer, default: 0] += 1 }
        }

        // Each of 99 peers is expected rounds * wanted / 99 times; a fair choice stays far within a factor of two.
        let expected = Double(rounds * min(wanted, 99)) / 99
        #expect(try seen.count == 99 && seen[address("192.0.2.1", 1)] == nil)
        #expect(seen.values.allSatisfy { Double($0) > expected / 2 - 5 && Double($0) < expected * 2 + 5 })
    }

    @Test("takes no new peers beyond its bound, and goes on with those it has")
    func bound() throws {
        var bench = Bench(maximumPeers: 2)
        _ = try bench.announce("192.0.2.1", 1)
        _ = try bench.announce("192.0.2.2", 2)

        #expect(try bench.announce("192.0.2.3", 3).counts == nil)
        #expect(try bench.announce("192.0.2.3", 3, torrent: 2).counts == nil)
        #expect(try bench.announce("192.0.2.1", 1).counts?.incomplete == 2)
    }

    @Test("does not hand out a peer that fell silent, even before it is swept away")
    func silent() throws {
        var bench = Bench(peerTimeout: 100)
        _ = try bench.announce("192.0.2.1", 1)
        bench.now += 100
        let inTime = try bench.announce("192.0.2.2", 2)
        bench.now += 1

        #expect(inTime.peers.count == 1)
        #expect(try bench.announce("192.0.2.2", 2).peers.isEmpty)
    }

    @Test("sweeps silent peers away in small steps")
    func sweeps() throws {
        var bench = Bench(peerTimeout: 100)
        for port in 1...500 { _ = try bench.announce("192.0.2.1", UInt16(port), torrent: UInt8(port % 7)) }
        bench.now += 50
        for port in 501...600 { _ = try bench.announce("2001:db8::1", UInt16(port), torrent: UInt8(port % 7)) }
        bench.now += 51

        let first = bench.table.sweep(budget: 10, now: bench.now)
        let afterOneStep = bench.table.peerCount
        bench.sweepAll()

        #expect(first <= 10 && afterOneStep == 600 - first)
        #expect(bench.table.peerCount == 100)
        bench.now += 100
        bench.sweepAll()
        #expect(bench.table.peerCount == 0 && bench.table.torrentCount == 0)
    }

    @Test("remembers for a while how often a torrent was downloaded")
    func remembersDownloads() throws {
        var bench = Bench(peerTimeout: 100)
        _ = try bench.announce("192.0.2.1", 1, isSeed: true, event: .completed)
        bench.now += 101
        bench.sweepAll()
        #expect(bench.table.counts(of: try bench.infoHash(1)) == SwarmCounts(complete: 0, incomplete: 0, downloaded: 1))

        bench.now += 1000
        bench.sweepAll()
        #expect(try bench.table.counts(of: bench.infoHash(1)) == nil && bench.table.torrentCount == 0)
    }

    @Test("forgets torrents that are not wanted any more")
    func removesTorrents() throws {
        var bench = Bench()
        for torrent in 1...9 { _ = try bench.announce("192.0.2.1", 1, torrent: UInt8(torrent)) }
        let kept = try bench.infoHash(3)

        bench.table.removeTorrents { $0 != kept }

        #expect(bench.table.torrentCount == 1 && bench.table.peerCount == 1)
        #expect(bench.table.counts(of: kept)?.incomplete == 1)
        #expect(try bench.announce("192.0.2.1", 1, torrent: 4).counts?.incomplete == 1)
    }

    @Test("gives the memory of many invented torrents back")
    func compacts() throws {
        var bench = Bench(peerTimeout: 100, maximumPeers: 100_000, shardCount: 1)
        let peerID = try #require(PeerID(bytes: [UInt8](repeating: 65, count: 20)))
        for number in 0..<5000 {
            let bytes = (0..<20).map { UInt8(truncatingIfNeeded: number >> ($0 % 2 * 8)) }
            let announce = SwarmTable.Announce(
                infoHash: try #require(InfoHash(bytes: bytes)), peerID: peerID, host: PeerHost(ipv4: 1), port: 1,
                isSeed: false, event: .regular, wanted: 0)
            _ = bench.table.announce(
                announce, mayCreate: true, now: bench.now, random: &bench.random, into: bench.sample)
        }
        bench.now += 50
        _ = try bench.announce("192.0.2.1", 1, torrent: 200)
        bench.now += 51
        bench.sweepAll()

        #expect(bench.table.torrentCount == 1)
        #expect(bench.table.shards[0].torrents.withLock { $0.slots.count } == 1)
        #expect(try bench.announce("192.0.2.2", 2, torrent: 200).peers.count == 1)
    }
}
