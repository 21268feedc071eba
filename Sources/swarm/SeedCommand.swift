import ArgumentParser
import Glibc
import Metainfo

/// `swarm seed`: serves a torrent's content, which is all there, until it is told to end.
struct SeedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed",
        abstract: "Serve the content of a torrent to others.",
        usage: "swarm seed [OPTIONS] TORRENT [PATH]",
        discussion: """
            PATH is the content itself or the folder that it lies in; without it, the current folder. The content is \
            checked first and never changed. SIGINT and SIGTERM leave the swarm, a second one at once.

            The options of btdownloadheadless are accepted as well (--responsefile, --saveas, --minport, --maxport, \
            --max_upload_rate, ...).
            """)

    @Option(help: ArgumentHelp("The folder that the content lies in.", valueName: "folder"))
    var directory: String?

    @OptionGroup var network: NetworkArguments

    @Argument(parsing: .allUnrecognized, help: .hidden)
    var words: [String] = []

    func plan() throws -> TransferPlan {
        try TransferPlan(.seed, network: network, words: words, directory: directory, keepsSeeding: true)
    }

    func validate() throws {
        _ = try plan()
    }

    func run() async throws {
        let plan = try plan()
        plan.notes.forEach { ExitStatus.warn($0) }
        let metainfo = try await TorrentSource(plan.torrent).load(bindAddresses: plan.bindAddresses)
        let place = ContentPlace(metainfo.info, path: plan.content, directory: plan.directory)
        let reasons = place.reasonsNotToSeed(metainfo.info)
        guard reasons.isEmpty else { throw Self.cannotSeed(reasons) }
        try await TransferSession.runToTheEnd(plan, metainfo, place)
    }

    /// A wrong folder makes every file a problem; a few tell as much as ten thousand.
    private static func cannotSeed(_ reasons: [String]) -> ExitCode {
        for reason in reasons.prefix(10) { ExitStatus.warn(TerminalText.visible(reason)) }
        let files =
            switch reasons.count {
            case 1: "this file is"
            case 2...10: "these \(reasons.count) files are"
            default: "these and \(reasons.count - 10) more files are"
            }
        return ExitStatus.end(
            ExitStatus.noInput,
            "cannot seed: \(files) not as the torrent wants; is PATH the content itself, or the folder it lies in?")
    }
}
