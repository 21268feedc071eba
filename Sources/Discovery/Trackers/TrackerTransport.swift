package import NIOCore
package import TrackerWire

/// Carries announces to trackers. `TrackerTransport` does it over the network, tests do it without.
package protocol AnnounceTransport: Sendable {
    /// Sends one announce.
    ///
    /// - Parameters:
    ///   - timeout: the caller's patience; nil for what is usual with the scheme.
    ///   - eventLoop: where the future is completed.
    /// - Returns: fails with `AnnounceFailure` only, and within bounded time.
    func announce(
        _ request: AnnounceRequest, to url: TrackerURL, timeout: TimeAmount?, on eventLoop: any EventLoop
    ) -> EventLoopFuture<AnnounceResponse>
}

/// What all torrents of a process share to reach their trackers: HTTP connections and UDP sockets.
package final class TrackerTransport: AnnounceTransport {
    package let http: TrackerHTTPClient
    package let udp: UDPTracker

    /// From the request to the last byte of the reply, redirects included.
    package static let httpTimeout = TimeAmount.seconds(30)
    /// Two transmissions: 15 and 30 seconds. BEP 15.
    package static let udpTimeout = TimeAmount.seconds(45)

    /// - Parameter bindAddresses: numeric local addresses, at most one of each family is used; a tracker that none of
    ///   them can reach is not asked. Empty: the system chooses.
    package init(
        group: any EventLoopGroup, bindAddresses: [String] = [], userAgent: String,
        limits: TrackerHTTPClient.Limits = TrackerHTTPClient.Limits()
    ) {
        http = TrackerHTTPClient(group: group, bindAddresses: bindAddresses, userAgent: userAgent, limits: limits)
        udp = UDPTracker(eventLoop: group.next(), bindAddresses: bindAddresses)
    }

    package func announce(
        _ request: AnnounceRequest, to url: TrackerURL, timeout: TimeAmount?, on eventLoop: any EventLoop
    ) -> EventLoopFuture<AnnounceResponse> {
        switch url.scheme {
        case .http, .https:
            let deadline = NIODeadline.now() + (timeout ?? Self.httpTimeout)
            return HTTPTracker(client: http).announce(request, to: url, deadline: deadline, on: eventLoop)
        case .udp:
            let deadline = NIODeadline.now() + (timeout ?? Self.udpTimeout)
            return udp.announce(request, to: url, deadline: deadline, on: eventLoop)
        }
    }

    /// Closes everything; announces on their way fail.
    package func shutdown() async {
        async let httpClosed: Void = http.shutdown()
        async let udpClosed: Void = udp.shutdown()
        _ = await (httpClosed, udpClosed)
    }
}
