import Commands
import NIOCore
import NIOPosix
import RPC
import TestKit

/// A daemon with a handful of methods behind a real socket.
final class SmallDaemon: Sendable {
    let socket: String
    private let server: SCGIServer

    /// - Parameter folder: where the socket comes to lie.
    init(in folder: TemporaryFolder) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let dispatcher = try await loop.submit {
            NIOLoopBound(Methods().makeDispatcher(), eventLoop: loop)
        }.get()
        server = SCGIServer(eventLoop: loop, log: { _ in }) { request, _ in
            dispatcher.value.respond(to: request.body, contentType: request.contentType, caller: .owner)
        }
        socket = folder.path("rpc.socket")
        try await server.listen(on: .local(path: socket, mode: 0o600))
    }

    func close() async { await server.close() }

    private final class Methods: CommandHost, TargetResolver {
        func print(_ text: [UInt8]) {}
        func log(_ message: String) {}
        func execute(_ request: ProgramRequest) throws(CommandFault) -> ProgramResult { ProgramResult(waitStatus: 0) }
        func target(named text: [UInt8]) throws(CommandFault) -> CommandTarget {
            guard text.isEmpty else { throw CommandFault(.type, "Could not find info-hash.") }
            return .none
        }

        func makeDispatcher() -> RPCDispatcher {
            let interpreter = Interpreter(host: self)
            let map = interpreter.map
            map.define("d.multicall2", [.string("view"), .command("column").variadic], .list, help: "a table") {
                (_, _) throws(CommandFault) in
                [["a", 5], ["bb", 1_234]]
            }
            map.define("test.list", .list, help: "two words") { (_, _) throws(CommandFault) in ["one", "two"] }
            map.define("test.map", .map, help: "a map") { (_, _) throws(CommandFault) in
                .map(["a": 1, "b": ["x", 2]])
            }
            map.define("test.length", [.string("data")], .value, scope: .read, help: "how many bytes it is given") {
                (_, arguments) throws(CommandFault) in .integer(Int64(try arguments.onlyString().count))
            }
            map.define("test.double", [.value("number", unit: .kibibytes)], .value, scope: .read, help: "twice") {
                (_, arguments) throws(CommandFault) in .integer(try arguments.onlyInteger() * 2)
            }
            return RPCDispatcher(interpreter: interpreter, targets: self)
        }
    }
}
