import ArgumentParser
import Commands
import Glibc
import RPC

/// `swarm rpc`: calls a method of a running `swarm run`, or of rTorrent, from a shell.
struct RPCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rpc",
        abstract: "Call a method of a running swarm (or rTorrent) from a shell.",
        usage: """
            swarm rpc [OPTIONS] METHOD [ARGUMENT ...]
            swarm rpc [OPTIONS] --list [TEXT]
            """,
        discussion: """
            Arguments are as on the wire: nearly every method wants a target first, which is "" or the info-hash of a \
            torrent. A word is text; i8:5 is a number, file:PATH the bytes of a file, json:[1,2] any value, and string: \
            in front of a word keeps it text.

              swarm rpc d.multicall2 "" main d.hash= d.name= d.up.rate=
              swarm rpc d.custom1.set 0123…CDEF linux
              swarm rpc load.raw_start "" file:video.torrent d.custom1.set=new
              swarm rpc throttle.global_up.max_rate.set_kb "" i8:500

            Without --socket the socket is $SWARM_SOCKET, the one that the config file opens, or \
            $XDG_RUNTIME_DIR/swarm/rpc.socket. On a terminal a list of lists is a table; elsewhere tabs are between its \
            columns.

            Ends with 0, with 1 when the method answers a fault, with 64 for a wrong command line, and with 69 when \
            nobody answers.
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("The socket: a path, or HOST:PORT.", valueName: "socket"))
    var socket: String?

    @Option(help: ArgumentHelp("The config file to look for the socket in.", valueName: "file"))
    var config: String?

    @Flag(help: "Print the answer as JSON.")
    var json = false

    @Flag(help: "Every ARGUMENT is JSON.")
    var jsonArguments = false

    @Flag(help: "List the methods whose names have TEXT in them, each with its help.")
    var list = false

    @Flag(help: "With --list: the names only.")
    var names = false

    @Option(help: ArgumentHelp("Seconds to wait for an answer.", valueName: "seconds"))
    var timeout = 60

    @Argument(
        parsing: .captureForPassthrough, help: .hidden,
        completion: .custom { words, _, _ in MethodNames.complete(words) })
    var words: [String] = []

    func validate() throws {
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout: wants 1 to 86400 seconds") }
        if ["-h", "--help"].contains(words.first) { throw CleanExit.helpRequest(self) }
        if list { return }
        guard let method = words.first else { throw ValidationError("the method to call is missing; --list shows all") }
        if method.hasPrefix("-") { throw ValidationError("unknown option \(method)") }
    }

    func run() async throws {
        do {
            let client = try connect()
            if list {
                try MethodNames.print(matching: words.first ?? "", client, namesOnly: names, json: json)
            } else {
                try call(client)
            }
        } catch let fault as CommandFault {
            throw ExitStatus.end(
                ExitStatus.failure, TerminalText.visible("fault \(fault.code.rawValue): \(fault.message)"))
        } catch let error as SCGIClientError {
            throw ExitStatus.end(ExitStatus.unavailable, TerminalText.visible(error.description))
        }
    }

    private func call(_ client: SCGIClient) throws {
        let arguments: [Value]
        do throws(CallArgumentError) {
            arguments = try self.arguments
        } catch {
            throw ExitStatus.end(ExitStatus.usage, TerminalText.visible(error.description))
        }
        let answer = try client.call(words[0], arguments)
        if json {
            Terminal.say(CallOutput.json(answer).text)
            return
        }
        let output = CallOutput(isForTerminal: Terminal.isTerminal(STDOUT_FILENO), titles: columnTitles)
        output.lines(answer).forEach(Terminal.say)
    }

    private var arguments: [Value] {
        get throws(CallArgumentError) {
            var values: [Value] = []
            for word in words.dropFirst() {
                values.append(try jsonArguments ? CallArgument.json(word) : CallArgument.value(word))
            }
            return values
        }
    }

    /// `d.name=` names a column; so the commands of a multicall are the titles of its table.
    private var columnTitles: [String] {
        words.dropFirst(3).map { word in
            let name = word.hasSuffix("=") ? String(word.dropLast()) : word
            return TerminalText.visible(name)
        }
    }

    /// The first place where somebody answers; what it is in the way of, if nobody does.
    private func connect() throws(SCGIClientError) -> SCGIClient {
        func client(_ address: SCGIAddress) -> SCGIClient {
            var client = SCGIClient(address: address)
            client.timeoutSeconds = timeout
            return client
        }
        if let socket { return client(SocketLocation.parse(socket)) }
        let places = SocketLocation.candidates(environment: Environment.value, config: config ?? ConfigLocation.found)
        for place in places where Self.isThere(place) { return client(place) }
        throw .unreachable(
            address: places.map(\.description).joined(separator: ", "),
            reason: "no socket there; name one with --socket")
    }

    private static func isThere(_ address: SCGIAddress) -> Bool {
        guard case .local(let path, _) = address else { return true }
        return access(path, F_OK) == 0
    }
}
