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
    /// Seconds between looks at a folder of torrents that tells of no changes.
    package var folderInterval = 60
    /// Files of addresses that alone may announce, and that may not.
    package var allowedAddresses: String?
    package var bannedAddresses: String?
    /// Whose `ip=` is believed.
    package var trusted = HostRanges.loopback
    package var addressClaims = AddressClaims.trusted
    /// Reverse proxies: what they say about the client's address is believed.
    package var proxies = HostRanges()
    /// Announces that one address may make in a minute; nil is no limit.
    package var announcesPerMinute: Int?
    /// How often a new peer is called back before it counts as unreachable; 0: never called.
    package var reachabilityAttempts = 0
    /// Who may ask for everything: the statistics, and a scrape of all torrents.
    package var statistics = Audience.everybody
    package var fullScrape = Audience.everybody
    package var scrape = Audience.everybody
    /// The page at `/` and those below it.
    package var page = Audience.everybody
    /// The torrent files of the folder may be fetched.
    package var servesTorrents = false
    /// Names of torrents are shown on the page.
    package var showsNames = true
    /// Where `/` leads instead of to the page.
    package var redirect: String?
    /// Peers and counts are kept here over restarts.
    package var stateFile: String?
    /// Seconds between two writes of the state file.
    package var stateInterval = 300
    /// Requests are written there; `-` is standard output.
    package var logFile: String?
    package var logFormat = LogFormat.common
    package var tls: TLSFiles?
    package var cluster: ClusterConfiguration?
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

    /// When `ip=` is believed; everybody could otherwise send strangers' peers to a victim.
    package enum AddressClaims: Sendable, Equatable {
        /// From trusted addresses only.
        case trusted
        /// From private addresses too: peers in the tracker's own network that know their public one.
        case local
        case everybody
    }

    /// Who gets an answer.
    package enum Audience: Sendable, Equatable {
        case nobody
        case some(HostRanges)
        case everybody

        func contains(_ host: PeerHost) -> Bool {
            switch self {
            case .nobody: false
            case .some(let ranges): ranges.contains(host)
            case .everybody: true
            }
        }
    }

    package enum LogFormat: String, Sendable {
        /// The common log form of web servers.
        case common
        /// One JSON object in a line.
        case json
    }

    /// A certificate chain and its key in PEM form, and the port for HTTPS.
    package struct TLSFiles: Sendable, Equatable {
        package var certificate: String
        package var key: String
        package var port: UInt16

        package init(certificate: String, key: String, port: UInt16) {
            self.certificate = certificate
            self.key = key
            self.port = port
        }
    }

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
