import Glibc
import Metainfo
import NIOCore
import NIOEmbedded
import Synchronization
import Testing
import TrackerWire

@testable import Discovery

/// Answers announces by a script, on virtual time.
final class ScriptedTransport: AnnounceTransport {
    enum Answer: Sendable {
        case reply(AnnounceResponse)
        case fail(AnnounceFailure)
        case silence
        /// Never answered; the call stays in `held`.
        case held
    }

    struct Sent: Sendable {
        let host: String
        let request: AnnounceRequest
        let timeout: TimeAmount?
    }

    private let script: @Sendable (Sent, Int) -> Answer
    private let log = Mutex<[Sent]>([])

    init(_ script: @escaping @Sendable (Sent, Int) -> Answer) {
        self.script = script
    }

    var sent: [Sent] { log.withLock { $0 } }
    var lines: [String] { sent.map { "\($0.host) \($0.request.event)" } }

    let scrapes = Mutex<[String]>([])
    let held = Mutex<[AnnounceCall]>([])

    func scrape(
        _ infoHash: InfoHash, at url: TrackerURL, on eventLoop: any EventLoop
    ) -> EventLoopFuture<ScrapeEntry?> {
        scrapes.withLock { $0.append(url.host) }
        return eventLoop.makeSucceededFuture(ScrapeEntry(complete: 7, downloaded: 11, incomplete: 3))
    }

    func announce(_ call: AnnounceCall, on eventLoop: any EventLoop) -> EventLoopFuture<AnnounceResponse> {
        let sent = Sent(host: call.url.host, request: call.request, timeout: call.timeout)
        let number = log.withLock { log in
            log.append(sent)
            return log.count - 1
        }
        switch script(sent, number) {
        case .held:
            held.withLock { $0.append(call) }
            return eventLoop.makePromise(of: AnnounceResponse.self).futureResult
        case .reply(let response): return eventLoop.makeSucceededFuture(response)
        case .fail(let failure): return eventLoop.makeFailedFuture(failure)
        case .silence:
            // A transport never waits for ever; without a timeout of the caller it is half a minute.
            let promise = eventLoop.makePromise(of: AnnounceResponse.self)
            eventLoop.scheduleTask(in: call.timeout ?? .seconds(30)) { promise.fail(AnnounceFailure("no answer")) }
            return promise.futureResult
        }
    }
}

/// A tracker client on a virtual clock.
struct Bench: Sendable {
    let loop = NIOAsyncTestingEventLoop()
    let transport: ScriptedTransport
    let client: TrackerClient
    let delivered = Shared<[PeerAddress]>([])
    let reported = Shared<[TrackerNews]>([])
    let totals: Shared<TransferTotals>

    final class Shared<Value: Sendable>: Sendable {
        private let value: Mutex<Value>
        init(_ value: Value) { self.value = Mutex(value) }
        func get() -> Value { value.withLock { $0 } }
        func change(_ body: (inout Value) -> Void) { value.withLock { body(&$0) } }
    }

    init(
        tiers: [[String]], left: Int64 = 100, mode: AnnounceMode = .firstWorking,
        place: (@Sendable () -> TrackerClient.AnnouncedPlace)? = nil,
        script: @escaping @Sendable (ScriptedTransport.Sent, Int) -> ScriptedTransport.Answer
    ) throws {
        transport = ScriptedTransport(script)
        let totals = Shared(TransferTotals(uploaded: 5, downloaded: 7, left: left))
        self.totals = totals
        var configuration = TrackerClient.Configuration(
            infoHash: try Sample.infoHash(), peerID: try Sample.peerID(), port: 6881, key: 99, tiers: tiers)
        configuration.mode = mode
        configuration.place = place
        configuration.policy = .exact
        let (delivered, reported) = (delivered, reported)
        client = TrackerClient(
            configuration: configuration, eventLoop: loop, transport: transport, random: SeededGenerator(seed: 0),
            totals: { totals.get() }, deliver: { peers, _ in delivered.change { $0 += peers } },
            report: { news in reported.change { $0.append(news) } })
    }

    func scraped(_ host: String) -> Int { transport.scrapes.withLock { $0.count { $0 == host } } }

    /// Lets virtual time pass.
    func pass(_ time: TimeAmount) async { await loop.advanceTime(by: time) }

    func end() async { await loop.shutdownGracefully() }
}

extension Bench {
    /// Runs the loop until so many announces were sent; what is asked of the loop arrives from other threads.
    func runUntilStopped(_ transport: ScriptedTransport, count: Int) async {
        while transport.sent.count < count {
            await loop.run()
            await Task.yield()
        }
        await loop.run()
    }

    func runUntilDone(_ task: Task<Void, Never>) async {
        let done = Shared(false)
        let watcher = Task {
            await task.value
            done.change { $0 = true }
        }
        while !done.get() {
            await loop.run()
            await Task.yield()
        }
        await watcher.value
    }
}
