import Metainfo
package import NIOCore
import TrackerWire

/// Announces and scrapes over UDP; one for the whole process, with one socket for each address family. BEP 15.
///
/// The sockets are opened when the first tracker of their family is asked. All state lives on one event loop.
package final class UDPTracker: Sendable {
    private struct Running: Sendable {
        var exchange: UDPExchange
        let promise: EventLoopPromise<UDPExchange.Answer>
        /// The caller's patience, whatever BEP 15's times say.
        let latest: NIODeadline
        var timer: Scheduled<Void>?
    }

    private struct State: Sendable {
        var running: [UInt32: Running] = [:]
        var connections: [SocketAddress: UDPExchange.Connection] = [:]
        var isShutDown = false
    }

    private let eventLoop: any EventLoop
    private let sockets: UDPTrackerSockets
    private let state: NIOLoopBoundBox<State>

    /// Connection ids kept at most; more trackers than this in a minute just connect again.
    private static let connectionLimit = 1024

    /// - Parameter bindAddresses: as for `TrackerHTTPClient`.
    package init(eventLoop: any EventLoop, bindAddresses: [String] = []) {
        self.eventLoop = eventLoop
        sockets = UDPTrackerSockets(eventLoop: eventLoop, bindAddresses: bindAddresses)
        state = .makeBoxSendingValue(State(), eventLoop: eventLoop)
    }

    /// Closes the sockets; announces on their way fail.
    package func shutdown() async {
        let closed = eventLoop.flatSubmit {
            self.state.value.isShutDown = true
            for id in Array(self.state.value.running.keys) {
                self.finish(id, .failure(.givenUp))
            }
            return self.sockets.close()
        }
        try? await closed.get()
    }

    /// The port that datagrams of a family leave from, once its socket is open.
    func localPort(isIPv6: Bool) async -> Int? {
        try? await eventLoop.flatSubmit { self.sockets.localPort(isIPv6 ? .inet6 : .inet) }.get()
    }

    /// Announces over each address family in which the tracker can be reached. BEP 7.
    ///
    /// - Returns: fails with `AnnounceFailure` only.
    func announce(
        _ call: AnnounceCall, deadline latest: NIODeadline, on caller: any EventLoop
    ) -> EventLoopFuture<AnnounceResponse> {
        let question = UDPExchange.Question.announce(call.request, path: call.url.target)
        return addresses(of: call.url, deadline: latest).hop(to: caller).flatMap { addresses in
            let families = [false, true].map { isIPv6 in addresses.filter { ($0.protocol == .inet6) == isIPv6 } }
            let legs = families.filter { !$0.isEmpty }.map { addresses in
                self.ask(question, addresses, latest: latest).flatMapThrowing { answer in
                    guard case .announced(let response) = answer else { throw AnnounceFailure.givenUp }
                    return response
                }
            }
            return FamilyLegs.join(legs, of: call, on: caller)
        }
    }

    /// Asks for the counts of a torrent.
    ///
    /// - Returns: nil when the tracker does not tell; fails with `AnnounceFailure` only.
    func scrape(
        _ infoHash: InfoHash, at url: TrackerURL, deadline latest: NIODeadline, on caller: any EventLoop
    ) -> EventLoopFuture<ScrapeEntry?> {
        addresses(of: url, deadline: latest).flatMap { addresses in
            self.ask(.scrape([infoHash]), addresses, latest: latest).map { answer in
                if case .scraped(let entries) = answer { entries.first } else { nil }
            }
        }.hop(to: caller)
    }

    /// Those that a local address can reach; at least one.
    private func addresses(of url: TrackerURL, deadline latest: NIODeadline) -> EventLoopFuture<[SocketAddress]> {
        let found = NameResolver.addresses(ofHost: url.host, port: url.port, on: eventLoop)
        let promise = eventLoop.makePromise(of: [SocketAddress].self)
        // The look-up itself may hang for longer than the caller wants to wait.
        let patience = eventLoop.scheduleTask(deadline: latest) { promise.fail(AnnounceFailure.tooLate) }
        found.whenComplete { result in
            patience.cancel()
            switch result {
            case .success(let addresses):
                let usable = addresses.filter { self.sockets.canReach($0) }
                if usable.isEmpty {
                    promise.fail(AnnounceFailure("no bound local address can reach the tracker"))
                } else {
                    promise.succeed(usable)
                }
            case .failure(let error): promise.fail(AnnounceFailure(String(describing: error), isSilence: true))
            }
        }
        return promise.futureResult
    }

    private func ask(
        _ question: UDPExchange.Question, _ addresses: [SocketAddress], latest: NIODeadline
    ) -> EventLoopFuture<UDPExchange.Answer> {
        let promise = eventLoop.makePromise(of: UDPExchange.Answer.self)
        if eventLoop.inEventLoop {
            begin(question, to: addresses, latest: latest, promise: promise)
        } else {
            eventLoop.execute { self.begin(question, to: addresses, latest: latest, promise: promise) }
        }
        return promise.futureResult
    }

    private func begin(
        _ question: UDPExchange.Question, to addresses: [SocketAddress], latest: NIODeadline,
        promise: EventLoopPromise<UDPExchange.Answer>
    ) {
        guard !state.value.isShutDown else { return promise.fail(AnnounceFailure.givenUp) }
        guard latest > eventLoop.now else { return promise.fail(AnnounceFailure.tooLate) }
        let id = unusedTransactionID()
        var exchange = UDPExchange(question, addresses: addresses, transactionID: id, now: eventLoop.now)
        let step = exchange.begin(known: { state.value.connections[$0] }, now: eventLoop.now)
        state.value.running[id] = Running(exchange: exchange, promise: promise, latest: latest)
        perform(step, of: id)
    }

    private func received(_ datagram: ByteBuffer, from source: SocketAddress) {
        guard let id = datagram.getInteger(at: datagram.readerIndex + 4, as: UInt32.self),
            var running = state.value.running[id],
            // Broken datagrams may be anybody's: ignored, the real answer may still come.
            let reply = try? UDPTrackerCoding.decodeReply(
                Array(datagram.readableBytesView), isIPv6: source.protocol == .inet6)
        else { return }
        let step = running.exchange.received(
            reply, from: source, newTransactionID: unusedTransactionID(), now: eventLoop.now)
        if let learned = running.exchange.learned { remember(learned.connection, of: learned.address) }
        if running.exchange.transactionID != id { state.value.running[id] = nil }
        state.value.running[running.exchange.transactionID] = running
        perform(step, of: running.exchange.transactionID)
    }

    private func timedOut(_ id: UInt32) {
        guard var running = state.value.running[id] else { return }
        guard eventLoop.now < running.latest else {
            return finish(id, .failure(.tooLate))
        }
        let step = running.exchange.timedOut(now: eventLoop.now)
        state.value.running[id] = running
        perform(step, of: id)
    }

    private func unsendable(_ id: UInt32, to address: SocketAddress, _ error: any Error) {
        guard var running = state.value.running[id] else { return }
        let step = running.exchange.unsendable(
            to: address, cause: TrackerHTTPError.sentence(for: error), now: eventLoop.now)
        state.value.running[id] = running
        perform(step, of: id)
    }

    private func perform(_ step: UDPExchange.Step, of id: UInt32) {
        switch step {
        case .nothing: return
        case .finish(let result): return finish(id, result)
        case .send(let datagram, let address):
            sockets.send(datagram, to: address) { self.received($0, from: $1) }
                .whenFailure { self.unsendable(id, to: address, $0) }
        }
        guard let running = state.value.running[id] else { return }
        running.timer?.cancel()
        state.value.running[id]?.timer = eventLoop.scheduleTask(
            deadline: min(running.exchange.deadline, running.latest)
        ) { self.timedOut(id) }
    }

    private func finish(_ id: UInt32, _ result: Result<UDPExchange.Answer, AnnounceFailure>) {
        guard let running = state.value.running.removeValue(forKey: id) else { return }
        running.timer?.cancel()
        running.promise.completeWith(result.mapError { $0 })
    }

    private func remember(_ connection: UDPExchange.Connection, of address: SocketAddress) {
        if state.value.connections.count >= Self.connectionLimit { state.value.connections = [:] }
        state.value.connections[address] = connection
    }

    /// Hard to guess, so that nobody off the path can answer for the tracker.
    private func unusedTransactionID() -> UInt32 {
        while true {
            let id = UInt32.random(in: .min ... .max)
            if state.value.running[id] == nil { return id }
        }
    }
}
