import Commands
import Control
import Foundation
import TestKit
import Testing

@Suite struct ProgramHostTests {
    private let host = ProgramHost(logs: LogRouter())

    private func run(_ arguments: [String], captures: Bool = false, isDetached: Bool = false) throws -> ProgramResult {
        try host.execute(
            ProgramRequest(
                arguments: arguments.map { Array($0.utf8) }, isDetached: isDetached, capturesOutput: captures))
    }

    private func output(_ script: String) throws -> String {
        String(decoding: try run(["sh", "-c", script], captures: true).output, as: UTF8.self)
    }

    @Test("waits for a program and answers its wait status", arguments: [(0, 0), (1, 256), (3, 768)])
    func status(code: Int, status: Int64) throws {
        #expect(try run(["sh", "-c", "exit \(code)"]).waitStatus == status)
    }

    @Test("answers the signal that ended a program")
    func signal() throws {
        #expect(try run(["sh", "-c", "kill -9 $$"]).waitStatus == 9)
    }

    @Test("answers status 255 where there is no such program, and 0 for one in the background")
    func missing() throws {
        #expect(try run(["no-such-program"]).waitStatus == 65_280)
        #expect(try run(["no-such-program"], isDetached: true).waitStatus == 0)
    }

    @Test("collects standard output and not standard error")
    func capture() throws {
        #expect(try output("echo out; echo err >&2; exit 2") == "out\n")
        #expect(try run(["sh", "-c", "echo out; exit 2"], captures: true).waitStatus == 512)
    }

    @Test("collects output that is larger than a pipe holds")
    func large() throws {
        #expect(try run(["head", "-c", "1000000", "/dev/zero"], captures: true).output.count == 1_000_000)
    }

    @Test("ends the collection with the program, though a child of it holds the pipe open")
    func orphans() throws {
        // The child would hold it for longer than any test may take.
        #expect(try output("sleep 1000 & echo $!").isEmpty == false)
    }

    @Test("refuses output without end")
    func endless() throws {
        #expect(throws: CommandFault.self) { try run(["cat", "/dev/zero"], captures: true) }
    }

    @Test("does not wait longer than its patience")
    func patience() throws {
        host.patience = 1
        defer { host.patience = 300 }

        let fault = #expect(throws: CommandFault.self) { try run(["sleep", "1000"]) }

        #expect(fault?.description.contains("execute.patience") == true)
    }

    @Test("starts a program in the background and lets it go on")
    func background() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("done")

        #expect(try run(["sh", "-c", "sleep 0.1; touch \(path)"], isDetached: true).waitStatus == 0)

        try await eventually("the program ran to its end") { FileManager.default.fileExists(atPath: path) }
    }

    @Test("gives a program none of our descriptors, none of our ignored signals and an empty standard input")
    func isolation() throws {
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }

        #expect(try output("ls /proc/self/fd | tr '\\n' ' '") == "0 1 2 3 ")
        #expect(try output("cat") == "")
        let ignored = try output("grep SigIgn /proc/self/status").split(whereSeparator: \.isWhitespace).last
        // The C library keeps 32 and 33 to itself.
        #expect(UInt64(ignored ?? "", radix: 16).map { $0 & ~0x1_8000_0000 } == 0)
    }

    @Test("hands arguments over as they are")
    func arguments() throws {
        let odd = ["$(touch x)", ";touch x", "a b", "", "\"", "*"]

        let result = try run(["printf", "%s|"] + odd, captures: true)

        #expect(String(decoding: result.output, as: UTF8.self) == odd.map { $0 + "|" }.joined())
    }

    @Test("refuses an argument that C would cut short")
    func nul() throws {
        #expect(throws: CommandFault.self) { try run(["echo", "a\0b"]) }
    }

    @Test("logs programs and what they say, where that is wanted")
    func log() throws {
        let folder = try TemporaryFolder()
        try host.logs.setExecutionLog(folder.path("log"))

        _ = try run(["sh", "-c", "echo out; echo err >&2"])

        let text = String(decoding: try folder.read("log"), as: UTF8.self)
        #expect(text == "out\nerr\n---\nsh -c echo out; echo err >&2\n--- Success: 0 ---\n")
    }

    @Test("runs nothing in a rehearsal")
    func rehearsal() throws {
        let folder = try TemporaryFolder()
        let host = ProgramHost(logs: LogRouter(), isRehearsal: true)
        let arguments = ["touch", folder.path("x")].map { Array($0.utf8) }

        _ = try host.execute(ProgramRequest(arguments: arguments, isDetached: false, capturesOutput: false))

        #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
    }
}
