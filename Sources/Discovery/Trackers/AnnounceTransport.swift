package import Metainfo
package import NIOCore
package import TrackerWire

/// One announce on its way out.
package struct AnnounceCall: Sendable {
    package var request: AnnounceRequest
    package var url: TrackerURL
    /// The caller's patience from now on; nil for what is usual with the scheme, from the moment it is sent.
    package var timeout: TimeAmount?
    /// Asked on the caller's loop when its turn comes: false drops it, for instance because the torrent was stopped while it waited.
    package var isWanted: @Sendable () -> Bool
    /// Gets the answers that come by another address family after the first one, on the caller's loop. BEP 7.
    package var more: @Sendable (AnnounceResponse) -> Void

    package init(
        _ request: AnnounceRequest, to url: TrackerURL, timeout: TimeAmount? = nil,
        isWanted: @escaping @Sendable () -> Bool = { true },
        more: @escaping @Sendable (AnnounceResponse) -> Void = { _ in }
    ) {
        self.request = request
        self.url = url
        self.timeout = timeout
        self.isWanted = isWanted
        self.more = more
    }
}

/// Carries announces and scrapes to trackers. `TrackerTransport` does it over the network, tests do it without.
package protocol AnnounceTransport: Sendable {
    /// Sends one announce.
    ///
    /// - Parameter eventLoop: where the future is completed.
    /// - Returns: the first answer of any address family; fails with `AnnounceFailure` only, and within bounded time once it is
    ///   its turn.
    func announce(_ call: AnnounceCall, on eventLoop: any EventLoop) -> EventLoopFuture<AnnounceResponse>

    /// Asks for the counts of one torrent. BEP 48, BEP 15.
    ///
    /// - Returns: nil when the tracker does not know it; fails as `announce`.
    func scrape(
        _ infoHash: InfoHash, at url: TrackerURL, on eventLoop: any EventLoop
    ) -> EventLoopFuture<ScrapeEntry?>
}

/// Why an announce came to nothing, for the user's eyes and for the announcer's plans.
package struct AnnounceFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// A cleaned sentence of bounded length.
    package let description: String
    package let advice: RetryAdvice
    /// Nobody answered at all: no name, no connection, no reply in time.
    package let isSilence: Bool

    package init(_ sentence: String, advice: RetryAdvice = .backOff, isSilence: Bool = false) {
        description = TrackerFailure.cleaned(sentence.utf8)
        self.advice = advice
        self.isSilence = isSilence
    }

    static let tooLate = AnnounceFailure("the tracker did not answer in time", isSilence: true)
    static let givenUp = AnnounceFailure("the announce was given up")
}
