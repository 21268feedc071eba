import NIOCore
import Synchronization

/// Lets only so many requests go to one tracker at a time; the others wait in a queue of that tracker.
///
/// What it must respect:
/// - thousands of torrents that start together neither flood their tracker nor use up the descriptors of the process;
/// - a dead tracker holds up nobody else: each has a queue of its own, and one that keeps silent is asked by one request at a
///   time, so that silent ones together hold few connections;
/// - nor does it hold up those that wait for it: once it was silent twice in a row they all fail with it, so that their torrents
///   try other trackers and come back at a time of their own;
/// - a request that nobody wants any longer is not sent, and `stopped` goes before all others, for its caller waits.
///
/// Safe on any thread; the mutex is held for a few lines and never while a request runs.
final class TrackerQueues: Sendable {
    /// A tracker, as far as connections go.
    struct Host: Hashable, Sendable {
        let scheme: TrackerURL.Scheme
        let name: String
        let port: Int

        init(_ url: TrackerURL) {
            (scheme, name, port) = (url.scheme, url.host, url.port)
        }

        /// A datagram costs the tracker little; HTTP connections are kept, and few are enough.
        var limit: Int { scheme == .udp ? 32 : 8 }
    }

    /// What a request needs to be let through.
    struct Turn: Sendable {
        let host: Host
        /// Goes before those that wait already.
        var isUrgent = false
        /// It makes no sense any more after this.
        var latest: NIODeadline?
        var isWanted: @Sendable () -> Bool = { true }
    }

    private struct Queue {
        var running = 0
        var silences = 0
        var urgent = WaitingLine()
        var regular = WaitingLine()

        var waitingCount: Int { urgent.count + regular.count }
        var isIdle: Bool { running == 0 && waitingCount == 0 }

        mutating func takeAll() -> [Waiter] { urgent.takeAll() + regular.takeAll() }
    }

    private struct State {
        var queues: [Host: Queue] = [:]
        var isShutDown = false
    }

    private let state = Mutex(State())

    /// A tracker that was silent so often in a row fails for all that wait for it.
    private static let hopeless = 2
    private static let rememberedHosts = 4096

    var waitingCount: Int {
        state.withLock { $0.queues.values.reduce(0) { $0 + $1.waitingCount } }
    }

    /// Runs a request when it is its turn.
    ///
    /// - Parameter body: called on `eventLoop`; its future must complete in bounded time.
    /// - Returns: what `body` gave; or fails with `AnnounceFailure` without having called it.
    func run<Reply: Sendable>(
        _ turn: Turn, on eventLoop: any EventLoop, _ body: @escaping @Sendable () -> EventLoopFuture<Reply>
    ) -> EventLoopFuture<Reply> {
        let waiter = Waiter(eventLoop)
        let isRefused = state.withLock { state in
            guard !state.isShutDown else { return true }
            if turn.isUrgent {
                state.queues[turn.host, default: Queue()].urgent.append(waiter)
            } else {
                state.queues[turn.host, default: Queue()].regular.append(waiter)
            }
            return false
        }
        if isRefused { waiter.giveUp(.givenUp) } else { letThrough(turn.host) }
        let patience = turn.latest.map { latest in
            eventLoop.scheduleTask(deadline: latest) { waiter.giveUp(.tooLate) }
        }
        return waiter.itsTurn.flatMap {
            patience?.cancel()
            guard turn.isWanted() else {
                self.ended(turn.host, nil)
                return eventLoop.makeFailedFuture(AnnounceFailure.givenUp)
            }
            let reply = body()
            reply.whenComplete { self.ended(turn.host, $0.isAnswer) }
            return reply
        }
    }

    /// All that wait fail; nothing is let through any more.
    func shutdown() {
        let waiting = state.withLock { state in
            state.isShutDown = true
            return state.queues.keys.flatMap { state.queues[$0]?.takeAll() ?? [] }
        }
        for waiter in waiting { waiter.giveUp(.givenUp) }
    }

    /// - Parameter isAnswer: whether the tracker said something; nil when it was not asked.
    private func ended(_ host: Host, _ isAnswer: Bool?) {
        let abandoned: [Waiter] = state.withLock { state in
            state.queues[host]?.running -= 1
            switch isAnswer {
            case true?: state.queues[host]?.silences = 0
            case false?: state.queues[host]?.silences += 1
            case nil: break
            }
            // Those that nobody asks any longer are forgotten some time.
            if state.queues.count > Self.rememberedHosts { state.queues = state.queues.filter { !$0.value.isIdle } }
            guard isAnswer == false, (state.queues[host]?.silences ?? 0) >= Self.hopeless else { return [] }
            return state.queues[host]?.takeAll() ?? []
        }
        for waiter in abandoned { waiter.giveUp(.tooLate) }
        letThrough(host)
    }

    private func letThrough(_ host: Host) {
        state.withLock { state in
            guard var queue = state.queues.removeValue(forKey: host) else { return }
            while queue.running < (queue.silences == 0 ? host.limit : 1),
                let waiter = queue.urgent.take() ?? queue.regular.take()
            {
                if waiter.letThrough() { queue.running += 1 }
            }
            // One that is silent is remembered until it answers.
            if !queue.isIdle || queue.silences > 0 { state.queues[host] = queue }
        }
    }
}

/// A request that waits for its turn; it either gets it or gives up, whichever comes first.
private final class Waiter: Sendable {
    private let eventLoop: any EventLoop
    private let promise: EventLoopPromise<Void>
    private let isDone = Atomic(false)

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        promise = eventLoop.makePromise()
    }

    var itsTurn: EventLoopFuture<Void> { promise.futureResult }

    /// - Returns: false when it gave up before.
    func letThrough() -> Bool {
        guard !isDone.exchange(true, ordering: .relaxed) else { return false }
        // Not at once: requests that fail as they begin would let each other through, deeper and deeper.
        eventLoop.execute { self.promise.succeed() }
        return true
    }

    func giveUp(_ failure: AnnounceFailure) {
        guard !isDone.exchange(true, ordering: .relaxed) else { return }
        eventLoop.execute { self.promise.fail(failure) }
    }
}

/// First in, first out; taking costs nothing on average.
private struct WaitingLine {
    private var waiters: [Waiter] = []
    private var head = 0

    var count: Int { waiters.count - head }

    mutating func append(_ waiter: Waiter) { waiters.append(waiter) }

    mutating func take() -> Waiter? {
        guard head < waiters.count else { return nil }
        defer {
            head += 1
            if head * 2 > waiters.count {
                waiters.removeFirst(head)
                head = 0
            }
        }
        return waiters[head]
    }

    mutating func takeAll() -> [Waiter] {
        defer { (waiters, head) = ([], 0) }
        return Array(waiters[head...])
    }
}

extension Result {
    /// The other side said something, be it a refusal.
    fileprivate var isAnswer: Bool {
        switch self {
        case .success: true
        case .failure(let error): !((error as? AnnounceFailure)?.isSilence ?? false)
        }
    }
}
