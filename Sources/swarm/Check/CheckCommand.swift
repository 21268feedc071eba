import ArgumentParser
import Commands
import Control
import Glibc

/// `swarm check`: reads a config as `swarm run` would, changes nothing, and tells all that is wrong with it.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Tell what is wrong with a config file, and what it sets.",
        discussion: """
            Without FILE it takes the config that swarm run would take. Nothing is changed or opened for good and no \
            program is run: what a program would have answered is taken to be empty.

            Ends with 0, warnings or not; with 65 when the file has errors or a start would fail; with 66 when there is \
            no file.
            """)

    @Argument(help: ArgumentHelp("The config file.", valueName: "file"))
    var file: String?

    @Flag(help: "Print everything as JSON.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print errors and warnings only.")
    var quiet = false

    func run() async throws {
        let path = try configPath()
        var options = StartOptions { _ in }
        options.config = path
        var sink = await ControlServer.check(options)
        let findings = SurroundingsCheck(sink).findings
        findings.forEach { sink.add($0) }
        let report = CheckReport(path: path, sink: sink)
        if json {
            Terminal.say(report.json.text)
        } else {
            report.lines(withSettings: !quiet).forEach(Terminal.say)
        }
        if !sink.errors.isEmpty { throw ExitCode(ExitStatus.badData) }
    }

    private func configPath() throws -> String {
        if let file {
            guard access(file, R_OK) == 0 else {
                throw ExitStatus.end(
                    ExitStatus.noInput,
                    "\(TerminalText.visible(file)): cannot read: \(String(cString: strerror(errno)))")
            }
            return file
        }
        if let found = ConfigLocation.found { return found }
        let places = ConfigLocation(environment: Environment.value).candidates.joined(separator: " ")
        throw ExitStatus.end(ExitStatus.noInput, TerminalText.visible("no config file; looked for \(places)"))
    }
}
