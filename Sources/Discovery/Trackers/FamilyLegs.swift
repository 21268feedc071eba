import NIOCore
import TrackerWire

/// Joins what a tracker says over IPv4 and over IPv6 to one event: BEP 7 wants both told, for it knows us by the address that it
/// sees.
///
/// The first answer goes to the caller at once, so that a family without a route holds nothing up; later ones follow by `more`.
/// Only `stopped` waits for all: behind it the sockets may close.
final class FamilyLegs {
    private let promise: EventLoopPromise<AnnounceResponse>
    private let more: @Sendable (AnnounceResponse) -> Void
    private let waitsForAll: Bool
    private var open: Int
    private var answer: AnnounceResponse?
    private var isAnswered = false
    private var failure: AnnounceFailure?

    /// - Parameter legs: the same announce by each family; at least one.
    static func join(
        _ legs: [EventLoopFuture<AnnounceResponse>], of call: AnnounceCall, on eventLoop: any EventLoop
    ) -> EventLoopFuture<AnnounceResponse> {
        if legs.count == 1 { return legs[0].hop(to: eventLoop) }
        let promise = eventLoop.makePromise(of: AnnounceResponse.self)
        let joined = NIOLoopBoundBox.makeBoxSendingValue(
            FamilyLegs(promise, count: legs.count, call), eventLoop: eventLoop)
        for leg in legs { leg.hop(to: eventLoop).whenComplete { joined.value.ended($0) } }
        return promise.futureResult
    }

    private init(_ promise: EventLoopPromise<AnnounceResponse>, count: Int, _ call: AnnounceCall) {
        self.promise = promise
        open = count
        more = call.more
        waitsForAll = call.request.event == .stopped
    }

    private func ended(_ result: Result<AnnounceResponse, any Error>) {
        open -= 1
        switch result {
        case .success(let response):
            if isAnswered { more(response) } else { answer = answer ?? response }
        case .failure(let error):
            let found = (error as? AnnounceFailure) ?? AnnounceFailure(String(describing: error))
            // A refusal says more than a missing route.
            if failure.map({ $0.isSilence && !found.isSilence }) ?? true { failure = found }
        }
        guard !isAnswered, open == 0 || (answer != nil && !waitsForAll) else { return }
        isAnswered = true
        if let answer { promise.succeed(answer) } else { promise.fail(failure ?? .givenUp) }
    }
}
