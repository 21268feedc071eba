import ArgumentParser
import Glibc
import Metainfo

/// What a torrent says besides its files.
struct CreateFacts: ParsableArguments {
    @Option(
        name: [.customShort("a", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Tracker URLs; with commas one tier, repeated the next tier.", valueName: "url[,url]"))
    var announce: [String] = []

    @Option(
        name: [.customShort("c", allowingJoined: true), .long], parsing: .unconditional, help: "A comment.")
    var comment: String?

    @Flag(name: [.customShort("d"), .long], help: "Leave out the creation date, so that two runs give the same file.")
    var noDate = false

    @Option(help: "The creation date in seconds since 1970. (default: $SOURCE_DATE_EPOCH, or now)")
    var date: Int64?

    @Flag(help: "Leave out the name and version of this program.")
    var noCreatedBy = false

    @Flag(name: .shortAndLong, help: "Private: peers come from the trackers only.")
    var `private` = false

    @Option(
        name: [.customShort("s", allowingJoined: true), .long], parsing: .unconditional,
        help: "A source text, which makes the info-hash differ.")
    var source: String?

    @Option(
        name: [.customShort("w", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Web seed URLs, several with commas or by repeating.", valueName: "url[,url]"))
    var webSeed: [String] = []

    @Flag(
        name: [.customShort("x"), .long], help: "Add a random key, which makes the info-hash differ from all others.")
    var crossSeed = false

    func validate() throws {
        if noDate, date != nil { throw ValidationError("--no-date and --date exclude each other") }
        for url in tiers.flatMap(\.self) where url.isEmpty { throw ValidationError("-a: one of the URLs is empty") }
        for url in webSeeds where url.isEmpty { throw ValidationError("-w: one of the URLs is empty") }
        _ = try creationDate()
    }

    var tiers: [[String]] { announce.map(Self.list) }
    var webSeeds: [String] { webSeed.flatMap(Self.list) }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// Everything of the torrent but its content.
    func draft(name: [UInt8]) throws -> MetainfoDraft {
        var draft = MetainfoDraft(name: name)
        draft.tiers = tiers
        draft.webSeeds = webSeeds
        draft.comment = comment
        draft.creationDate = try creationDate()
        draft.createdBy = noCreatedBy ? nil : "swarm \(SwarmCommand.configuration.version)"
        draft.isPrivate = `private`
        draft.source = source
        if crossSeed {
            var random = SystemRandomNumberGenerator()
            draft.crossSeedKey = (0..<2).map { _ in Self.hex(random.next()) }.joined()
        }
        return draft
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private func creationDate() throws -> Int64? {
        if noDate { return nil }
        if let date {
            guard date >= 0 else { throw ValidationError("--date \(date): wanted seconds since 1970") }
            return date
        }
        // https://reproducible-builds.org/specs/source-date-epoch/
        guard let text = getenv("SOURCE_DATE_EPOCH").map({ String(cString: $0) }) else { return Int64(Glibc.time(nil)) }
        guard let seconds = Int64(text), seconds >= 0 else {
            throw ValidationError("SOURCE_DATE_EPOCH is \"\(text)\", wanted seconds since 1970")
        }
        return seconds
    }
}
