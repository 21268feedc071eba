import ArgumentParser
import Glibc
import Logging
import TrackerServer

/// `swarm track`: runs a tracker until it is told to end.
struct TrackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "track",
        abstract: "Run a tracker, over HTTP, HTTPS and UDP, with a page that shows its swarms.",
        discussion: """
            Without a list of what is allowed (-w, --torrents) every torrent is tracked, but those of -b; without -i the \
            tracker then listens on this machine's loopback addresses only. With such a list, and without -i, it listens \
            on every address.

            The command lines of opentracker and bttrack.py work unchanged after the program's name; options of theirs \
            that change nothing here are named once and passed over.

            SIGHUP reads all lists, addresses and certificates again and goes on in a new log file; SIGINT and SIGTERM \
            write the state and end the tracker.
            """)

    @OptionGroup(title: "Where to listen") var listening: TrackListening
    @OptionGroup(title: "Which torrents, for whom") var access: TrackAccess
    @OptionGroup(title: "Peers") var peers: TrackPeers
    @OptionGroup(title: "Pages and statistics") var pages: TrackPages
    @OptionGroup(title: "State and logs") var files: TrackFiles
    @OptionGroup(title: "Several trackers") var cluster: TrackCluster

    @Argument(parsing: .allUnrecognized, help: .hidden)
    var words: [String] = []

    func validate() throws {
        try peers.check()
        _ = try ForeignTrackOptions.read(words)
        _ = try cluster.configuration()
        _ = try listening.tls()
    }

    func run() async throws {
        let signals = SignalStream([SIGHUP, SIGINT, SIGTERM])
        DescriptorLimit.raise()
        if let folder = listening.folder, chdir(folder) != 0 {
            throw ExitStatus.end(ExitStatus.noInput, "\(folder): \(String(cString: strerror(errno)))")
        }
        for option in try ForeignTrackOptions.read(words) {
            ExitStatus.warn("\(option) is accepted and changes nothing here")
        }
        let tracker: Tracker
        do throws(TrackerError) {
            tracker = try await Tracker.start(try trackerConfiguration())
        } catch {
            throw ExitStatus.end(Self.status(of: error), "\(error)")
        }
        try await dropPrivileges(tracker)
        announceStart(tracker)
        for await signal in signals {
            guard signal == SIGHUP else { break }
            reload(tracker)
        }
        await tracker.shutdown()
    }

    private func trackerConfiguration() throws(TrackerError) -> TrackerConfiguration {
        let sources = access.sources
        let isOpen = sources.whitelist == nil && sources.folder == nil
        var configuration = TrackerConfiguration(addresses: listening.places(isOpen: isOpen), port: listening.port)
        configuration.udpPort = listening.udpPort
        configuration.tls = (try? listening.tls()) ?? nil
        configuration.threads = listening.threads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        configuration.access = try .reading(sources)
        configuration.cluster = (try? cluster.configuration()) ?? nil
        configuration.logger = Logger(label: "swarm.track") { _ in TrackLogHandler() }
        access.apply(to: &configuration)
        peers.apply(to: &configuration)
        pages.apply(to: &configuration)
        files.apply(to: &configuration)
        return configuration
    }

    private func dropPrivileges(_ tracker: Tracker) async throws {
        guard let user = listening.user else { return }
        do throws(PrivilegeError) {
            try Privileges.drop(to: user)
            // What the user may not write is better known now than at the end.
            do throws(TrackerError) { try tracker.save() } catch { ExitStatus.warn("\(error)") }
        } catch .notPrivileged {
            ExitStatus.warn("--user \(user): not started as root, so nothing to give up")
        } catch {
            await tracker.shutdown()
            throw ExitStatus.end(ExitStatus.usage, "\(error)")
        }
    }

    /// One line with what is bound and what is tracked; a second one when strangers may use it freely.
    private func announceStart(_ tracker: Tracker) {
        let urls = tracker.endpoints.map(\.announceURL).joined(separator: " ")
        print("tracking at \(urls) (\(torrents(tracker)))")
        fflush(nil)
        for (path, problem) in tracker.access.folderProblems.sorted(by: { $0.key < $1.key }).prefix(10) {
            ExitStatus.warn("\(TerminalText.visible(path)): no torrent: \(TerminalText.visible(problem))")
        }
        let reachable = tracker.endpoints.filter { !$0.isLoopback }.map(\.host)
        guard tracker.access.isOpen, let first = reachable.first else { return }
        ExitStatus.warn("open to everyone who can reach \(first): any torrent is tracked; -w FILE restricts it")
    }

    private func torrents(_ tracker: Tracker) -> String {
        let sources = tracker.access.sources
        guard let count = tracker.access.count else {
            guard let blacklist = sources.blacklist else { return "open, every torrent" }
            return "open, but for the torrents of \(TerminalText.visible(blacklist))"
        }
        let places = [sources.whitelist, sources.folder].compactMap { $0 }.map { TerminalText.visible($0) }
        return "\(count) listed torrents of \(places.joined(separator: " and "))"
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
        case .invalidAddress, .badCluster: ExitStatus.usage
        case .portInUse, .cannotBind: ExitStatus.unavailable
        case .unreadableList: ExitStatus.noInput
        case .badListLine, .badAddressLine, .badCertificate, .badState: ExitStatus.badData
        case .cannotWrite: ExitStatus.cannotCreate
        }
    }
}

/// What the tracker has to say while it runs goes to standard error, a line each.
struct TrackLogHandler: LogHandler {
    var logLevel = Logger.Level.warning
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { ExitStatus.warn(TerminalText.visible("\(event.message)")) }
}
