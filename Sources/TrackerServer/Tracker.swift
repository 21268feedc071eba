import Logging
import NIOCore
import NIOPosix

/// A tracker at work: sockets, event loops and the swarms. BEP 3, 7, 15, 21, 23, 24, 48.
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
        /// HTTPS.
        package let isSecure: Bool

        package init(kind: SocketKind, host: String, port: UInt16, isSecure: Bool = false) {
            self.kind = kind
            self.host = host
            self.port = port
            self.isSecure = isSecure
        }

        /// Only this machine reaches it.
        package var isLoopback: Bool { host.hasPrefix("127.") || host == "::1" }

        /// Where clients announce, `http://…/announce` or `udp://…/announce`.
        package var announceURL: String {
            let host = host.contains(":") ? "[\(host)]" : host
            return "\(kind == .stream ? isSecure ? "https" : "http" : "udp")://\(host):\(port)/announce"
        }
    }

    /// All sockets, with the ports that were really bound; TCP before UDP for each address, HTTPS last.
    package let endpoints: [Endpoint]
    package let table: SwarmTable
    package let access: AccessList

    private let parts: TrackerParts
    private let running: TrackerStart.Running
    private let logger: Logger

    private init(
        endpoints: [Endpoint], table: SwarmTable, access: AccessList, parts: TrackerParts,
        running: TrackerStart.Running, logger: Logger
    ) {
        self.endpoints = endpoints
        self.table = table
        self.access = access
        self.parts = parts
        self.running = running
        self.logger = logger
    }

    /// The first HTTP announce URL; with `Configuration.loopback` that of 127.0.0.1.
    package var announceURL: String { endpoints.first { $0.kind == .stream }?.announceURL ?? "" }

    /// The first UDP announce URL.
    package var udpAnnounceURL: String { endpoints.first { $0.kind == .datagram }?.announceURL ?? "" }

    /// What was asked so far.
    package var figures: TrackerFigures { parts.board.figures }

    /// Binds all sockets and begins to answer.
    ///
    /// - Parameter pages: answers what is neither announce nor scrape; nil is the tracker's own pages.
    package static func start(
        _ configuration: TrackerConfiguration, pages: PageServer? = nil
    ) async throws(TrackerError) -> Tracker {
        let parts = try TrackerParts(configuration)
        let places = try PortPlan.bind(configuration)
        do throws(TrackerError) {
            try parts.restore()
        } catch {
            for place in places { place.close() }
            throw error
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.threads))
        do throws(TrackerError) {
            let pages = pages ?? parts.pages(port: places.first?.stream.port ?? 0)
            let desk = parts.desk(group: group)
            let start = TrackerStart(group: group, desk: desk, configuration: configuration, pages: pages, parts: parts)
            let running = try await start.open(places)
            do throws(TrackerError) {
                try await parts.begin(group: group, hosts: places.map(\.host))
            } catch {
                await running.shutdown()
                throw error
            }
            return Tracker(
                endpoints: places.flatMap(\.endpoints) + running.secureEndpoints, table: parts.table,
                access: configuration.access, parts: parts, running: running, logger: configuration.logger)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Reads all lists, addresses and certificates again, forgets the swarms of torrents that went, and goes on in a new
    /// log file; blocks meanwhile.
    ///
    /// All or nothing: after an error everything goes on as before.
    package func reload() throws(TrackerError) {
        try parts.reload()
        logger.info("lists read again", metadata: ["torrents": "\(access.count ?? 0)"])
    }

    /// Writes the state file now, if there is one.
    package func save() throws(TrackerError) { try parts.save() }

    /// Closes all sockets, writes the state and ends the threads.
    package func shutdown() async {
        await parts.end()
        await running.shutdown()
        await parts.endPages()
    }
}
