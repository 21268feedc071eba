import ArgumentParser

/// The options that `seed` and `get` share.
struct NetworkArguments: ParsableArguments {
    @Option(
        name: .customLong("bind"),
        help: ArgumentHelp("Local address to listen on and connect from; may be given again.", valueName: "address"))
    var bindAddresses: [String] = []

    @Option(help: ArgumentHelp("Port or range of ports to listen on; the first free one is taken.", valueName: "A-B"))
    var port: PortRange?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Upload at most this many KiB/s; 0 is no limit.", valueName: "KiB/s"))
    var maxUploadRate: RateLimit?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Download at most this many KiB/s; 0 is no limit.", valueName: "KiB/s"))
    var maxDownloadRate: RateLimit?

    @Option(
        help: ArgumentHelp(
            "Seconds between status reports; on a terminal 0.5, else 5, and 60 while nothing is downloaded.",
            valueName: "s"))
    var displayInterval: Double?

    func validate() throws {
        if let displayInterval, !(displayInterval > 0 && displayInterval.isFinite) {
            throw ValidationError("--display-interval: found \(displayInterval), wanted more than 0 seconds")
        }
    }
}
