import Commands
import Testing

@Suite("Remote calls")
struct RemoteCallTests {
    private final class Resolver: TargetResolver {
        let item = Item(name: "n")

        func target(named text: [UInt8]) throws(CommandFault) -> CommandTarget {
            switch String(decoding: text, as: UTF8.self) {
            case "": return .none
            case "HASH": return item.target
            default: throw CommandFault(.type, "Unsupported target type found.")
            }
        }
    }

    private func call(_ method: String, _ parameters: [Value]) throws -> String {
        let interpreter = try makeInterpreter()
        try interpreter.runPrelude()
        _ = try interpreter.evaluate("method.insert=hidden,value|private,1")
        let resolver = Resolver()
        return Fixtures.answer { () throws(CommandFault) in
            try interpreter.callRemotely(method, parameters, targets: resolver, caller: .owner)
        }
    }

    @Test("takes the first parameter for the target, and none for no target")
    func targets() throws {
        #expect(try call("d.name", ["HASH"]) == #""n""#)
        #expect(try call("d.custom1.set", ["HASH", "x"]) == #""x""#)
        #expect(try call("d.name", [""]) == "!-503 Target of wrong type to command.")
        #expect(try call("d.name", []) == "!-503 Target of wrong type to command.")
        #expect(try call("system.pid", []) == "4711")
        #expect(try call("system.pid", [""]) == "4711")
        #expect(try call("system.pid", [5]) == "4711")
        #expect(try call("cat", ["x"]) == "!-501 Unsupported target type found.")
        #expect(try call("cat", []) == #""""#)
        #expect(try call("cat", ["", "x"]) == #""x""#)
    }

    @Test("takes none for the generic aliases, but forgives an empty one")
    func genericAliases() throws {
        #expect(try call("to_kb", ["2048"]) == #""  2.0""#)
        #expect(try call("to_kb", ["", 2048]) == #""  2.0""#)
        #expect(try call("convert.kb", ["", 2048]) == #""  2.0""#)
    }

    @Test("hands one parameter over as it is and several as a list")
    func arguments() throws {
        #expect(try call("three", ["", ["a", "b"]]) == #""a-b-placeholder.2""#)
        #expect(try call("three", ["", "a", "b"]) == #""a-b-placeholder.2""#)
        #expect(try call("v.set", ["", "1k"]) == "1024")
        #expect(try call("v.set", ["", 7]) == "7")
        #expect(try call("v.set", [""]) == "!-503 Wrong object type.")
        #expect(try call("s.set", ["", 7]) == "!-503 Wrong object type.")
        #expect(try call("schedule2", ["", "k", 0, "0", "cat="]) == "!-503 Wrong object type.")
    }

    @Test("knows neither private nor unknown names")
    func unknown() throws {
        #expect(try call("hidden", []) == "!-506 Method 'hidden' not defined")
        #expect(try call("argument.0", []) == "!-506 Method 'argument.0' not defined")
        #expect(try call("no.such", []) == "!-506 Method 'no.such' not defined")
    }
}
