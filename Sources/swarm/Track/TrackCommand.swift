import ArgumentParser
import Glibc
import TrackerServer

/// `swarm track`: runs a tracker until it is told to end.
struct TrackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "track",
        abstract: "Run a tracker, over HTTP and UDP.",
        discussion: """
            Without -w every torrent is tracked, and without -i the tracker then listens on this machine's loopback \
            addresses only. With -w it tracks the listed torrents, and without -i listens on every address.

            SIGHUP reads the list again; SIGINT and SIGTERM end the tracker.
            """)

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
        name: [.customShort("w"), .long, .customLong("allowed_list")],
        help: ArgumentHelp(
            "Track only these torrents: info-hashes of 40 hexadecimal digits, one in a line; # begins a comment.",
            valueName: "file"))
    var whitelist: String?

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

    @Option(help: ArgumentHelp("Event loops; as many as cores without this.", valueName: "count"))
    var threads: Int?

    func validate() throws {
        guard interval > 0, interval <= 86_400 else { throw ValidationError("--interval: wants 1 to 86400 seconds") }
        guard peerTimeout > 0, peerTimeout <= 604_800 else {
            throw ValidationError("--peer-timeout: wants 1 to 604800 seconds")
        }
        guard (1...200).contains(responseSize) else { throw ValidationError("--max-peers: wants 1 to 200") }
        guard threads.map({ (1...256).contains($0) }) ?? true else {
            throw ValidationError("--threads: wants 1 to 256")
        }
    }

    func run() async throws {
        let signals = SignalStream([SIGHUP, SIGINT, SIGTERM])
        DescriptorLimit.raise()
        let tracker: Tracker
        do throws(TrackerError) {
            tracker = try await Tracker.start(trackerConfiguration())
        } catch {
            throw ExitStatus.end(Self.status(of: error), "\(error)")
        }
        announceStart(tracker)
        for await signal in signals {
            guard signal == SIGHUP else { break }
            reload(tracker)
        }
        await tracker.shutdown()
    }

    private func trackerConfiguration() throws(TrackerError) -> TrackerConfiguration {
        var configuration = TrackerConfiguration(addresses: places(), port: port)
        configuration.udpPort = udpPort
        configuration.interval = interval
        configuration.peerTimeout = peerTimeout
        configuration.defaultPeers = responseSize
        configuration.threads = threads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        if let whitelist { configuration.access = try .file(whitelist) }
        return configuration
    }

    private func places() -> [TrackerConfiguration.Address] {
        // BitTornado's --bind takes several in one.
        let given = addresses.flatMap { $0.split(separator: ",").map(String.init) }
        if !given.isEmpty { return given.map { TrackerConfiguration.Address(Self.withoutBrackets($0)) } }
        let (v4, v6) = whitelist == nil ? ("127.0.0.1", "::1") : ("0.0.0.0", "::")
        return [.init(v4), .init(v6, isOptional: true)]
    }

    private static func withoutBrackets(_ address: String) -> String {
        address.hasPrefix("[") && address.hasSuffix("]") ? String(address.dropFirst().dropLast()) : address
    }

    /// One line with what is bound and what is tracked; a second one when strangers may use it freely.
    private func announceStart(_ tracker: Tracker) {
        let urls = tracker.endpoints.map(\.announceURL).joined(separator: " ")
        let torrents =
            if let count = tracker.access.count, let whitelist {
                "\(count) listed torrents of \(TerminalText.visible(whitelist))"
            } else {
                "open, every torrent"
            }
        print("tracking at \(urls) (\(torrents))")
        fflush(nil)
        let reachable = tracker.endpoints.filter { !$0.isLoopback }.map(\.host)
        guard tracker.access.isOpen, let first = reachable.first else { return }
        ExitStatus.warn("open to everyone who can reach \(first): any torrent is tracked; -w FILE restricts it")
    }

    private func reload(_ tracker: Tracker) {
        do throws(TrackerError) {
            try tracker.reload()
            if let count = tracker.access.count {
                print("list read again: \(count) listed torrents")
                fflush(nil)
            }
        } catch {
            ExitStatus.warn("\(error); the former list goes on")
        }
    }

    private static func status(of error: TrackerError) -> Int32 {
        switch error {
        case .invalidAddress: ExitStatus.usage
        case .portInUse, .cannotBind: ExitStatus.unavailable
        case .unreadableList: ExitStatus.noInput
        case .badListLine: ExitStatus.badData
        }
    }
}
