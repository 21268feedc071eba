import Commands
import Control
import Foundation
import TestKit
import Testing

/// Settings that need no engine running: what they answer and refuse, as measured on 0.9.8.
@Suite struct SettingsTests {
    private let test = TestController()

    @Test(
        "refuses as rTorrent does",
        arguments: [
            ("choke_group.down.max = nope", "Choke group not found."),
            ("choke_group.down.max =", "Choke group not found."),
            ("choke_group.tracker.mode.set = 0, foo", "Invalid option name."),
            ("choke_group.up.heuristics.set = 0, foo", "Invalid option name."),
            ("ipv4_filter.add_address = 10.0.0.0/8, foo", "Invalid option name."),
            ("ipv4_filter.add_address = 10.0.0.0/8", "Incorrect number of arguments."),
            ("ipv4_filter.load = /nonexistent, unwanted", "Could not open ip filter file: /nonexistent"),
            ("ip_tables.get = none, 10.0.0.1", "Could not find ip table."),
            ("log.add_output = foo, x", "Invalid option name."), ("log.add_output = info, x", "Log name not found."),
            ("log.open_file = x, /nonexistent/y", "Could not open log file '/nonexistent/y'."),
            ("log.open_file = x", "Invalid number of arguments."),
            ("log.execute = /nonexistent/x", "Could not open execute log file."),
            ("execute.throw = sh, -c, \"exit 3\"", "Bad return code."),
            ("system.umask.set = 0789", "Not a value."),
            ("system.cwd.set = /nonexistent", "Could not change current working directory."),
            ("network.tos.set = foo", "Invalid option name."),
            ("network.listen.backlog.set = 0", "backlog value out of bounds"),
            ("network.max_open_files.set = 0", "Max open files must be between 4 and 2^16."),
            ("network.xmlrpc.size_limit.set = 64m", "Invalid XMLRPC limit size."),
            ("network.xmlrpc.size_limit.set = -1", "Invalid XMLRPC limit size."),
            ("network.xmlrpc.dialect.set = foo", "Unsupported XMLRPC dialect selected."),
            ("protocol.encryption.set = foo", "Invalid option name."), ("dht.mode.set = foo", "Invalid argument."),
            ("dht.add_node = localhost", "DHT not enabled."), ("group.insert = g", "Invalid number of arguments."),
            ("group.insert = g-2, main", "Non-alphanumeric characters found."),
            ("group.insert = seeding, main", "Invalid key."),
            ("on_ratio = nope", "Command \"group2.nope.view\" does not exist."),
            ("close_low_diskspace = foo", "Not a value."), ("file.append =", "Invalid number of arguments."),
            ("file.append = /nonexistent/x, a", "Could not append to file '/nonexistent/x': No such file or directory"),
            ("ui.input.history.size.set = -1", "Invalid input history size."),
            ("ui.unfocus_download =", "Target of wrong type to command."),
            ("throttle.up = NULL, 5", "Invalid throttle name 'NULL'."),
            ("throttle.up = a", "Missing throttle rate for 'a'."),
            ("throttle.up = a, -5", "Throttle rate must be non-negative."),
            ("throttle.global_up.max_rate.set_kb = -1", "Throttle rate must be between 0 and 2^30."),
            ("throttle.global_down.max_rate.set = 2g", "Throttle rate must be between 0 and 2^30."),
        ])
    func faults(line: String, message: String) {
        #expect(test.fault(line) == message)
    }

    @Test(
        "answers as rTorrent does",
        arguments: [
            ("dht.port.set = 7000", Value.integer(7_000)), ("dht.port =", 7_000), ("session.on_completion.set = 7", 1),
            ("keys.layout.set = foo", "foo"), ("ui.current_view.set = nope", .none),
            ("system.file.max_size =", .integer(512 << 30)), ("file.prioritize_toc.set = 5", 1),
            ("choke_group.list =", .texts(["default"])), ("choke_group.index_of = default", 0),
            ("choke_group.down.max = 0", -1),
            ("choke_group.up.max.unlimited = -1", 1), ("scheduler.max_active =", -1), ("trackers.enable = 0", .none),
            ("group.seeding.view =", "seeding"), ("ratio.min =", 200),
            (
                "method.get = group.seeding.ratio.command",
                "d.try_close= ;d.ignore_commands.set=1"
            ), ("network.http.ssl_verify_peer =", 1),
            ("system.api_version =", "11"), ("enum.log_group = tracker_debug", 47),
            ("network.bind_address =", "0.0.0.0"),
            ("protocol.encryption =", "handshake_allow,stream_allow"),
            ("file.prioritize_toc.first =", .texts(["*.avi", "*.mp4", "*.mkv", "*.gz"])),
        ])
    func answers(line: String, value: Value) throws {
        if line.hasPrefix("dht.port =") { try test.run("dht.port.set = 7000") }

        #expect(try test.run(line) == value)
    }

    @Test("answers that the DHT is not at work, whatever was set")
    func distributed() throws {
        try test.run("dht.mode.set = auto")

        #expect(try test.run("dht.statistics =") == .map(["active": 0, "dht": "auto", "throttle": ""]))
    }

    @Test("makes a ratio group with its limits, its commands and the short names")
    func group() throws {
        #expect(try test.run("group.insert = g1, main") == "g1")
        #expect(try test.run("group.g1.ratio.max.set = 150") == 150)
        #expect(try test.run("group2.g1.ratio.max =") == 150)
        #expect(try test.run("method.get = group.g1.ratio.enable") == "schedule2=group.g1.ratio,5,60,on_ratio=g1")
        #expect(test.fault("group.insert = g1, main") == "Invalid key.")

        try test.run("group.g1.ratio.enable =")
        #expect(test.controller.interpreter.scheduler[Array("group.g1.ratio".utf8)] != nil)

        try test.run("group.g1.ratio.disable =")
        #expect(test.controller.interpreter.scheduler[Array("group.g1.ratio".utf8)] == nil)
    }

    @Test("adds to a list of patterns")
    func push() throws {
        try test.run("file.prioritize_toc.last.push_back = *.rar")

        #expect(try test.run("file.prioritize_toc.last =") == ["*.zip", "*.rar"])
    }

    @Test("keeps choke groups by name and by number")
    func chokeGroups() throws {
        try test.run("choke_group.insert = second")
        try test.run("choke_group.up.max.set = second, 5")

        #expect(try test.run("choke_group.up.max = 1") == 5)
        #expect(try test.run("choke_group.up.max = -1") == 5)
        #expect(try test.run("choke_group.size =") == 2)
    }

    @Test("sets the session's folder before the start only")
    func session() throws {
        try test.run("session.path.set = /tmp/session")
        #expect(try test.run("session.path =") == "/tmp/session/")

        test.controller.global.hasStarted = true
        #expect(test.fault("session.path.set = /tmp") == "Tried to change session directory while it is enabled.")
    }

    @Test("adds a line of its arguments to a file")
    func append() throws {
        let folder = try TemporaryFolder()

        for _ in 0..<2 { try test.run("file.append = \(folder.path("log")), a, \"b c\"") }

        #expect(String(decoding: try folder.read("log"), as: UTF8.self) == "a b c\na b c\n")
    }

    @Test("runs programs from commands, with the output and the faults of 0.9.8")
    func execute() throws {
        #expect(try test.run("execute.capture = sh, -c, \"echo out; echo err >&2\"") == "out\n")
        #expect(try test.run("execute.capture_nothrow = sh, -c, \"echo a; exit 2\"") == "a\n")
        #expect(try test.run("execute.nothrow = no-such-program") == 65_280)
        #expect(try test.run("execute.throw.bg = no-such-program") == 0)
        #expect(test.fault("execute.throw = no-such-program") == "Bad return code.")
    }

    @Test(
        "never runs what stands in a value",
        arguments: ["$(touch FILE)", ";touch FILE", ",execute=touch,FILE", "$execute=touch,FILE", "`touch FILE`"])
    func injection(template: String) throws {
        // As a handler does with `d.name`: by value through a method, to a program and to text.
        let folder = try TemporaryFolder()
        let name = template.replacing("FILE", with: folder.path("x"))
        try test.run("method.insert = x.name, string")
        let interpreter = test.controller.interpreter
        _ = try interpreter.call("x.name.set", .text(name), CommandContext(interpreter))
        try test.run("method.insert = x.handler, simple, \"execute.capture=printf,%s,$argument.0=\"")

        let outputs = [
            try test.run("x.handler = $x.name="), try test.run("cat = $x.name="),
            try test.run("execute.capture = printf, %s, (x.name)"), try test.run("if = 1, $x.name="),
        ]

        #expect(outputs == Array(repeating: .text(name), count: 4))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("changes nothing outside in a rehearsal")
    func rehearsal() throws {
        let test = TestController(isRehearsal: true)
        let folder = try TemporaryFolder()

        for line in [
            "log.open_file = x, \(folder.path("a")), info", "log.add_output = debug, x",
            "log.execute = \(folder.path("b"))",
            "file.append = \(folder.path("c")), x", "execute.throw = touch, \(folder.path("d"))",
            "system.cwd.set = /tmp",
        ] { try test.run(line) }

        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}

@Suite struct NetworkSettingsTests {
    @Test(
        "reads a range of ports",
        arguments: [("6890-6999", 6_890...6_999), ("6881", 6_881...6_881), ("0-0", 0...0), ("1 - 2", 1...2)]
            as [(String, ClosedRange<UInt16>)])
    func range(text: String, ports: ClosedRange<UInt16>) throws {
        var settings = NetworkSettings()
        settings.portRange = text

        #expect(try settings.ports() == ports)
    }

    @Test("refuses what is no range of ports", arguments: ["", "foo", "6999-6890", "1-70000", "1-2-3", "-5", "6881-"])
    func refuses(text: String) {
        var settings = NetworkSettings()
        settings.portRange = text

        let fault = #expect(throws: CommandFault.self) { try settings.ports() }

        #expect(fault?.message == "Invalid port_range argument.")
        #expect(fault?.description.contains("\"\(text)\"") == true)
    }

    @Test("binds to every address unless one is named or a family is blocked")
    func addresses() {
        var settings = NetworkSettings()
        #expect(settings.bindAddresses == [])

        settings.blocksIPv6 = true
        #expect(settings.bindAddresses == ["0.0.0.0"])

        settings.bindAddress = "127.0.0.1"
        #expect(settings.bindAddresses == ["127.0.0.1"])
    }
}
