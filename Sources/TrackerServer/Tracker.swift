import Logging
import NIOCore
import NIOPosix

/// A tracker at work: sockets, event loops and the swarms. BEP 3, 7, 15, 23, 48.
///
/// For tests: `let tracker = try await Tracker.start(.loopback)`, then `tracker.announceURL`, then
/// `await tracker.shutdown()`.
package final class Tracker: Sendable {
    /// A socket that takes announces.
    package struct Endpoint: Sendable, Hashable {
        package let kind: SocketKind
        /// An IP address in text, without brackets.
        package let host: String
        package let port: UInt16

        package init(kind: SocketKind, host: String, port: UInt16) {
            self.kind = kind
            self.host = host
            self.port = port
        }

        /// Only this machine reaches it.
        package var isLoopback: Bool { host.hasPrefix("127.") || host == "::1" }

        /// Where clients announce, `http://…/announce` or `udp://…/announce`.
        package var announceURL: String {
            let host = host.contains(":") ? "[\(host)]" : host
            return "\(kind == .stream ? "http" : "udp")://\(host):\(port)/announce"
        }
    }

    /// All sockets, with the ports that were really bound; TCP before UDP for each address.
    package let endpoints: [Endpoint]
    package let table: SwarmTable
    package let access: AccessList

    private let running: TrackerStart.Running
    private let logger: Logger

    private init(
        endpoints: [Endpoint], table: SwarmTable, access: AccessList, running: TrackerStart.Running, logger: Logger
    ) {
        self.endpoints = endpoints
        self.table = table
        self.access = access
        self.running = running
        self.logger = logger
    }

    /// The first HTTP announce URL; with `Configuration.loopback` that of 127.0.0.1.
    package var announceURL: String { endpoints.first { $0.kind == .stream }?.announceURL ?? "" }

    /// The first UDP announce URL.
    package var udpAnnounceURL: String { endpoints.first { $0.kind == .datagram }?.announceURL ?? "" }

    /// Binds all sockets and begins to answer.
    ///
    /// - Parameter pages: answers what is neither announce nor scrape.
    package static func start(
        _ configuration: TrackerConfiguration,
        pages: @escaping @Sendable (PageRequest) -> PageReply = PageReply.plain
    ) async throws(TrackerError) -> Tracker {
        let places = try PortPlan.bind(configuration)
        let table = SwarmTable(
            peerTimeout: max(configuration.peerTimeout, configuration.interval * 3 / 2),
            maximumPeers: configuration.maximumPeers)
        let desk = AnnounceDesk(
            table: table, access: configuration.access, interval: configuration.interval,
            defaultPeers: configuration.defaultPeers, maximumPeers: configuration.maximumPeersPerReply)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.threads))
        let start = TrackerStart(group: group, desk: desk, configuration: configuration, pages: pages)
        do {
            let running = try await start.open(places)
            Sweeper.start(table, clock: configuration.clock, on: group.next())
            return Tracker(
                endpoints: places.flatMap(\.endpoints), table: table, access: configuration.access, running: running,
                logger: configuration.logger)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Reads the list of torrents again and forgets the swarms of those that went; blocks meanwhile.
    ///
    /// All or nothing: after an error everything goes on as before.
    package func reload() throws(TrackerError) {
        try access.reload()
        table.removeTorrents { !access.allows($0) }
        logger.info("list of torrents read again", metadata: ["torrents": "\(access.count ?? 0)"])
    }

    /// Closes all sockets and ends the threads.
    package func shutdown() async {
        await running.shutdown()
    }
}
