import Metainfo
import NIOCore
import Synchronization
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
