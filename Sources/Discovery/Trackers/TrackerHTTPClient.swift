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

    /// By which local addresses a request leaves.
    enum Route: CaseIterable, Sendable {
        /// The system chooses; where we are bound, whichever address fits.
        case any
        case v4, v6
    }

    /// One that is bound to nothing, or one for each family that we are bound to.
    private let clients: [(family: Route, client: HTTPClient)]
    /// One for each family, for trackers that are told over both.
    private let families: [(family: Route, client: HTTPClient)]
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
            clients = [(.any, client(nil))]
            families = [(.v4, client("0.0.0.0")), (.v6, client("::"))]
        } else {
            clients = [v4.map { (.v4, client($0)) }, v6.map { (.v6, client($0)) }].compactMap(\.self)
            families = clients
        }
        self.userAgent = userAgent
        self.limits = limits
    }

    deinit {
        // The library traps in debug builds when it is let go of while open, and leaks in others. With a callback and not a
        // future: after an orderly shutdown the event loops that would complete one may be gone.
        for client in all { client.shutdown { _ in } }
    }

    /// Closes all connections; requests on their way fail.
    package func shutdown() async {
        for client in all { try? await client.shutdown() }
    }

    private var all: [HTTPClient] { clients.map(\.client) + (clients[0].family == .any ? families.map(\.client) : []) }

    /// The ways to a host: one for each address family in which both sides have an address; never none.
    ///
    /// A name that cannot be looked up here has one: the failure comes when it is asked.
    func routes(to url: TrackerURL, on eventLoop: any EventLoop) -> EventLoopFuture<[Route]> {
        guard families.count > 1, !url.isIPv4Literal, !url.isIPv6Literal else {
            return eventLoop.makeSucceededFuture([.any])
        }
        return NameResolver.addresses(ofHost: url.host, port: url.port, on: eventLoop).map { addresses in
            Set(addresses.map(\.protocol)).count > 1 ? [.v4, .v6] : [.any]
        }.recover { _ in [.any] }
    }

    /// Fetches a URL, following redirects.
    ///
    /// - Parameter deadline: by then the whole reply must be there; on the real clock.
    func get(
        _ url: TrackerURL, by route: Route = .any, deadline: NIODeadline, on eventLoop: any EventLoop
    ) -> EventLoopFuture<Reply> {
        follow(url, by: route, redirectsLeft: limits.redirects, deadline: deadline, on: eventLoop)
    }

    private func follow(
        _ url: TrackerURL, by route: Route, redirectsLeft: Int, deadline: NIODeadline, on eventLoop: any EventLoop
    ) -> EventLoopFuture<Reply> {
        fetch(url, by: route, deadline: deadline, on: eventLoop).flatMap { response in
            let status = Int(response.status.code)
            guard [301, 302, 303, 307, 308].contains(status), let location = response.headers.first(name: "location")
            else { return eventLoop.makeSucceededFuture(Self.reply(response)) }
            guard redirectsLeft > 0 else {
                return eventLoop.makeFailedFuture(TrackerHTTPError.tooManyRedirects(self.limits.redirects))
            }
            do {
                let next = try url.redirected(to: location)
                return self.follow(
                    next, by: route, redirectsLeft: redirectsLeft - 1, deadline: deadline, on: eventLoop)
            } catch {
                return eventLoop.makeFailedFuture(error)
            }
        }
    }

    /// Tries the local addresses that fit the host, in turn as long as no connection comes about.
    private func fetch(
        _ url: TrackerURL, by route: Route, deadline: NIODeadline, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPClient.Response> {
        let literal: Route = url.isIPv6Literal ? .v6 : url.isIPv4Literal ? .v4 : .any
        let usable = (route == .any ? clients : families).filter { client in
            [route, literal].allSatisfy { $0 == .any || client.family == .any || $0 == client.family }
        }.map(\.client)
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
