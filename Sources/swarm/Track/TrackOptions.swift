import ArgumentParser
import TrackerServer

/// Addresses, ports, certificate, user.
struct TrackListening: ParsableArguments {
    @Option(
        name: [.customShort("i"), .customLong("bind")],
        help: ArgumentHelp("Listen on this IP address; may be repeated.", valueName: "address"))
    var addresses: [String] = []

    @Option(
        name: [.customShort("p"), .long], help: "Port for TCP, and for UDP unless -P is given; 0 takes a free one.")
    var port: UInt16 = 6969

    @Option(name: [.customShort("P"), .customLong("udp-port")], help: "Another port for UDP.")
    var udpPort: UInt16?

    @Option(
        name: .customLong("tls-certificate"),
        help: ArgumentHelp("Certificate chain in PEM form, for HTTPS; SIGHUP reads it again.", valueName: "file"))
    var certificate: String?

    @Option(
        name: .customLong("tls-key"), help: ArgumentHelp("The certificate's key in PEM form.", valueName: "file"))
    var key: String?

    @Option(name: .customLong("tls-port"), help: ArgumentHelp("Port for HTTPS.", valueName: "port"))
    var tlsPort: UInt16 = 6970

    @Option(help: ArgumentHelp("Event loops; as many as cores without this.", valueName: "count"))
    var threads: Int?

    @Option(name: [.customShort("u"), .long], help: "Started as root: become this user once all ports are open.")
    var user: String?

    @Option(
        name: [.customShort("d"), .customLong("directory")],
        help: ArgumentHelp("Go to this folder first; other paths are seen from there.", valueName: "folder"))
    var folder: String?

    func validate() throws {
        guard threads.map({ (1...256).contains($0) }) ?? true else {
            throw ValidationError("--threads: wants 1 to 256")
        }
    }

    /// - Parameter isOpen: strangers could use it, so it stays at home unless told otherwise.
    func places(isOpen: Bool) -> [TrackerConfiguration.Address] {
        // BitTornado's --bind takes several in one.
        let given = addresses.flatMap { $0.split(separator: ",").map(String.init) }
        if !given.isEmpty { return given.map { TrackerConfiguration.Address(Self.withoutBrackets($0)) } }
        let (v4, v6) = isOpen ? ("127.0.0.1", "::1") : ("0.0.0.0", "::")
        return [.init(v4), .init(v6, isOptional: true)]
    }

    private static func withoutBrackets(_ address: String) -> String {
        address.hasPrefix("[") && address.hasSuffix("]") ? String(address.dropFirst().dropLast()) : address
    }

    func tls() throws -> TrackerConfiguration.TLSFiles? {
        switch (certificate, key) {
        case (let certificate?, let key?): return .init(certificate: certificate, key: key, port: tlsPort)
        case (nil, nil): return nil
        default: throw ValidationError("HTTPS wants both --tls-certificate and --tls-key")
        }
    }
}

/// Lists of torrents and of addresses.
struct TrackAccess: ParsableArguments {
    @Option(
        name: [.customShort("w"), .long, .customLong("allowed_list")],
        help: ArgumentHelp(
            "Track only these torrents: info-hashes of 40 hexadecimal digits, one in a line; # begins a comment.",
            valueName: "file"))
    var whitelist: String?

    @Option(
        name: [.customShort("b"), .long], help: ArgumentHelp("Never track these torrents.", valueName: "file"))
    var blacklist: String?

    @Option(
        name: [.customLong("torrents"), .customLong("allowed_dir")],
        help: ArgumentHelp(
            "Track the torrents whose .torrent files lie in this folder, and know their names; files that come and go "
                + "count at once.", valueName: "folder"))
    var folder: String?

    @Option(
        name: [.customLong("folder-interval"), .customLong("parse_dir_interval")],
        help: ArgumentHelp("Seconds between looks where the folder tells of no changes.", valueName: "seconds"))
    var folderInterval = 60

    @Option(
        name: [.customLong("allowed-ips"), .customLong("allowed_ips")],
        help: ArgumentHelp("Only these addresses may announce: address, address/bits or first-last.", valueName: "file")
    )
    var allowed: String?

    @Option(
        name: [.customLong("banned-ips"), .customLong("banned_ips")],
        help: ArgumentHelp("These addresses may not announce.", valueName: "file"))
    var banned: String?

    @Option(
        name: .customLong("trust"),
        help: ArgumentHelp(
            "Believe `ip=` from this address or network, besides this machine; may be repeated.", valueName: "network"),
        transform: HostRanges.init(argument:))
    var trusted: [HostRanges] = []

    @Option(
        name: .customLong("proxy"),
        help: ArgumentHelp(
            "A reverse proxy: believe its X-Forwarded-For and PROXY preface; may be repeated.", valueName: "network"),
        transform: HostRanges.init(argument:))
    var proxies: [HostRanges] = []

    @Option(
        name: .customLong("only_local_override_ip"),
        help: ArgumentHelp("Believe `ip=` from everybody (0), or from private addresses too (1, 2).", valueName: "0-2"))
    var localOverride: Int?

    var sources: AccessList.Sources {
        AccessList.Sources(whitelist: whitelist, blacklist: blacklist, folder: folder)
    }

    func apply(to configuration: inout TrackerConfiguration) {
        configuration.folderInterval = max(1, folderInterval)
        configuration.allowedAddresses = allowed
        configuration.bannedAddresses = banned
        for ranges in trusted { configuration.trusted.formUnion(ranges) }
        for ranges in proxies { configuration.proxies.formUnion(ranges) }
        switch localOverride {
        case 0: configuration.addressClaims = .everybody
        case nil: configuration.addressClaims = .trusted
        default: configuration.addressClaims = .local
        }
    }
}

/// How peers are told, kept and looked at.
struct TrackPeers: ParsableArguments {
    @Option(
        name: [.long, .customLong("reannounce_interval")],
        help: ArgumentHelp("Seconds between the announces of a peer.", valueName: "seconds"))
    var interval = 1800

    @Option(
        name: [.customLong("peer-timeout"), .customLong("timeout_downloaders_interval")],
        help: ArgumentHelp("Seconds after which a silent peer is forgotten.", valueName: "seconds"))
    var peerTimeout = 2700

    @Option(
        name: [.customLong("max-peers"), .customLong("response_size")],
        help: ArgumentHelp("Peers in a reply when the client does not say how many it wants.", valueName: "count"))
    var responseSize = 50

    @Option(
        name: [.customLong("nat-check"), .customLong("nat_check")],
        help: ArgumentHelp(
            "Call each new peer back up to so often, to know who can be reached; 0 calls nobody.", valueName: "count"))
    var natCheck = 0

    @Option(
        name: .customLong("announces-per-minute"),
        help: ArgumentHelp("Announces that one address may make in a minute.", valueName: "count"))
    var perMinute: Int?

    func check() throws {
        guard interval > 0, interval <= 86_400 else { throw ValidationError("--interval: wants 1 to 86400 seconds") }
        guard peerTimeout > 0, peerTimeout <= 604_800 else {
            throw ValidationError("--peer-timeout: wants 1 to 604800 seconds")
        }
        guard (1...200).contains(responseSize) else { throw ValidationError("--max-peers: wants 1 to 200") }
        guard (0...10).contains(natCheck) else { throw ValidationError("--nat-check: wants 0 to 10") }
        guard perMinute.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--announces-per-minute: wants 1 or more")
        }
    }

    func apply(to configuration: inout TrackerConfiguration) {
        configuration.interval = interval
        configuration.peerTimeout = peerTimeout
        configuration.defaultPeers = responseSize
        configuration.reachabilityAttempts = natCheck
        configuration.announcesPerMinute = perMinute
    }
}

/// Who may see what.
struct TrackPages: ParsableArguments {
    @Option(
        name: [.customLong("allow-get"), .customLong("allow_get")],
        help: ArgumentHelp("1: the folder's torrent files may be fetched at /file?info_hash=…", valueName: "0|1"))
    var allowGet = 0

    @Option(
        name: [.customLong("show-infopage"), .customLong("show_infopage")],
        help: ArgumentHelp("0: no page at /.", valueName: "0|1"))
    var showPage = 1

    @Option(
        name: [.customLong("show-names"), .customLong("show_names")],
        help: ArgumentHelp("0: the page shows no names.", valueName: "0|1"))
    var showNames = 1

    @Option(
        name: [.customShort("r"), .customLong("redirect"), .customLong("infopage_redirect")],
        help: ArgumentHelp("Lead browsers that ask for / to this address.", valueName: "url"))
    var redirect: String?

    @Option(
        name: [.customShort("A"), .customLong("admin")],
        help: ArgumentHelp(
            "Only this address or network may see /stats and /metrics and scrape everything; may be repeated.",
            valueName: "network"), transform: HostRanges.init(argument:))
    var admins: [HostRanges] = []

    @Option(
        name: [.customLong("scrape"), .customLong("scrape_allowed")],
        help: ArgumentHelp("What may be scraped: none, specific torrents, or full.", valueName: "none|specific|full"))
    var scrape = Scrape.full

    enum Scrape: String, ExpressibleByArgument, CaseIterable { case none, specific, full }

    func apply(to configuration: inout TrackerConfiguration) {
        configuration.servesTorrents = allowGet != 0
        configuration.page = showPage != 0 ? .everybody : .nobody
        configuration.showsNames = showNames != 0
        configuration.redirect = redirect
        if !admins.isEmpty {
            var all = HostRanges()
            for ranges in admins { all.formUnion(ranges) }
            configuration.statistics = .some(all)
            configuration.fullScrape = .some(all)
        }
        switch scrape {
        case .none: (configuration.scrape, configuration.fullScrape) = (.nobody, .nobody)
        case .specific: configuration.fullScrape = .nobody
        case .full: break
        }
    }
}

/// What is kept and written.
struct TrackFiles: ParsableArguments {
    @Option(
        name: [.customLong("state"), .customLong("dfile")],
        help: ArgumentHelp(
            "Keep peers and counts in this file over restarts, in bttrack's form.", valueName: "file"))
    var state: String?

    @Option(
        name: [.customLong("state-interval"), .customLong("save_dfile_interval")],
        help: ArgumentHelp("Seconds between two writes of the state.", valueName: "seconds"))
    var stateInterval = 300

    @Option(
        name: [.customLong("log"), .customLong("logfile")],
        help: ArgumentHelp("Write a line for each request to this file; - is standard output.", valueName: "file"))
    var log: String?

    @Option(
        name: .customLong("log-format"), help: ArgumentHelp("common, as web servers do, or json.", valueName: "form"))
    var logFormat = LogForm.common

    enum LogForm: String, ExpressibleByArgument, CaseIterable { case common, json }

    func validate() throws {
        guard stateInterval > 0 else { throw ValidationError("--state-interval: wants 1 or more seconds") }
    }

    func apply(to configuration: inout TrackerConfiguration) {
        configuration.stateFile = state
        configuration.stateInterval = stateInterval
        configuration.logFile = log
        configuration.logFormat = logFormat == .json ? .json : .common
    }
}

/// Other trackers.
struct TrackCluster: ParsableArguments {
    @Option(
        name: [.customShort("s"), .customLong("sync-port")],
        help: ArgumentHelp(
            "Share peers with the other trackers of this machine that have the same UDP port; with a key, of the network.",
            valueName: "port"))
    var port: UInt16?

    @Option(
        name: .customLong("sync-peer"),
        help: ArgumentHelp("Another tracker to share with, address:port; may be repeated.", valueName: "tracker"))
    var trackers: [String] = []

    @Option(
        name: .customLong("sync-key"),
        help: ArgumentHelp("A file with a secret that all these trackers have.", valueName: "file"))
    var keyFile: String?

    func configuration() throws -> ClusterConfiguration? {
        guard let port else {
            guard trackers.isEmpty, keyFile == nil else {
                throw ValidationError("--sync-peer and --sync-key want the UDP port of all trackers: -s PORT")
            }
            return nil
        }
        var configuration = ClusterConfiguration(port: port)
        configuration.peers = trackers
        if let keyFile {
            let key = try SecretFile.read(keyFile)
            guard key.count >= 16 else {
                throw ValidationError("--sync-key \(keyFile): \(key.count) bytes, wants 16 or more")
            }
            configuration.key = key
        }
        return configuration
    }
}

extension HostRanges {
    init(argument: String) throws {
        self.init()
        guard insert(argument) else {
            throw ValidationError("\"\(argument)\" is no IP address, address/bits or first-last")
        }
    }
}
