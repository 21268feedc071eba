import Metainfo
import NIOCore
import NIOEmbedded
import Synchronization
import TrackerWire

@testable import Discovery

/// A tracker client on a virtual clock.
struct TrackerClientBench: Sendable {
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

extension TrackerClientBench {
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
