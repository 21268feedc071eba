import Crypto
import Glibc
import Metainfo
import TestKit
import Testing

@testable import TrackerServer

@Suite("Trackers that tell each other", .serialized, .timeLimit(.minutes(2)))
struct LiveSyncTests {
    private static let announce: SwarmTable.Announce? = {
        guard let infoHash = InfoHash(bytes: [UInt8](repeating: 7, count: 20)),
            let peerID = PeerID(bytes: [UInt8](repeating: 8, count: 20))
        else { return nil }
        return SwarmTable.Announce(
            infoHash: infoHash, peerID: peerID, host: PeerHost(ipv4: 0x0A01_0203), port: 6881, isSeed: true,
            event: .completed, wanted: 0, isPaused: true)
    }()

    private func message() throws -> SyncMessage {
        var six = try #require(Self.announce)
        six.host = try #require(PeerHost(text: "2001:db8::1"))
        six.event = .stopped
        return SyncMessage(
            kind: .announces, node: 1, sequence: 2, unixMilliseconds: 3,
            records: [.announce(try #require(Self.announce)), .announce(six)])
    }

    @Test("messages come back as they were; cut, changed or under another key they are nothing")
    func codec() throws {
        let key = SymmetricKey(data: [UInt8](repeating: 1, count: 32))
        let message = try message()
        let bytes = message.encode(key: key)

        #expect(SyncMessage.decode(bytes, key: key) == message)
        #expect(SyncMessage.decode(bytes, key: nil) == nil)
        #expect(SyncMessage.decode(bytes, key: SymmetricKey(size: .bits256)) == nil)
        for length in 0..<bytes.count { #expect(SyncMessage.decode(Array(bytes[..<length]), key: key) == nil) }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(SyncMessage.decode(changed, key: key) == nil)
        }
    }

    private func configuration(
        _ host: String, port: UInt16, peers: [String] = [], key: String? = nil
    ) -> TrackerConfiguration {
        var configuration = TrackerConfiguration(addresses: [.init(host)], port: 0)
        var cluster = ClusterConfiguration(port: port)
        cluster.peers = peers
        cluster.key = key.map { Array($0.utf8) }
        configuration.cluster = cluster
        return configuration
    }

    /// A UDP port that nobody has now.
    private func freePort() throws -> UInt16 {
        let set = try ListeningSocket.bind(.datagram, host: "127.0.0.1", port: 0, copies: 1)
        set.close()
        return set.port
    }

    private func knows(_ tracker: Tracker, port: UInt16) throws -> Bool {
        let hash = try #require(InfoHash(bytes: TrackerProbe.hash.utf8))
        return tracker.table.contents(of: hash)?.peers.contains { $0.port == port } ?? false
    }

    private func announce(_ tracker: Tracker, port: Int, more: String = "") throws {
        let endpoint = try #require(tracker.endpoints.first)
        let socket = try RawSocket(SOCK_STREAM, to: endpoint.host, port: endpoint.port)
        try socket.send("GET \(TrackerProbe.target(port: port, more: more)) HTTP/1.0\r\n\r\n")
        _ = try socket.receiveAll()
    }

    @Test("what one hears the other hands out, and who starts later learns all of it", arguments: [true, false])
    func shares(isNamed: Bool) async throws {
        let port = try freePort()
        let (first, second) = ("127.0.0.21", "127.0.0.22")
        let key = isNamed ? "a key of sixteen bytes or more" : nil
        let one = try await Tracker.start(
            configuration(first, port: port, peers: isNamed ? ["\(second):\(port)"] : [], key: key))
        try announce(one, port: 1001, more: "&left=0&event=completed")
        let two = try await Tracker.start(
            configuration(second, port: port, peers: isNamed ? ["\(first):\(port)"] : [], key: key))

        try await eventually("the newcomer knows what was there") { try knows(two, port: 1001) }
        try announce(two, port: 1002)
        try await eventually("the older one hears of it") { try knows(one, port: 1002) }
        let hash = try #require(InfoHash(bytes: TrackerProbe.hash.utf8))
        #expect(two.table.counts(of: hash)?.downloaded == 1)
        try announce(one, port: 1001, more: "&event=stopped")
        try await eventually("a leave is heard as well") { try !knows(two, port: 1001) }
        await one.shutdown()
        let again = try await Tracker.start(
            configuration(first, port: port, peers: isNamed ? ["\(second):\(port)"] : [], key: key))
        try await eventually("one that died and came back knows what the other knows") { try knows(again, port: 1002) }

        await again.shutdown()
        await two.shutdown()
    }

    @Test("those with another key are not heard")
    func otherKey() async throws {
        let port = try freePort()
        let keys = ["first key of sixteen bytes", "other key of sixteen bytes"]
        let one = try await Tracker.start(
            configuration("127.0.0.23", port: port, peers: ["127.0.0.24:\(port)"], key: keys[0]))
        let two = try await Tracker.start(
            configuration("127.0.0.24", port: port, peers: ["127.0.0.23:\(port)"], key: keys[1]))
        let three = try await Tracker.start(
            configuration("127.0.0.25", port: port, peers: ["127.0.0.23:\(port)"], key: keys[0]))

        try announce(two, port: 1002)
        try announce(three, port: 1003)
        try await eventually("the one with the right key is heard") { try knows(one, port: 1003) }

        #expect(try !knows(one, port: 1002))
        for tracker in [one, two, three] { await tracker.shutdown() }
    }
}
