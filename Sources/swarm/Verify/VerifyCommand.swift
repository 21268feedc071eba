import ArgumentParser
import Glibc
import Metainfo
import Storage

/// `swarm verify`: holds files on disk against the hashes of a torrent.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check files on disk against a torrent.",
        discussion: """
            Reads everything and changes nothing. Ends with 0 when all is right, 1 when something is damaged, missing in part \
            or cannot be read, 65 when the torrent itself is bad, 66 when it or the data is not there.
            """)

    @Argument(help: "The torrent file.")
    var torrent: String

    @Argument(help: "The file or folder that was published, or the folder that it lies in.")
    var path = "."

    @Option(name: [.customShort("t", allowingJoined: true), .long], help: "Hashing threads. (default: all processors)")
    var threads: Int?

    @Option(help: "How to show progress: bar, plain or none. (default: bar on a terminal)")
    var progress: ProgressLine.Style?

    @Flag(help: "Print the result as JSON, with every damaged piece and file.")
    var json = false

    func validate() throws {
        if let threads, threads < 0 { throw ValidationError("-t \(threads): wanted a number of threads, or 0 for all") }
    }

    func run() async throws {
        let metainfo = try TorrentInput.load(torrent)
        let store = try locate(metainfo.info)
        let info = metainfo.info
        let style = progress ?? (json ? .none : .automatic(STDERR_FILENO))
        let line = ProgressLine("checking", total: info.totalLength, style: style)
        let verifier = TorrentVerifier(
            store: store, pieceLayers: metainfo.pieceLayers, threads: threads == 0 ? nil : threads)
        let report = verifier.verify { line.advance(to: $0) }
        line.finish()
        try requireSomething(report)

        let damage = report.damagedFiles { store.path(of: $0) }
        if json {
            Terminal.say(
                VerifyText.json(metainfo, report, damage, torrent: torrent, path: path, seconds: line.seconds).text)
        } else {
            VerifyText.lines(report, damage, seconds: line.seconds).forEach(Terminal.say)
        }
        guard report.isWhole else { throw ExitCode(ExitStatus.failure) }
    }

    private func locate(_ info: Info) throws -> PieceStore {
        guard let location = DataLocation.find(info, at: path) else {
            throw ExitStatus.end(
                ExitStatus.noInput, "\(TerminalText.visible(path)): \(String(cString: strerror(errno)))")
        }
        return PieceStore(
            info: info, root: location.root, saveAs: location.saveAs, access: .readOnly, pool: FilePool())
    }

    /// - Throws: 66 when not one file of the torrent is there: the user named the wrong place.
    private func requireSomething(_ report: VerifyReport) throws {
        let info = report.info
        let missing = report.problems.count { $0.kind == .missing }
        guard missing == info.files.entries.count(where: { !$0.isPadding && $0.symlinkTarget == nil }) else { return }
        let wanted = info.isSingleFile ? "file \"\(info.name)\"" : "folder \"\(info.name)\""
        throw ExitStatus.end(
            ExitStatus.noInput,
            TerminalText.visible(
                "\(path): none of the torrent's files is here; wanted the \(wanted), or the folder that it lies in"))
    }
}
