import ArgumentParser
import Glibc
import Metainfo
import Storage

/// `swarm create`: makes a torrent of a file or folder, with mktorrent's flags.
struct CreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a torrent of a file or folder.",
        discussion: """
            The flags are mktorrent's and mean the same; given the same ones, the torrent is the same byte for byte but for \
            "created by". Without --piece-length the length is chosen by size (mktorrent 1.1 always takes 18).
            """)

    @OptionGroup var content: CreateContent
    @OptionGroup var facts: CreateFacts

    @Option(
        name: [.customShort("o", allowingJoined: true), .long], parsing: .unconditional,
        help: "Where to write; - is standard output. (default: <name>.torrent in this folder)")
    var output: String?

    @Flag(name: .shortAndLong, help: "Overwrite the output.")
    var force = false

    @Option(name: [.customShort("t", allowingJoined: true), .long], help: "Hashing threads. (default: all processors)")
    var threads: Int?

    @Flag(name: .shortAndLong, help: "Print all settings and files.")
    var verbose = false

    @Option(help: "How to show progress: bar, plain or none. (default: bar on a terminal)")
    var progress: ProgressLine.Style?

    @Flag(help: "Print what was made as JSON.")
    var json = false

    func validate() throws {
        if let threads, threads < 0 { throw ValidationError("-t \(threads): wanted a number of threads, or 0 for all") }
        if output == "-" {
            if json { throw ValidationError("--json and -o - both write to standard output") }
            if Terminal.isTerminal(STDOUT_FILENO) {
                throw ValidationError("-o -: standard output is a terminal; redirect it or name a file")
            }
        }
        if output?.isEmpty == true { throw ValidationError("-o: the name of the output is empty") }
    }

    func run() async throws {
        let name = try content.torrentName()
        let path = output ?? String(decoding: name, as: UTF8.self) + ".torrent"
        try checkOutput(path)
        let builder = try makeBuilder(name, output: path)
        if verbose { CreateReport.settings(builder, name: name, output: path).forEach(report) }
        let bytes = try hash(builder)
        try write(bytes, to: path)
        try conclude(bytes, path)
    }

    /// Hours of hashing must not end with "file exists".
    private func checkOutput(_ path: String) throws {
        guard path != "-" else { return }
        let shown = TerminalText.visible(path)
        if !force, access(path, F_OK) == 0 {
            throw ExitStatus.end(
                ExitStatus.cannotCreate, "\(shown): exists; overwrite it with --force or name another with --output")
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard access(folder, W_OK) == 0 else {
            throw ExitStatus.end(
                ExitStatus.cannotCreate, "\(shown): cannot create: \(String(cString: strerror(errno)))")
        }
    }

    private func makeBuilder(_ name: [UInt8], output: String) throws -> TorrentBuilder {
        let draft = try facts.draft(name: name)
        do throws(BuildError) {
            return try TorrentBuilder(
                root: content.target, exclusions: content.exclusions(output: output), draft: draft,
                pieceLength: try content.chosenPieceLength(), threads: threads == 0 ? nil : threads)
        } catch {
            throw Self.end(error)
        }
    }

    private func hash(_ builder: TorrentBuilder) throws -> [UInt8] {
        let style = progress ?? (json ? .none : .automatic(STDERR_FILENO))
        let line = ProgressLine("hashing", total: builder.layout.totalLength, style: style)
        defer { line.finish() }
        do throws(BuildError) {
            let bytes = try builder.build { line.advance(to: $0) }
            if verbose {
                report("Hashed \(builder.layout.pieceCount) pieces in \(ByteFormat.fixed(line.seconds, places: 2)) s.")
            }
            return bytes
        } catch {
            line.finish()
            throw Self.end(error)
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        guard path != "-" else {
            let code = Terminal.write(bytes, to: STDOUT_FILENO)
            guard code == 0 else {
                throw ExitStatus.end(ExitStatus.inputOutput, "standard output: \(String(cString: strerror(code)))")
            }
            return
        }
        do throws(StorageError) {
            try FreshFile.write(bytes, to: path, overwrite: force)
        } catch {
            let status = if case .noSpace = error { ExitStatus.inputOutput } else { ExitStatus.cannotCreate }
            throw ExitStatus.end(status, TerminalText.visible(error.description))
        }
    }

    /// Says what was made, as read back from the bytes.
    private func conclude(_ bytes: [UInt8], _ path: String) throws {
        let metainfo: MetainfoFile
        do throws(MetainfoError) {
            metainfo = try MetainfoFile.decode(bytes)
        } catch {
            throw ExitStatus.end(ExitStatus.software, "made a torrent that cannot be read: \(error)")
        }
        let info = metainfo.info
        for unsafe in info.files.unsafeNames {
            Terminal.note("swarm: warning: \(TerminalText.visible("\(unsafe)"))")
        }
        guard path != "-" else { return }
        guard !json else {
            Terminal.say(CreateReport.json(metainfo, path: path).text)
            return
        }
        let files = info.isSingleFile ? "" : " in \(Self.count(info.files.contentCount, "file"))"
        Terminal.say(
            "\(TerminalText.visible(path)): \(ByteFormat.size(info.totalLength))\(files), "
                + "\(Self.count(info.pieceCount, "piece")) of \(ByteFormat.size(Int64(info.pieceLength))), "
                + "info-hash \(metainfo.networkHash.hex)")
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    /// Standard output belongs to the torrent or the JSON document where there is one.
    private func report(_ line: String) {
        let shown = TerminalText.visible(line)
        if json || output == "-" { Terminal.note(shown) } else { Terminal.say(shown) }
    }

    private static func end(_ error: BuildError) -> ExitCode {
        let status: Int32 =
            switch error {
            case .storage(.missing), .storage(.failed(.open, _, _)), .storage(.failed(.list, _, _)),
                .storage(.failed(.inspect, _, _)):
                ExitStatus.noInput
            case .storage: ExitStatus.inputOutput
            case .pieceLength: ExitStatus.usage
            case .cancelled: ExitStatus.interrupted
            case .nothingToPublish, .noBytes, .linkLoop, .notAFile, .unusableName, .changed: ExitStatus.badData
            }
        return ExitStatus.end(status, TerminalText.visible(error.description))
    }
}
