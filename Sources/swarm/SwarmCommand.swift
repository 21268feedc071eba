import ArgumentParser

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
        ]
    )
}
