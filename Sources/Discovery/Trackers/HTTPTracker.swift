import Bencode
import NIOCore
import TrackerWire

/// One announce over HTTP: the query, the reply, and what a refusal says about the next try. BEP 3, 7, 23, 31.
struct HTTPTracker: Sendable {
    let client: TrackerHTTPClient

    /// - Returns: fails with `AnnounceFailure` only.
    func announce(
        _ request: AnnounceRequest, to url: TrackerURL, deadline: NIODeadline, on eventLoop: any EventLoop
    ) -> EventLoopFuture<AnnounceResponse> {
        let query: TrackerURL
        do {
            query = try TrackerURL(HTTPTrackerCoding.query(for: request, url: url.text))
        } catch {
            return eventLoop.makeFailedFuture(AnnounceFailure(String(describing: error)))
        }
        return client.get(query, deadline: deadline, on: eventLoop)
            .flatMapThrowing { reply in try Self.response(to: reply) }
            .flatMapErrorThrowing { error in
                throw (error as? AnnounceFailure) ?? AnnounceFailure(TrackerHTTPError.sentence(for: error))
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

/// Why an announce came to nothing, for the user's eyes and for the announcer's plans.
package struct AnnounceFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// A cleaned sentence of bounded length.
    package let description: String
    package let advice: RetryAdvice

    package init(_ sentence: String, advice: RetryAdvice = .backOff) {
        description = TrackerFailure.cleaned(sentence.utf8)
        self.advice = advice
    }
}
