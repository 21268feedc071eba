import ArgumentParser
import Glibc

/// The front door: one executable, one subcommand for each job.
@main
struct SwarmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swarm",
        abstract: "Publish, track, seed and fetch files over BitTorrent.",
        version: "0.1.0",
        subcommands: [
            CreateCommand.self,
            ShowCommand.self,
            VerifyCommand.self,
            TrackCommand.self,
            SeedCommand.self,
            GetCommand.self,
            RunCommand.self,
            CheckCommand.self,
            RPCCommand.self,
        ]
    )

    static func main() async {
        // A limit on file sizes is to be an error of the write that meets it (EFBIG), not the death of the program.
        signal(SIGXFSZ, SIG_IGN)
        await main(nil)
    }
}
