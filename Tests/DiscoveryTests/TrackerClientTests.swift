import Glibc
import Metainfo
import NIOCore
import NIOEmbedded
import Synchronization
import Testing
import TrackerWire

@testable import Discovery

@Suite("TrackerClient", .timeLimit(.minutes(2)))
struct TrackerClientTests {
    private static let one = "http://one.example/announce"
    private static let two = "udp://two.example:6969/announce"

    @Test("announces the torrent with its totals, and hands out peers without port 0")
    func announces() async throws {
        let good = try #require(PeerAddress(host: "192.0.2.7", port: 51413))
        let portless = try #require(PeerAddress(compactV4: [192, 0, 2, 8, 0, 0]))
        let bench = try Bench(tiers: [[Self.one]]) { _, _ in
            .reply(AnnounceResponse(interval: 600, complete: 4, incomplete: 5, peers: [good, portless]))
        }

        bench.client.start()
        await bench.pass(.seconds(601))

        #expect(bench.transport.lines == ["one.example started", "one.example none"])
        let request = try #require(bench.transport.sent.first?.request)
        #expect(request.infoHash == (try Sample.infoHash()))
        #expect((request.uploaded, request.downloaded, request.left) == (5, 7, 100))
        #expect((request.port, request.key, request.numWant) == (6881, 99, 100))
        #expect(bench.delivered.get() == [good, good])
        await bench.end()
    }

    @Test("sends back what a tracker gave as its id")
    func trackerID() async throws {
        let bench = try Bench(tiers: [[Self.one]]) { _, number in
            .reply(AnnounceResponse(interval: 60, trackerID: number == 0 ? [1, 2, 3] : nil))
        }

        bench.client.start()
        await bench.pass(.seconds(130))

        #expect(bench.transport.sent.map(\.request.trackerID) == [nil, [1, 2, 3], [1, 2, 3]])
        await bench.end()
    }

    @Test("publishes what it knows about each tracker")
    func statuses() async throws {
        let bench = try Bench(tiers: [[Self.one], [Self.two], ["wss://three.example/"]]) { sent, _ in
            sent.host == "one.example"
                ? .fail(AnnounceFailure("closed\u{1b} today"))
                : .reply(AnnounceResponse(interval: 300, minInterval: 40, complete: 8, incomplete: 9, warning: "slow"))
        }
        let before = bench.client.statuses()

        bench.client.start()
        await bench.pass(.nanoseconds(1))
        let after = bench.client.statuses()

        #expect(before.map(\.tier) == [0, 1, 2])
        #expect(before.map(\.kind) == [.http, .udp, .http])
        #expect(before.map(\.canScrape) == [true, true, false])
        #expect(before.map(\.isUsable) == [true, true, false])
        #expect(after[0].lastError == "closed  today")
        #expect((after[0].failures, after[0].isWorking) == (1, false))
        #expect((after[1].seeds, after[1].leechers, after[1].warning) == (8, 9, "slow"))
        #expect((after[1].interval, after[1].minInterval) == (.seconds(300), .seconds(40)))
        #expect((after[1].lastEvent, after[1].successes, after[1].isWorking) == (.started, 1, true))
        // The first tier is tried again first.
        #expect(after[0].secondsToNextAnnounce(now: bench.loop.now) == 299)
        #expect(after[2].lastError?.contains("\"wss\"") == true)
        #expect(bench.reported.get() == [.failed(0, message: "closed  today"), .replied(1)])
        await bench.end()
    }

    @Test("asks an address that is listed twice only once, and at most so many in all")
    func lists() {
        let many = (0..<1000).map { "http://t\($0).example/announce" }

        let twice = TrackerList(tiers: [[Self.one, Self.one], ["HTTP://one.example:80/announce", Self.two]])
        let bounded = TrackerList(tiers: [many])

        #expect(twice.statuses.map(\.url) == [Self.one, Self.two])
        #expect(bounded.statuses.count == TrackerList.limit)
    }

    @Test("an announce that still waits when the torrent has stopped is no longer wanted")
    func unwanted() async throws {
        let bench = try Bench(tiers: [[Self.one]]) { sent, _ in
            sent.request.event == .started ? .held : .reply(AnnounceResponse())
        }
        bench.client.start()
        await bench.pass(.nanoseconds(1))
        let call = try #require(bench.transport.held.withLock { $0.first })
        let before = try await bench.loop.submit { call.isWanted() }.get()

        let done = Task { await bench.client.stop(timeout: .seconds(5)) }
        await bench.loop.run()
        await bench.pass(.seconds(2))
        await bench.runUntilDone(done)
        let after = try await bench.loop.submit { call.isWanted() }.get()

        #expect((before, after) == (true, false))
        #expect(bench.client.statuses()[0].isAnnouncing == false)
        await bench.end()
    }

    @Test("hands out the peers that come by another address family later")
    func morePeers() async throws {
        let peer = try #require(PeerAddress(host: "2001:db8::1", port: 51413))
        let bench = try Bench(tiers: [[Self.one]]) { _, _ in .held }
        bench.client.start()
        await bench.pass(.nanoseconds(1))
        let call = try #require(bench.transport.held.withLock { $0.first })

        try await bench.loop.submit { call.more(AnnounceResponse(peers: [peer])) }.get()

        #expect(bench.delivered.get() == [peer])
        await bench.end()
    }

    @Test("keeps a calendar of what happened and of what is planned")
    func calendar() async throws {
        let bench = try Bench(tiers: [[Self.one], [Self.two]]) { sent, _ in
            sent.host == "one.example" ? .fail(AnnounceFailure("no")) : .reply(AnnounceResponse(interval: 300))
        }
        let begin = Int64(time(nil))

        bench.client.start()
        await bench.pass(.nanoseconds(1))
        let statuses = bench.client.statuses()

        let end = Int64(time(nil))
        #expect((begin...end).contains(statuses[0].lastFailure))
        #expect((begin...end).contains(statuses[1].lastSuccess))
        #expect(statuses[0].lastSuccess == 0 && statuses[1].lastFailure == 0)
        #expect((begin + 299...end + 300).contains(statuses[0].nextTime))
        #expect(statuses[1].nextTime == 0)
        #expect(statuses.map(\.latestRequest) == [.started, .started])
        #expect(statuses.map(\.lastActivity) == [statuses[0].lastFailure, statuses[1].lastSuccess])
        await bench.end()
    }

    @Test("scrapes the first usable tracker of each tier, also when it was never started")
    func scrapes() async throws {
        let bench = try Bench(tiers: [["http://odd.example/x", Self.one], [Self.two]]) { _, _ in .silence }

        bench.client.scrape(after: .seconds(30))
        await bench.pass(.seconds(29))
        let early = bench.scraped("one.example")
        await bench.pass(.seconds(1))
        bench.client.scrape(after: .seconds(1))
        await bench.pass(.seconds(2))

        let statuses = bench.client.statuses()
        #expect(early == 0)
        #expect((bench.scraped("one.example"), bench.scraped("two.example")) == (1, 1))
        #expect(bench.scraped("odd.example") == 0)
        #expect(statuses.map(\.scrapes) == [0, 1, 1])
        #expect((statuses[1].seeds, statuses[1].leechers, statuses[1].downloaded) == (7, 3, 11))
        #expect(statuses[1].latestRequest == .scrape)
        #expect(statuses[1].lastScrape > 0)
        #expect(bench.transport.sent.isEmpty)
        await bench.end()
    }

    @Test("trackers can be added and switched before and after the start")
    func wishesOfTheUser() async throws {
        let bench = try Bench(tiers: [[Self.one]]) { _, _ in .fail(AnnounceFailure("no")) }
        let bad = bench.client.add("gopher://x/", tier: 0)
        let twice = bench.client.add("HTTP://one.example:80/announce", tier: 3)
        let early = bench.client.add("http://three.example/announce", tier: 1)
        bench.client.setEnabled(0, false)
        bench.client.setEnabled(99, false)

        bench.client.start()
        await bench.pass(.nanoseconds(1))
        let late = bench.client.add(Self.two, tier: 0)
        await bench.pass(.nanoseconds(1))
        bench.client.setEnabled(0, true)
        await bench.pass(.nanoseconds(1))

        #expect((bad, twice, early, late) == (false, false, true, true))
        #expect(bench.transport.lines == ["three.example started", "two.example started", "one.example started"])
        let statuses = bench.client.statuses()
        #expect(statuses.map(\.url) == [Self.one, "http://three.example:80/announce", Self.two])
        #expect(statuses.map(\.isExtra) == [false, true, true])
        #expect(statuses.map(\.tier) == [0, 1, 0])
        await bench.end()
    }

    @Test("leaves UDP trackers alone while they are switched off")
    func withoutUDP() async throws {
        let bench = try Bench(tiers: [[Self.two], [Self.one]]) { _, _ in .reply(AnnounceResponse(interval: 60)) }
        bench.client.setUsesUDP(false)
        bench.client.start()
        await bench.pass(.nanoseconds(1))
        let usable = bench.client.statuses().map(\.isUsable)

        bench.client.setUsesUDP(true)
        await bench.pass(.seconds(61))

        #expect(usable == [false, true])
        #expect(bench.transport.lines == ["one.example started", "two.example started"])
        #expect(bench.client.statuses().map(\.isUsable) == [true, true])
        await bench.end()
    }

    @Test("asks for as many peers as are wanted now, and tells the place that it has now")
    func liveFigures() async throws {
        let address = try #require(PeerAddress(host: "192.0.2.9", port: 0))
        let bench = try Bench(tiers: [[Self.one]], place: { .init(port: 7777, address: address) }) { _, _ in
            .reply(AnnounceResponse(interval: 60))
        }

        bench.client.setPeersWanted(-1)
        bench.client.start()
        await bench.pass(.nanoseconds(1))
        bench.client.note(newPeers: 3, from: TrackerID(rawValue: 0))

        let request = try #require(bench.transport.sent.first?.request)
        #expect((request.numWant, request.port, request.ip) == (-1, 7777, address))
        #expect(bench.client.statuses()[0].newPeers == 3)
        await bench.end()
    }

    @Test("says completed when told, and asks for peers when told")
    func wishes() async throws {
        let bench = try Bench(tiers: [[Self.one]]) { _, _ in .reply(AnnounceResponse(interval: 1800)) }
        bench.client.start()
        await bench.pass(.seconds(10))

        bench.client.announceNow()
        await bench.pass(.seconds(51))
        bench.totals.change { $0.left = 0 }
        bench.client.completed()
        await bench.pass(.seconds(1))

        #expect(bench.transport.lines == ["one.example started", "one.example none", "one.example completed"])
        #expect(bench.transport.sent.last?.request.left == 0)
        await bench.end()
    }

    @Test("stop tells all trackers that know us, with the time that is left, and returns")
    func stops() async throws {
        let bench = try Bench(tiers: [[Self.one, Self.two]], mode: .everyTracker) { _, _ in
            .reply(AnnounceResponse())
        }
        bench.client.start()
        await bench.pass(.seconds(1))

        await withTaskGroup { group in
            group.addTask { await bench.client.stop(timeout: .seconds(5)) }
            group.addTask { await bench.runUntilStopped(bench.transport, count: 4) }
        }

        #expect(Set(bench.transport.lines.suffix(2)) == ["one.example stopped", "two.example stopped"])
        #expect(bench.transport.sent.last?.timeout == .seconds(5))
        #expect(bench.client.statuses().allSatisfy { $0.nextAnnounce == nil })
        await bench.end()
    }

    @Test("stop returns in time though trackers are dead")
    func stopTimeout() async throws {
        let bench = try Bench(tiers: [[Self.one]]) { sent, _ in
            sent.request.event == .stopped ? .silence : .reply(AnnounceResponse())
        }
        bench.client.start()
        await bench.pass(.seconds(1))

        let done = Task { await bench.client.stop(timeout: .seconds(3)) }
        await bench.runUntilStopped(bench.transport, count: 2)
        await bench.pass(.seconds(3))
        await done.value

        #expect(bench.transport.lines.last == "one.example stopped")
        await bench.end()
    }

    @Test("a client that was never started, or has no trackers, stops at once")
    func stopsWithoutStart() async throws {
        let idle = try Bench(tiers: [[Self.one]]) { _, _ in .silence }
        let empty = try Bench(tiers: []) { _, _ in .silence }
        empty.client.start()

        for bench in [idle, empty] {
            let done = Task { await bench.client.stop(timeout: .seconds(3)) }
            await bench.runUntilDone(done)
            #expect(bench.transport.sent.isEmpty)
            await bench.end()
        }
    }

    @Test("sends nothing more when nobody holds the client any longer")
    func released() async throws {
        let transport = ScriptedTransport { _, _ in .reply(AnnounceResponse(interval: 60)) }
        let loop = NIOAsyncTestingEventLoop()
        do {
            let configuration = TrackerClient.Configuration(
                infoHash: try Sample.infoHash(), peerID: try Sample.peerID(), port: 1, key: 1, tiers: [[Self.one]])
            let client = TrackerClient(
                configuration: configuration, eventLoop: loop, transport: transport,
                totals: { TransferTotals(left: 1) }, deliver: { _, _ in })
            client.start()
            await loop.run()
        }

        await loop.advanceTime(by: .hours(1))

        #expect(transport.lines == ["one.example started"])
        await loop.shutdownGracefully()
    }
}
