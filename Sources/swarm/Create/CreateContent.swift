import ArgumentParser
import Glibc
import Storage

/// What goes into a torrent, and how it is cut.
struct CreateContent: ParsableArguments {
    @Argument(help: "The file or folder to publish.")
    var target: String

    @Option(
        name: [.customShort("n", allowingJoined: true), .long], parsing: .unconditional,
        help: "The torrent's name. (default: the name of the file or folder)")
    var name: String?

    @Option(
        name: [.customShort("l", allowingJoined: true), .long], parsing: .unconditional,
        help: "The piece length: 14 to 28 for a power of two, or 512KiB, 1MiB. (default: by size)")
    var pieceLength: String?

    @Option(
        name: [.customShort("e", allowingJoined: true), .long], parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Leave out names that match; patterns of glob(7), several with commas or by repeating.",
            valueName: "pattern"))
    var exclude: [String] = []

    func validate() throws {
        guard !target.isEmpty else { throw ValidationError("the file or folder to publish has an empty name") }
        if let name {
            guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")) else {
                throw ValidationError("-n \(name): a name must not be empty, \".\" or \"..\" or have a slash in it")
            }
        }
        if let pieceLength {
            do throws(BuildError) {
                _ = try PieceLengthChoice.parse(pieceLength)
            } catch {
                throw ValidationError("-l: \(error)")
            }
        }
    }

    /// Nil leaves the choice to the size.
    func chosenPieceLength() throws(BuildError) -> Int? {
        guard let pieceLength else { return nil }
        return try PieceLengthChoice.parse(pieceLength)
    }

    /// The name given, or the last component of the target; `.` and `..` have their folder's real name.
    func torrentName() throws -> [UInt8] {
        if let name { return Array(name.utf8) }
        if let last = Self.lastComponent(target) { return last }
        guard let real = realpath(target, nil) else {
            throw ExitStatus.end(
                ExitStatus.noInput, "\(TerminalText.visible(target)): \(String(cString: strerror(errno)))")
        }
        defer { free(real) }
        guard let last = Self.lastComponent(String(cString: real)) else {
            throw ValidationError("\(target) has no name of its own; give one with -n")
        }
        return last
    }

    private static func lastComponent(_ path: String) -> [UInt8]? {
        guard let last = path.utf8.split(separator: UInt8(ascii: "/")).last.map(Array.init) else { return nil }
        return last == Array(".".utf8) || last == Array("..".utf8) ? nil : last
    }

    /// - Parameter output: never part of the torrent that is written to it.
    func exclusions(output: String) -> ExclusionList {
        ExclusionList(exclude.flatMap { $0.split(separator: ",").map(String.init) }, file: output)
    }
}
