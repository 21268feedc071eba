import AsyncHTTPClient
package import NIOCore
import NIOHTTP1

/// Fetches tracker replies over HTTP and HTTPS; one for the whole process, so that connections are kept and shared.
///
/// Everything the other side decides is bounded: length and time of a reply, redirects, and where they lead. TLS
/// certificates are verified against the system's roots. Requests leave from the bound addresses or not at all.
package final class TrackerHTTPClient: Sendable {
    /// What a server must stay within.
    package struct Limits: Sendable {
        package var connectTimeout: TimeAmount = .seconds(10)
        /// The body of a reply; 2 MiB are 300,000 peers.
        package var replyBytes = 2 << 20
        package var redirects = 5
        /// Connections to one tracker, for all torrents together; further announces wait for their turn.
        package var connectionsPerHost = 8

        package init() {}
    }

    /// A whole reply that is no redirect.
    struct Reply: Sendable {
        let status: Int
        let reason: String
        let body: [UInt8]
        /// `Retry-After` in seconds; the form with a date is not read.
        let retryAfterSeconds: Int64?
    }

    private enum Family: CaseIterable { case v4, v6 }

    private let clients: [(family: Family?, client: HTTPClient)]
    private let userAgent: String
    private let limits: Limits

    /// - Parameter bindAddresses: numeric local addresses, at most one of each family is used; without any, or with
    ///   the wildcards of both families, the system chooses.
    package init(
        group: any EventLoopGroup, bindAddresses: [String] = [], userAgent: String, limits: Limits = Limits()
    ) {
        let v4 = bindAddresses.first { !$0.contains(":") }
        let v6 = bindAddresses.first { $0.contains(":") }
        let isUnbound = (v4 == nil && v6 == nil) || (v4 == "0.0.0.0" && v6 == "::")
        func client(_ address: String?) -> HTTPClient {
            HTTPClient(
                eventLoopGroupProvider: .shared(group), configuration: Self.configuration(limits, bindAddress: address))
        }
        if isUnbound {
            clients = [(nil, client(nil))]
        } else {
            clients = [v4.map { (.v4, client($0)) }, v6.map { (.v6, client($0)) }].compactMap(\.self)
        }
        self.userAgent = userAgent
        self.limits = limits
    }

    deinit {
        // The library traps in debug builds when it is let go of while open, and leaks in others. With a callback and not a
        // future: after an orderly shutdown the event loops that would complete one may be gone.
        for (_, client) in clients { client.shutdown { _ in } }
    }

    /// Closes all connections; requests on their way fail.
    package func shutdown() async {
        for (_, client) in clients { try? await client.shutdown() }
    }

    /// Fetches a URL, following redirects.
    ///
    /// - Parameter deadline: by then the whole reply must be there; on the real clock.
    func get(_ url: TrackerURL, deadline: NIODeadline, on eventLoop: any EventLoop) -> EventLoopFuture<Reply> {
        follow(url, redirectsLeft: limits.redirects, deadline: deadline, on: eventLoop)
    }

    private func follow(
        _ url: TrackerURL, redirectsLeft: Int, deadline: NIODeadline, on eventLoop: any EventLoop
    ) -> EventLoopFuture<Reply> {
        fetch(url, deadline: deadline, on: eventLoop).flatMap { response in
            let status = Int(response.status.code)
            guard [301, 302, 303, 307, 308].contains(status), let location = response.headers.first(name: "location")
            else { return eventLoop.makeSucceededFuture(Self.reply(response)) }
            guard redirectsLeft > 0 else {
                return eventLoop.makeFailedFuture(TrackerHTTPError.tooManyRedirects(self.limits.redirects))
            }
            do {
                let next = try url.redirected(to: location)
                return self.follow(next, redirectsLeft: redirectsLeft - 1, deadline: deadline, on: eventLoop)
            } catch {
                return eventLoop.makeFailedFuture(error)
            }
        }
    }

    /// Tries the local addresses that fit the host, in turn as long as no connection comes about.
    private func fetch(
        _ url: TrackerURL, deadline: NIODeadline, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPClient.Response> {
        let family: Family? = url.isIPv6Literal ? .v6 : url.isIPv4Literal ? .v4 : nil
        let usable = clients.filter { $0.family == nil || family == nil || $0.family == family }.map(\.client)
        guard let first = usable.first else {
            return eventLoop.makeFailedFuture(TrackerHTTPError.noLocalAddress(host: url.host))
        }
        return usable.dropFirst().reduce(send(url, through: first, deadline: deadline, on: eventLoop)) { tried, next in
            tried.flatMapError { error in
                guard TrackerHTTPError.isConnectFailure(error) else { return eventLoop.makeFailedFuture(error) }
                return self.send(url, through: next, deadline: deadline, on: eventLoop)
            }
        }
    }

    private func send(
        _ url: TrackerURL, through client: HTTPClient, deadline: NIODeadline, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPClient.Response> {
        attempt(url, through: client, deadline: deadline, on: eventLoop).flatMapError { error in
            // A kept connection may be closed by the server the moment we write to it. An announce may be repeated.
            guard TrackerHTTPError.isLostConnection(error) else { return eventLoop.makeFailedFuture(error) }
            return self.attempt(url, through: client, deadline: deadline, on: eventLoop)
        }
    }

    private func attempt(
        _ url: TrackerURL, through client: HTTPClient, deadline: NIODeadline, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPClient.Response> {
        do {
            let headers: HTTPHeaders = ["User-Agent": userAgent, "Accept": "*/*"]
            let request = try HTTPClient.Request(url: url.text, method: .GET, headers: headers)
            let reply = ResponseAccumulator(request: request, maxBodySize: limits.replyBytes)
            return client.execute(request: request, delegate: reply, deadline: deadline).futureResult.hop(to: eventLoop)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }

    private static func reply(_ response: HTTPClient.Response) -> Reply {
        Reply(
            status: Int(response.status.code), reason: response.status.reasonPhrase,
            body: response.body.map { Array($0.readableBytesView) } ?? [],
            retryAfterSeconds: response.headers.first(name: "retry-after").flatMap { Int64($0) })
    }

    private static func configuration(_ limits: Limits, bindAddress: String?) -> HTTPClient.Configuration {
        // Redirects are followed here and not by the library: each step is checked and a refusal says why.
        // Packed replies are not asked for, hence not unpacked: addresses do not shrink, and bombs stay shut.
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: limits.connectTimeout))
        configuration.localAddress = bindAddress
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limits.connectionsPerHost
        // The announcer decides when to try again, not the library.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }
}
