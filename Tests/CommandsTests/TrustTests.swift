import Commands
import Testing

@Suite("Trust")
struct TrustTests {
    private let untrusted = Caller(scope: .admin, isUntrusted: true)

    @Test("lets untrusted callers run only what is marked safe, at any depth")
    func untrustedCallers() throws {
        let interpreter = try makeInterpreter()
        _ = try interpreter.evaluate("method.insert=mine,simple,\"execute=true\"")
        let item = Item(name: "n").target

        #expect(try interpreter.evaluate("cat=$d.name=", on: item, caller: untrusted) == "n")
        for text in [
            "execute=true", "cat=$execute=true", "branch=cat=x,((execute,true))", "cat=(system.env,HOME)", "mine=",
        ] {
            let fault = #expect(throws: CommandFault.self) { try interpreter.evaluate(text, caller: untrusted) }
            #expect(fault?.code == .refused, "\(text)")
            #expect(fault?.message.hasSuffix("is not allowed for untrusted connections.") == true)
        }
    }

    @Test("refuses what is beyond a caller's scope and names the setting that gave it")
    func scopes() throws {
        let interpreter = try makeInterpreter()
        let reader = Caller(scope: .read, setting: "network.scgi.open_port")
        let controller = Caller(scope: .control)
        let item = Item(name: "n").target

        #expect(try interpreter.evaluate("d.name=", on: item, caller: reader) == "n")
        #expect(try interpreter.evaluate("d.custom1.set=x", on: item, caller: controller) == "x")
        let refusals = [
            "d.custom1.set=x": reader, "method.insert=a,value": controller, "execute=true": controller,
            "schedule2=a,0,0,cat=": controller, "import=x": controller,
            "method.set_key=event.download.paused,a": controller,
            "system.env=HOME": reader, "schedule=a,0,0,cat=": controller,
        ]
        for (text, caller) in refusals {
            let fault = #expect(throws: CommandFault.self) { try interpreter.evaluate(text, on: item, caller: caller) }
            #expect(fault?.code == .refused, "\(text)")
        }
        let fault = #expect(throws: CommandFault.self) {
            try interpreter.evaluate("execute=true", caller: reader)
        }
        #expect(fault?.message.contains("needs scope admin, this connection has read (network.scgi.open_port)") == true)
    }

    @Test("lets try swallow a refusal but not what was refused")
    func swallowedRefusal() throws {
        let host = FakeHost()
        let interpreter = try makeInterpreter(host)

        let result = try interpreter.evaluate("catch=execute=true", caller: untrusted)

        #expect(result == .none)
        #expect(host.requests.isEmpty)
    }
}
