import ArgumentParser
import Glibc
import Metainfo

/// `swarm get`: downloads a torrent's content, and goes on from what is there.
struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Download the content of a torrent.",
        usage: "swarm get [OPTIONS] TORRENT|URL",
        discussion: """
            What lies in the folder already is checked, and only what is missing or damaged is fetched. SIGINT and \
            SIGTERM leave the swarm, a second one at once; the same command goes on later.

            The options of btdownloadheadless are accepted as well (--responsefile, --saveas, --minport, --maxport, \
            --max_upload_rate, ...).
            """)

    @Option(help: ArgumentHelp("Put the content into this folder; without it, the current one.", valueName: "folder"))
    var directory: String?

    @Flag(help: "Go on as a seed when the download is complete.")
    var seed = false

    @OptionGroup var network: NetworkArguments

    @Argument(parsing: .allUnrecognized, help: .hidden)
    var words: [String] = []

    func plan() throws -> TransferPlan {
        try TransferPlan(.get, network: network, words: words, directory: directory, keepsSeeding: seed)
    }

    func validate() throws {
        _ = try plan()
    }

    func run() async throws {
        let plan = try plan()
        plan.notes.forEach { ExitStatus.warn($0) }
        let metainfo = try await TorrentSource(plan.torrent).load(bindAddresses: plan.bindAddresses)
        let place = ContentPlace(metainfo.info, path: plan.content, directory: plan.directory)
        try await TransferSession.runToTheEnd(plan, metainfo, place)
    }
}
