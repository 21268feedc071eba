import Commands
import Testing

@Suite("Interpreter")
struct InterpreterTests {
    @Test("runs a command parsed once on many targets")
    func columns() throws {
        let interpreter = try makeInterpreter()
        let column = try #require(try interpreter.parse([UInt8]("cat=$d.name=,-,$d.size_bytes=".utf8)))
        let context = CommandContext(interpreter, caller: Caller(scope: .read))

        let cells = try (0..<3).map { number in
            try interpreter.run(column.command, context.on(Item(name: "n\(number)", size: Int64(number)).target))
        }

        #expect(cells == ["n0-0", "n1-1", "n2-2"])
    }

    @Test("finds commands that were defined after a text was parsed, and misses those erased since")
    func lateBinding() throws {
        let interpreter = try makeInterpreter()
        let text = "branch=cat=x,late="
        #expect(throws: CommandFault.self) { try interpreter.evaluate(text) }

        _ = try interpreter.evaluate("method.insert=late,simple,cat=one")
        #expect(try interpreter.evaluate(text) == "one")
        _ = try interpreter.evaluate("method.erase=late")
        #expect(throws: CommandFault.self) { try interpreter.evaluate(text) }
        _ = try interpreter.evaluate("method.insert=late,value,2")
        #expect(try interpreter.evaluate(text) == 2)
    }

    @Test("never runs what a command answered")
    func noInjection() throws {
        let interpreter = try makeInterpreter()
        let item = Item(name: "$execute=rm", size: 1)

        // 0.9.8 would run the name: it looks for `$` again when the deferred call is made.
        let result = try interpreter.evaluate("try=((cat,(d.name)))", on: item.target)

        #expect(result == "$execute=rm")
    }

    @Test("evaluates deferred calls a pair of parentheses at a time, deeper ones included")
    func deferredLevels() throws {
        let interpreter = try makeInterpreter()
        try interpreter.runPrelude()

        _ = try interpreter.evaluate("method.insert.simple=now,((cat,(v),((v)),((cat,(v),((v))))))")
        _ = try interpreter.evaluate("v.set=9")

        #expect(try interpreter.evaluate("now=") == "5959")
    }

    @Test("compares both halves of a pair")
    func pairs() throws {
        let interpreter = try makeInterpreter()
        let pair = CommandTarget.pair(Item(name: "a", size: 2), Item(name: "b", size: 1), of: .item)

        #expect(try interpreter.evaluate("less=d.name=", on: pair) == 1)
        #expect(try interpreter.evaluate("greater=d.name=", on: pair) == 0)
        #expect(try interpreter.evaluate("less=((d.size_bytes))", on: pair) == 0)
        #expect(try interpreter.evaluate("equal=d.name=", on: pair) == 0)
        #expect(try interpreter.evaluate("compare=a,d.name=", on: pair) == 1)
        #expect(try interpreter.evaluate("compare=d,d.name=", on: pair) == 0)
        #expect(try interpreter.evaluate("compare=+-,cat=x,d.size_bytes=", on: pair) == 1)
        #expect(throws: CommandFault.self) { try interpreter.evaluate("compare=?,d.name=", on: pair) }
        #expect(throws: CommandFault.wrongTarget) { try interpreter.evaluate("d.name=", on: pair) }
    }

    @Test("runs handlers in byte order of their keys, and goes on with what they change")
    func handlers() throws {
        let interpreter = try makeInterpreter()
        try interpreter.runPrelude()
        let event = "event.download.erased"
        for (key, text) in [("b", "b"), ("~z", "last"), ("!a", "first"), ("a", "a")] {
            interpreter.map.setHandler(event, key: key, .text("s.set=\"$cat=$s=,-\(text)\""))
        }
        interpreter.map.setHandler(
            event, key: "aa", .text("method.set_key=\(event),b ;method.set_key=\(event),c,((s.set,(cat)))"))

        interpreter.fire(event, CommandContext(interpreter, target: Item(name: "x").target))

        #expect(try interpreter.evaluate("s=") == "-last")
        #expect(try interpreter.evaluate("method.list_keys=\(event)") == ["!a", "a", "aa", "c", "~z"])
    }

    @Test("logs what a handler throws, ends that event, and goes on")
    func failingHandler() throws {
        let host = FakeHost()
        let interpreter = try makeInterpreter(host)
        try interpreter.runPrelude()
        interpreter.map.setHandler("event.download.erased", key: "1", "nosuch=")
        interpreter.map.setHandler("event.download.erased", key: "2", "s.set=reached")

        interpreter.fire("event.download.erased", CommandContext(interpreter, target: Item(name: "x").target))

        #expect(host.logged == ["Event 'event.download.erased' failed: Command \"nosuch\" does not exist."])
        #expect(try interpreter.evaluate("s=") == "str")
    }

    @Test("takes the old event names for set_key")
    func oldEvents() throws {
        let interpreter = try makeInterpreter()
        try interpreter.runPrelude()

        _ = try interpreter.evaluate("on_finished = mark,\"s.set=done\"")
        interpreter.fire("event.download.finished", CommandContext(interpreter, target: Item(name: "x").target))

        #expect(try interpreter.evaluate("s=") == "done")
    }

    @Test(
        "ends what calls itself with a fault that try cannot swallow",
        arguments: [
            "n=", "try=n=", "catch=n=;n=", "branch=n=,n=", "cat=$n=,$n=", "try=\"try=\\\"n=;n=\\\";n=\";n=",
        ])
    func recursion(_ body: String) throws {
        let interpreter = try makeInterpreter()
        let quoted = body.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        _ = try interpreter.evaluate("method.insert=n,simple,\"\(quoted)\"")

        let fault = #expect(throws: CommandFault.self) { try interpreter.evaluate("n=") }

        #expect(fault?.code == .limit)
        #expect(try interpreter.evaluate("cat=alive") == "alive")
    }

    @Test("prints and catches to the host")
    func hostOutput() throws {
        let host = FakeHost()
        let interpreter = try makeInterpreter(host)

        _ = try interpreter.evaluate("print=a,(value,7),{b,c};catch=nosuch=")

        #expect(host.printed == ["a7bc"])
        #expect(host.logged == ["Caught exception: 'Command \"nosuch\" does not exist.'."])
    }

    @Test("tells the host how a program is to be run")
    func programs() throws {
        let host = FakeHost()
        let interpreter = try makeInterpreter(host)

        _ = try interpreter.evaluate(
            "execute.throw.bg={true,~/x,~,~y};execute.raw.bg={true,~/x};execute.nothrow.bg=(cat,a,b)")

        #expect(
            host.requests.map { $0.arguments.map { String(decoding: $0, as: UTF8.self) } } == [
                ["true", "/home/user/x", "/home/user", "~y"], ["true", "~/x"], ["ab"],
            ])
        #expect(host.requests.allSatisfy { $0.isDetached && !$0.capturesOutput })
    }

    @Test("knows the age of things by the host's clock")
    func elapsed() throws {
        let interpreter = try makeInterpreter()

        #expect(try interpreter.evaluate("convert.elapsed_time=1699996339") == " 1:01:01")
        #expect(try interpreter.evaluate("convert.elapsed_time=1800000000") == " 0:00:00")
        #expect(try interpreter.evaluate("elapsed.greater=1699999990,9") == 1)
        #expect(try interpreter.evaluate("elapsed.less=1699999990,10") == 0)
    }

    @Test("shows local dates and times by the host's zone")
    func zones() throws {
        let host = FakeHost()
        host.offset = 2 * 3_600
        let interpreter = try makeInterpreter(host)

        #expect(try interpreter.evaluate("convert.date=1700000000") == "15/11/2023")
        #expect(try interpreter.evaluate("convert.time=1700000000") == " 0:13:20")
        #expect(try interpreter.evaluate("convert.gm_date=1700000000") == "14/11/2023")
    }
}
