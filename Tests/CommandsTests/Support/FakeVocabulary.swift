import Commands

extension TargetKind {
    static let item = TargetKind(1)
    static let part = TargetKind(2)
}

/// What the language takes for a download here.
final class Item {
    var name: String
    var size: Int64
    var custom: [UInt8] = []

    init(name: String, size: Int64 = 0) {
        self.name = name
        self.size = size
    }

    var target: CommandTarget { CommandTarget(.item, self) }
}

/// An interpreter with a small vocabulary, as `Control` would define a large one.
func makeInterpreter(_ host: FakeHost = FakeHost()) throws -> Interpreter {
    let interpreter = Interpreter(host: host)
    let map = interpreter.map
    func item(_ context: CommandContext) throws(CommandFault) -> Item {
        guard let item = context.target.object as? Item else { throw .wrongTarget }
        return item
    }
    map.define("d.name", on: .item, .string, flags: .isUntrustedSafe, help: "name") {
        (context, _) throws(CommandFault) in .text(try item(context).name)
    }
    map.define("d.size_bytes", on: .item, .value, flags: .isUntrustedSafe, help: "size") {
        (context, _) throws(CommandFault) in .integer(try item(context).size)
    }
    map.define("d.custom1", on: .item, .string, flags: .isUntrustedSafe, help: "label") {
        (context, _) throws(CommandFault) in .string(try item(context).custom)
    }
    map.define("d.custom1.set", on: .item, [.string("label")], .string, help: "set: label") {
        (context, arguments) throws(CommandFault) in
        let item = try item(context)
        item.custom = try arguments.onlyString()
        return .string(item.custom)
    }
    for name in ["f.path", "p.address", "t.url"] {
        map.define(name, on: .part, .string, help: "of a part") { (_, _) throws(CommandFault) in "" }
    }
    map.define("system.time", .value, help: "unix time") { (context, _) throws(CommandFault) in
        .integer(context.interpreter.host.unixMicroseconds() / 1_000_000)
    }
    map.define("system.pid", .value, flags: .isUntrustedSafe, help: "process id") { (_, _) throws(CommandFault) in 4711
    }
    map.variable("system.daemon", .bool(true), help: "runs without a terminal")
    map.variable("throttle.global_up.max_rate", .value(0, unit: .kibibytesPerSecond), help: "upload limit")
    for name in ["inserted", "resumed", "paused", "finished", "erased"] {
        map.event("event.download.\(name)", on: .item, help: "an event")
    }
    map.event("event.system.startup_done", help: "an event")
    for name in ["resumed", "paused", "finished"] {
        map.setHandler("event.download.\(name)", key: "!view.seeding", "cat=")
    }
    map.setHandler("event.download.paused", key: "!view.leeching", "cat=")
    map.installAliases()
    return interpreter
}

extension Interpreter {
    func evaluate(_ text: String, on target: CommandTarget = .none, caller: Caller = .owner) throws(CommandFault)
        -> Value
    {
        try run([UInt8](text.utf8), CommandContext(self, target: target, caller: caller))
    }

    /// The variables that the recorded expressions use; see Fixtures/record.py.
    func runPrelude() throws(CommandFault) {
        for line in [
            "method.insert=v,value,5", "method.insert=b,bool,1", "method.insert=s,string,str",
            "method.insert=l,list,{a,b}",
            "method.insert=k,value|const,42", "method.insert=m,multi", "method.insert=r,multi|static|rlookup",
            #"method.insert=c,simple,"cat=X,$argument.0=""#,
            #"method.insert=three,simple,"cat=$argument.0=,-,$argument.1=,-,$argument.2=""#,
        ] { _ = try evaluate(line) }
    }
}
