package import Logging

/// What a tracker is started with.
package struct TrackerConfiguration: Sendable {
    /// Where to listen, for TCP and UDP both.
    package struct Address: Sendable, Hashable {
        /// An IPv4 or IPv6 address in text, without brackets.
        package var host: String
        /// A machine without the address goes without it, instead of an error.
        package var isOptional: Bool

        package init(_ host: String, isOptional: Bool = false) {
            self.host = host
            self.isOptional = isOptional
        }
    }

    package var addresses: [Address]
    /// 0 takes any free port, the same for all addresses.
    package var port: UInt16
    /// nil takes the same port as TCP.
    package var udpPort: UInt16?
    /// Which torrents are tracked.
    package var access = AccessList.open
    /// Seconds between a peer's announces, as peers are told; each is told up to a tenth more, so that they spread.
    package var interval = 1800
    /// Seconds of silence after which a peer is forgotten; at least one and a half intervals.
    package var peerTimeout = 2700
    /// Peers in a reply when none are asked for.
    package var defaultPeers = 50
    /// Peers in a reply at most.
    package var maximumPeersPerReply = 200
    /// Peers in all torrents together; a flood is refused beyond.
    package var maximumPeers = 20_000_000
    /// Event loops, each with sockets of its own.
    package var threads = 1
    /// TCP connections of one loop; beyond, those that have waited longest are closed.
    package var maximumConnectionsPerLoop = 8192
    /// Seconds for a request to come in whole.
    package var requestTimeout: UInt32 = 15
    /// Seconds between two requests on one connection.
    package var idleTimeout: UInt32 = 60
    package var logger = Logger(label: "swarm.tracker")
    package var clock = TrackerClock.monotonic

    /// - Parameter addresses: IP addresses in text.
    package init(addresses: [Address], port: UInt16 = 6969) {
        self.addresses = addresses
        self.port = port
    }

    /// A tracker for tests: every torrent, on 127.0.0.1 and, where there is one, ::1, on any free port.
    package static var loopback: TrackerConfiguration {
        TrackerConfiguration(addresses: [Address("127.0.0.1"), Address("::1", isOptional: true)], port: 0)
    }
}
