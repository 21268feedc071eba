import Metainfo
import NIOCore
import NIOPosix
import Testing
import TrackerWire

@testable import Discovery

@Suite("Trackers: scrapes", .timeLimit(.minutes(2)))
struct ScrapeTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    private func scrape(
        path: String = "/announce", _ script: @escaping @Sendable (ScriptedServer.Request, Int) -> [ScriptedServer.Act]
    ) async throws -> (result: Result<ScrapeEntry?, AnnounceFailure>, targets: [String]) {
        let server = try await ScriptedServer(script: script)
        let transport = TrackerTransport(group: group, userAgent: "swarm/test")
        let url = try TrackerURL("http://127.0.0.1:\(server.port)\(path)")
        let reply = transport.scrape(try Sample.infoHash(), at: url, on: group.next())
        var result: Result<ScrapeEntry?, AnnounceFailure>
        do {
            result = .success(try await reply.get())
        } catch let failure as AnnounceFailure {
            result = .failure(failure)
        }
        await transport.shutdown()
        await server.close()
        return (result, server.requests.map(\.target))
    }

    private static func counts(_ infoHash: InfoHash) -> ScriptedServer.Act {
        let body =
            Array("d5:filesd20:".utf8) + infoHash.bytes
            + Array("d8:completei7e10:downloadedi11e10:incompletei3eeee".utf8)
        return .sendBytes(Array("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body)
    }

    @Test("asks the scrape page that belongs to the announce page, and keeps its query")
    func http() async throws {
        let infoHash = try Sample.infoHash()

        let (result, targets) = try await scrape(path: "/announce?key=1") { _, _ in [Self.counts(infoHash)] }

        #expect(try result.get() == ScrapeEntry(complete: 7, downloaded: 11, incomplete: 3))
        #expect(targets.count == 1)
        #expect(targets.first?.hasPrefix("/scrape?key=1&info_hash=%00%0A") == true, "\(targets)")
    }

    @Test("a torrent that the tracker does not know has no counts")
    func unknown() async throws {
        let other = try #require(InfoHash(bytes: Array(repeating: 9, count: 20)))

        let (result, _) = try await scrape { _, _ in [Self.counts(other)] }

        #expect(try result.get() == nil)
    }

    @Test(
        "says what is wrong with a reply",
        arguments: [
            ("d14:failure reason4:nopee", "200 OK", "the tracker refused: nope"), ("de", "200 OK", "scrape reply"),
            ("<html>", "200 OK", "is not bencoded"), ("d5:filesdee", "500 Oh", "HTTP 500"),
        ])
    func bad(body: String, status: String, sentence: String) async throws {
        let (result, _) = try await scrape { _, _ in [.reply(body, status: status)] }

        guard case .failure(let failure) = result else { return #expect(Bool(false), "\(result)") }
        #expect(failure.description.contains(sentence), "\(failure)")
        #expect(!failure.isSilence)
    }

    @Test("a tracker whose address has no scrape page is not asked")
    func noPage() async throws {
        let transport = TrackerTransport(group: group, userAgent: "swarm/test")
        let url = try TrackerURL("http://tracker.example/a?b=announce")

        let reply = transport.scrape(try Sample.infoHash(), at: url, on: group.next())
        let failure = await #expect(throws: AnnounceFailure.self) { try await reply.get() }

        #expect(failure?.description.contains("scrape") == true)
        await transport.shutdown()
    }

    @Test("asks over UDP, and takes no announce for an answer")
    func udp() async throws {
        let server = try await ScriptedDatagramServer { datagram, _ in
            TrackerDatagram.action(datagram) == 0
                ? [TrackerDatagram.connected(datagram)]
                : [
                    TrackerDatagram.announced(datagram),
                    TrackerDatagram.scraped(datagram, seeds: 7, downloaded: 11, leechers: 3),
                ]
        }
        let transport = TrackerTransport(group: group, userAgent: "swarm/test")
        let url = try TrackerURL("udp://127.0.0.1:\(server.port)")

        let entry = try await transport.scrape(try Sample.infoHash(), at: url, on: group.next()).get()

        #expect(entry == ScrapeEntry(complete: 7, downloaded: 11, incomplete: 3))
        #expect(server.datagrams.map(TrackerDatagram.action) == [0, 2])
        #expect(server.datagrams.last.map { Array($0[16...]) } == (try Sample.infoHash().bytes))
        await transport.shutdown()
        await server.close()
    }
}
