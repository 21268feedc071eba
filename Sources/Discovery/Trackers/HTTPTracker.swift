import Bencode
import Metainfo
import NIOCore
import TrackerWire

/// Announces and scrapes over HTTP: the query, the reply, and what a refusal says about the next try. BEP 3, 7, 23, 31, 48.
struct HTTPTracker: Sendable {
    let client: TrackerHTTPClient

    /// Announces over each address family in which both sides have an address. BEP 7.
    ///
    /// - Returns: fails with `AnnounceFailure` only.
    func announce(
        _ call: AnnounceCall, deadline: NIODeadline, on eventLoop: any EventLoop
    ) -> EventLoopFuture<AnnounceResponse> {
        let query: TrackerURL
        do {
            query = try TrackerURL(HTTPTrackerCoding.query(for: call.request, url: call.url.text))
        } catch {
            return eventLoop.makeFailedFuture(AnnounceFailure(String(describing: error)))
        }
        return client.routes(to: query, on: eventLoop).flatMap { routes in
            let legs = routes.map { route in
                client.get(query, by: route, deadline: deadline, on: eventLoop)
                    .flatMapThrowing { reply in try Self.response(to: reply) }
                    .flatMapErrorThrowing { throw Self.failure($0) }
            }
            return FamilyLegs.join(legs, of: call, on: eventLoop)
        }
    }

    /// Asks for the counts of a torrent. BEP 48.
    ///
    /// - Returns: nil when the tracker does not know it; fails with `AnnounceFailure` only.
    func scrape(
        _ infoHash: InfoHash, at url: TrackerURL, deadline: NIODeadline, on eventLoop: any EventLoop
    ) -> EventLoopFuture<ScrapeEntry?> {
        let query: TrackerURL
        do {
            guard let scrapeURL = HTTPTrackerCoding.scrapeURL(fromAnnounce: url.text) else {
                throw AnnounceFailure("the tracker's address has no scrape address that belongs to it")
            }
            query = try TrackerURL(scrape: HTTPTrackerCoding.scrapeQuery(for: [infoHash], url: scrapeURL))
        } catch {
            return eventLoop.makeFailedFuture(Self.failure(error))
        }
        return client.get(query, by: .any, deadline: deadline, on: eventLoop)
            .flatMapThrowing { reply in
                let response = try HTTPTrackerCoding.decodeScrape(reply.body)
                guard reply.status == 200 else { throw TrackerHTTPError.status(reply.status, reason: "") }
                return response.entries[infoHash]
            }
            .flatMapErrorThrowing { throw Self.failure($0) }
    }

    private static func failure(_ error: any Error) -> AnnounceFailure {
        switch error {
        case let failure as AnnounceFailure: failure
        case let failure as TrackerFailure: AnnounceFailure(failure.description)
        default: AnnounceFailure(TrackerHTTPError.sentence(for: error), isSilence: TrackerHTTPError.isSilence(error))
        }
    }

    private static func response(to reply: TrackerHTTPClient.Reply) throws(AnnounceFailure) -> AnnounceResponse {
        let failure: TrackerFailure
        do {
            let response = try HTTPTrackerCoding.decodeAnnounce(reply.body)
            if reply.status == 200 { return response }
            failure = .malformed("")
        } catch {
            failure = error
        }
        // Some trackers put their reason into the body of a 4xx: it says more than the number.
        if case .refused = failure {
            throw AnnounceFailure(failure.description, advice: retryAdvice(reply.body))
        }
        if reply.status == 200 { throw AnnounceFailure(failure.description) }
        let advice = reply.retryAfterSeconds.map { RetryAdvice.after(.seconds(max(0, min($0, 1 << 24)))) }
        throw AnnounceFailure(
            TrackerHTTPError.status(reply.status, reason: TrackerFailure.cleaned(reply.reason.utf8)).description,
            advice: advice ?? .backOff)
    }

    /// BEP 31: `retry in` counts minutes, or says "never".
    private static func retryAdvice(_ body: [UInt8]) -> RetryAdvice {
        guard let node = (try? BencodeDecoder().decode(body))?["retry in"] else { return .backOff }
        if node.text == "never" { return .never }
        let minutes = node.integer ?? node.text.flatMap { Int64($0) }
        return minutes.map { .after(.minutes(max(0, min($0, 1 << 24)))) } ?? .backOff
    }
}
