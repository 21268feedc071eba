package import Metainfo
package import NIOCore
package import TrackerWire

/// What all torrents of a process share to reach their trackers: HTTP connections, UDP sockets, and the queues before them.
package final class TrackerTransport: AnnounceTransport {
    package let http: TrackerHTTPClient
    package let udp: UDPTracker
    private let queues = TrackerQueues()

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

    /// Announces that wait for their turn, over all trackers.
    package var waitingCount: Int { queues.waitingCount }

    package func announce(_ call: AnnounceCall, on eventLoop: any EventLoop) -> EventLoopFuture<AnnounceResponse> {
        let latest = call.timeout.map { NIODeadline.now() + $0 }
        let turn = TrackerQueues.Turn(
            host: TrackerQueues.Host(call.url), isUrgent: call.request.event == .stopped, latest: latest,
            isWanted: call.isWanted)
        return queues.run(turn, on: eventLoop) { [http, udp] in
            switch call.url.scheme {
            case .http, .https:
                let deadline = latest ?? .now() + Self.httpTimeout
                return HTTPTracker(client: http).announce(call, deadline: deadline, on: eventLoop)
            case .udp:
                let deadline = latest ?? .now() + Self.udpTimeout
                return udp.announce(call, deadline: deadline, on: eventLoop)
            }
        }
    }

    package func scrape(
        _ infoHash: InfoHash, at url: TrackerURL, on eventLoop: any EventLoop
    ) -> EventLoopFuture<ScrapeEntry?> {
        let turn = TrackerQueues.Turn(host: TrackerQueues.Host(url))
        return queues.run(turn, on: eventLoop) { [http, udp] in
            switch url.scheme {
            case .http, .https:
                HTTPTracker(client: http).scrape(infoHash, at: url, deadline: .now() + Self.httpTimeout, on: eventLoop)
            case .udp:
                udp.scrape(infoHash, at: url, deadline: .now() + Self.udpTimeout, on: eventLoop)
            }
        }
    }

    /// Closes everything; announces on their way fail.
    package func shutdown() async {
        queues.shutdown()
        async let httpClosed: Void = http.shutdown()
        async let udpClosed: Void = udp.shutdown()
        _ = await (httpClosed, udpClosed)
    }
}
