import ArgumentParser
import Metainfo

/// `swarm show`: what a torrent file says, for people or for scripts.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a torrent file holds.",
        discussion: """
            Checks the whole file on the way: sizes, hashes, and for v2 the piece layers against their roots. Names that could \
            not be used as they are come with what stands in their place.

            Exit status: 0 for a valid torrent, 65 for a bad one, 66 when it cannot be read.
            """
    )

    @Argument(help: "The torrent file.", completion: .file(extensions: ["torrent"]))
    var torrent: String

    @Flag(help: ArgumentHelp("What to print instead of the overview.", visibility: .hidden))
    var form: Form?

    @Flag(name: .shortAndLong, help: "Sizes as plain byte counts.")
    var bytes = false

    enum Form: EnumerableFlag {
        case json, magnet, files, trackers, hash

        static func name(for value: Form) -> NameSpecification {
            switch value {
            case .json, .hash: .long
            case .magnet, .files, .trackers: .shortAndLong
            }
        }

        static func help(for value: Form) -> ArgumentHelp? {
            switch value {
            case .json: "Everything as JSON; what the torrent does not say is null."
            case .magnet: "The magnet link alone."
            case .files: "The files alone, one a line: bytes and path."
            case .trackers: "The trackers alone, one a line, tiers parted by an empty line."
            case .hash: "The info-hash alone (of v2, when there is no other)."
            }
        }
    }

    func run() throws {
        let metainfo = try TorrentInput.load(torrent)
        switch form {
        case nil: print(TorrentOverview(metainfo, exactBytes: bytes).text, terminator: "")
        case .json: print(TorrentJSON.value(of: metainfo).text)
        case .magnet: print(metainfo.magnet)
        case .files: print(TorrentOverview(metainfo, exactBytes: true).fileLines, terminator: "")
        case .trackers:
            print(metainfo.tiers.map { $0.map(\.printable).joined(separator: "\n") }.joined(separator: "\n\n"))
        case .hash: print(metainfo.infoHash?.hex ?? metainfo.infoHashV2?.hex ?? "")
        }
    }
}
