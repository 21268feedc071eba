import RPC
import Testing

@testable import swarm

@Suite("answers of swarm rpc")
struct CallOutputTests {
    private func text(_ string: String) -> RPCParameter { .string(Array(string.utf8)) }

    @Test("a table on a terminal has titles, numbers to the right, and no escapes")
    func table() {
        let output = CallOutput(isForTerminal: true, titles: ["d.name", "d.size"])

        let lines = output.lines(
            .array([.array([text("a\u{1B}[2J"), .integer(5)]), .array([text("longer name"), .integer(1_234)])]))

        #expect(
            lines == [
                "d.name       d.size",
                "a?[2J             5",
                "longer name    1234",
            ])
    }

    @Test("titles that do not fit the columns are left out")
    func titles() {
        let output = CallOutput(isForTerminal: true, titles: ["d.name"])

        #expect(output.lines(.array([.array([.integer(1), .integer(2)])])) == ["1  2"])
    }

    @Test("rows of different lengths are no reason to stop")
    func ragged() {
        let output = CallOutput(isForTerminal: true)

        #expect(output.lines(.array([.array([]), .array([text("x"), .integer(2)])])) == ["", "x  2"])
        #expect(output.lines(.array([])) == [])
    }

    @Test(
        "a socket is a path or a port",
        arguments: [
            ("/x/rpc.socket", .local(path: "/x/rpc.socket", mode: nil)), ("rpc", .local(path: "rpc", mode: nil)),
            ("localhost:5000", .port(host: "localhost", 5_000)), (":5000", .port(host: "127.0.0.1", 5_000)),
            ("[::1]:5000", .port(host: "::1", 5_000)), ("./a:5000", .local(path: "./a:5000", mode: nil)),
            ("a:99999", .local(path: "a:99999", mode: nil)),
        ] as [(String, SCGIAddress)])
    func sockets(text: String, address: SCGIAddress) {
        #expect(SocketLocation.parse(text) == address)
    }
}
