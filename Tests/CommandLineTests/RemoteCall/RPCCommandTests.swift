import Foundation
import TestKit
import Testing

@Suite("swarm rpc")
struct RPCCommandTests {
    private let folder: TemporaryFolder
    private let daemon: SmallDaemon

    init() async throws {
        folder = try TemporaryFolder()
        daemon = try await SmallDaemon(in: folder)
    }

    private func rpc(_ arguments: String..., environment: [String: String] = [:]) async throws -> ChildProcess {
        try await SwarmExecutable.run(["rpc"] + arguments, in: folder.path, environment: environment)
    }

    private func answer(_ arguments: String...) async throws -> String {
        let child = try await SwarmExecutable.run(["rpc", "--socket", daemon.socket] + arguments, in: folder.path)
        try child.requireSuccess()
        return child.standardOutput
    }

    @Test("prints text, lists, maps and tables as scripts want them")
    func output() async throws {
        #expect(try await answer("cat", "", "hello") == "hello\n")
        #expect(try await answer("test.list") == "one\ntwo\n")
        #expect(try await answer("test.map") == "a: 1\nb: [x, 2]\n")
        #expect(try await answer("d.multicall2", "", "main", "d.name=", "d.size=") == "a\t5\nbb\t1234\n")
    }

    @Test("prints JSON")
    func json() async throws {
        let text = try await answer("--json", "test.map").filter { !$0.isWhitespace }

        #expect(text == #"{"a":1,"b":["x",2]}"#)
    }

    @Test("bash completes the names of methods")
    func completion() async throws {
        let script = try await SwarmExecutable.run(["--generate-completion-script", "bash"], in: folder.path)
        try script.requireSuccess()
        try folder.write(Array(script.standardOutput.utf8), to: "swarm.bash")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("swarm"), withDestinationPath: SwarmExecutable.path)
        // What bash sets when somebody presses Tab behind the last word.
        let press = """
            PATH=$PWD:$PATH; source ./swarm.bash
            COMP_WORDS=(swarm rpc -s \(daemon.socket) test.l); COMP_CWORD=4; COMP_TYPE=9
            COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
            _swarm swarm test.l rpc; printf '%s\\n' "${COMPREPLY[@]}"
            """

        let child = try await ChildProcess.run(["/bin/bash", "-c", press], in: folder.path)

        #expect(
            child.standardOutput.split(separator: "\n").sorted() == ["test.length", "test.list"], "\(child.report)")
    }

    @Test("sends numbers, files and JSON")
    func arguments() async throws {
        try folder.write([0, 13, 10, 255, 60], to: "data")

        #expect(try await answer("test.double", "", "i8:21") == "42\n")
        #expect(try await answer("test.double", "", "json:-4") == "-8\n")
        #expect(try await answer("--json-arguments", "test.double", #""""#, "8") == "16\n")
        #expect(try await answer("test.length", "", "file:data") == "5\n")
        #expect(try await answer("test.length", "", "string:i8:5") == "4\n")
    }

    @Test("ends with 1 and the fault's number and text")
    func fault() async throws {
        let child = try await rpc("-s", daemon.socket, "nosuch")

        #expect(child.exitStatus == 1)
        #expect(child.standardError == "swarm: fault -506: Method 'nosuch' not defined\n")
        #expect(child.standardOutput.isEmpty)
    }

    @Test("ends with 69 when nobody answers, and names the socket")
    func unreachable() async throws {
        let nowhere = try await rpc("-s", folder.path("nowhere"), "cat")
        await daemon.close()
        let gone = try await rpc("-s", daemon.socket, "cat")

        #expect(nowhere.exitStatus == 69 && gone.exitStatus == 69)
        #expect(nowhere.standardError.contains("cannot connect to \(folder.path("nowhere")): No such file"))
    }

    @Test(
        "ends with 64 when the command line makes no sense",
        arguments: [
            ([], "the method to call is missing"), (["--nonsense", "cat"], "unknown option --nonsense"),
            (["--timeout", "0", "cat"], "--timeout"), (["cat", "i8:x"], "i8:x: wanted a number"),
            (["cat", "file:/nowhere"], "file:/nowhere: No such file"), (["cat", "json:{"], "json:{: no JSON"),
        ] as [([String], String)])
    func usage(words: [String], text: String) async throws {
        let child = try await SwarmExecutable.run(["rpc", "-s", daemon.socket] + words, in: folder.path)

        #expect(child.exitStatus == 64 && child.standardError.contains(text), "\(child.report)")
    }

    @Test("finds the socket through the environment, a config, and the run-time folder")
    func discovery() async throws {
        try folder.write(Array("nosuch = 1\nexecute = touch,ran\nscgi_local = ~/rpc.socket\n".utf8), to: ".rtorrent.rc")
        let byConfig = try await rpc("cat", "", "config")
        try folder.write([], to: ".swarmrc")
        let byNothing = try await rpc("cat", "", "nothing")
        let byEnvironment = try await rpc("cat", "", "environment", environment: ["SWARM_SOCKET": daemon.socket])

        #expect(byConfig.standardOutput == "config\n", "\(byConfig.report)")
        #expect(byEnvironment.standardOutput == "environment\n")
        #expect(byNothing.exitStatus == 69)
        #expect(throws: (any Error).self) { try folder.read("ran") }
    }

    @Test("lists methods with their help")
    func list() async throws {
        #expect(try await answer("--list", "test.double") == "test.double = number (KiB)\n    twice\n")
        #expect(try await answer("--list", "--names", "test.").split(separator: "\n").count == 4)
        #expect(try await answer("--list", "--json", "test.list").contains(#""name": "test.list""#))
    }
}
