import Commands
import Testing

@Suite("Config files")
struct ConfigFileTests {
    private func load(
        _ text: String, files: [String: String] = [:]
    ) throws -> (interpreter: Interpreter, host: FakeHost) {
        let host = FakeHost()
        for (path, content) in files { host.files[path] = [UInt8](content.utf8) }
        let interpreter = try makeInterpreter(host)
        try interpreter.runPrelude()
        try interpreter.load(
            ConfigFile([UInt8](text.utf8), name: "swarmrc"), mode: .collect, CommandContext(interpreter))
        return (interpreter, host)
    }

    @Test("lists all errors, each with line, column and the offending text")
    func allErrors() throws {
        let text = """
            v.set = 6
            v.set = 5oo
            nosuch = 1
              s.set = "a
            s.set = \\
              (cat, a, (nosuch2)), \\
              b
            v.set = 7
            """

        let (interpreter, _) = try load(text)

        let marks = interpreter.diagnostics.errors.map {
            "\($0.description) [\($0.markLength)]"
        }
        #expect(
            marks == [
                "swarmrc:2:9: v.set: \"5oo\" is not a number [3]",
                "swarmrc:3:1: Command \"nosuch\" does not exist. [6]",
                "swarmrc:4:11: Missing closing quote. [1]",
                "swarmrc:6:13: Command \"nosuch2\" does not exist. [7]",
            ])
        #expect(try interpreter.evaluate("v=") == 7)
    }

    @Test("suggests what a misspelt name may have been")
    func suggestions() throws {
        let (interpreter, _) = try load("throttle.global_up.max_rat = 5\nshedule2 = a,0,0,cat=\nd.set_custom_1 = x\n")

        #expect(
            interpreter.diagnostics.errors.map(\.suggestions) == [
                ["throttle.global_up.max_rate", "throttle.global_up.max_rate.set"], ["schedule2", "schedule"],
                ["d.set_custom1", "d.get_custom1"],
            ])
    }

    @Test("notices unknown names in texts that run later, unless they are defined by the end of the file")
    func latentNames() throws {
        let text = """
            schedule2 = a, 10, 10, "later.method= ;nosuch.one="
            schedule2 = b, 10, 10, ((nosuch.two, (cat, x)))
            method.set_key = event.download.finished, k, "branch=later.method=,\\"nosuch.three=\\""
            method.insert = later.method, simple, "cat=$nosuch.four="
            method.insert = x, string, "nosuch.five="
            """

        let (interpreter, _) = try load(text)

        let found = interpreter.diagnostics.all.filter(\.isLatent)
        #expect(found.map(\.command) == ["nosuch.one", "nosuch.two", "nosuch.three", "nosuch.four"])
        #expect(found.map { "\($0.location)" } == ["swarmrc:1:40", "swarmrc:2:26", "swarmrc:3:70", "swarmrc:4:45"])
        #expect(found.allSatisfy { $0.severity == .warning })
    }

    @Test("warns once for each old name, with the one of today")
    func oldNames() throws {
        let (interpreter, _) = try load(
            "set_upload_rate = 5\nset_upload_rate = 6\nschedule_remove = a\nschedule = a,1,1,\"get_upload_rate=\"\n",
            files: [:])

        let warnings = interpreter.diagnostics.all.filter { $0.severity == .warning }.map(\.description)
        #expect(
            warnings == [
                "swarmrc:1:1: set_upload_rate: old name (before 0.9) of throttle.global_up.max_rate.set",
                "swarmrc:3:1: schedule_remove: old name (0.9) of schedule.remove",
                "swarmrc:4:19: get_upload_rate: old name (before 0.9) of throttle.global_up.max_rate",
            ])
    }

    @Test(
        "warns once where rTorrent falls into a trap",
        arguments: [
            ("\u{FEFF}v.set=6\n", "byte order mark", 6), ("v.set=6\r\ns.set=x\r\n", "CR LF", 6),
            ("# comment \\\nv.set=6\n", "comment ends in a backslash", 6), ("v.set=6\\", "last line", 6),
            ("v.set=1;v.set=6\nv.set=1;v.set=6\n", "second command", 6),
            ("s.set=\"" + String(repeating: "x", count: 4_090) + "\"\nv.set=6\n", "longer than 4095", 6),
            ("schedule2=a,0,0:0:1:0,cat=\nv.set=6\n", "another time", 6),
            ("v.set=6;nosuch=1\n", "does not exist", 6),
        ] as [(String, String, Int64)])
    func traps(_ text: String, _ message: String, _ value: Int64) throws {
        let (interpreter, _) = try load(text)

        let warnings = interpreter.diagnostics.all.filter { $0.severity == .warning && $0.message.contains(message) }
        #expect(warnings.count == 1)
        #expect(interpreter.diagnostics.errors.isEmpty)
        #expect(try interpreter.evaluate("v=") == Value.integer(value))
    }

    @Test("names the physical line and column of each piece of a continued line")
    func positions() {
        let file = ConfigFile([UInt8]("\n# c\nab\\\ncd\\\\\\\nef\n".utf8), name: "f")

        let line = file.lines[0]
        #expect(file.lines.count == 1)
        #expect(line.text == [UInt8]("abcdef".utf8))
        #expect(line.position(of: 1) == (3, 2))
        #expect(line.position(of: 2) == (4, 1))
        #expect(line.position(of: 5) == (5, 2))
        #expect(line.lastNumber == 5)
    }

    @Test("collects the errors of imported files under their own names")
    func nestedErrors() throws {
        let (interpreter, _) = try load(
            "import = a.rc\nimport = missing.rc\ntry_import = ~/b.rc\ntry_import = missing.rc\n",
            files: ["a.rc": "v.set = x\nv.set = 8\n", "/home/user/b.rc": "\ns.set = read\nnosuch =\n"])

        #expect(
            interpreter.diagnostics.errors.map(\.description) == [
                "a.rc:1:9: v.set: \"x\" is not a number",
                "swarmrc:2:10: import: cannot read missing.rc: No such file or directory",
                "~/b.rc:3:1: Command \"nosuch\" does not exist.",
            ])
        #expect(try interpreter.evaluate("cat=$v=,$s=") == "8read")
    }

    @Test("stops at the first fault of an import over RPC, worded as rTorrent words it")
    func importFault() throws {
        let host = FakeHost()
        host.files["a.rc"] = [UInt8]("v.set=6\nimport=b.rc\n".utf8)
        host.files["b.rc"] = [UInt8]("\nv.set=\\\nx\nv.set=7\n".utf8)
        let interpreter = try makeInterpreter(host)
        try interpreter.runPrelude()

        let fault = #expect(throws: CommandFault.self) { try interpreter.evaluate("import=a.rc") }

        #expect(
            fault?.message == "Error in option file: a.rc:2: Error in option file: b.rc:3: Not a value.")
        #expect(try interpreter.evaluate("v=") == 6)
    }

    @Test("refuses files that import each other in a circle or without end")
    func importLoops() throws {
        let host = FakeHost()
        host.files["a.rc"] = [UInt8]("import=b.rc\n".utf8)
        host.files["b.rc"] = [UInt8]("import=a.rc\n".utf8)
        for number in 0..<40 { host.files["\(number).rc"] = [UInt8]("import=\(number + 1).rc\n".utf8) }
        let interpreter = try makeInterpreter(host)

        let loop = #expect(throws: CommandFault.self) { try interpreter.evaluate("import=a.rc") }
        let chain = #expect(throws: CommandFault.self) { try interpreter.evaluate("import=0.rc") }

        #expect(loop?.message.hasSuffix("Import loop: a.rc") == true)
        #expect(chain?.message.hasSuffix("Max import depth reached.") == true)
    }

    @Test("keeps nothing of the diagnostics of imports over RPC")
    func importsLeaveNothing() throws {
        let host = FakeHost()
        host.files["a.rc"] = [UInt8]("v.set=6\r\n".utf8)
        let interpreter = try makeInterpreter(host)
        try interpreter.runPrelude()

        for _ in 0..<3 { _ = try interpreter.evaluate("import=a.rc") }

        #expect(interpreter.diagnostics.all.isEmpty)
        #expect(host.logged.count == 3)
    }

    @Test("tells what each setting became")
    func settings() throws {
        let host = FakeHost()
        let interpreter = try makeInterpreter(host)
        interpreter.diagnostics.recordsSettings = true

        try interpreter.load(
            ConfigFile([UInt8]("set_upload_rate = 15k\nupload_rate=15\n".utf8), name: "f"), mode: .collect,
            CommandContext(interpreter))

        #expect(interpreter.diagnostics.settings.map(\.name) == ["set_upload_rate"])
        #expect(interpreter.diagnostics.settings.map(\.command) == ["throttle.global_up.max_rate.set"])
        #expect(interpreter.diagnostics.settings.map(\.arguments) == ["15k"])
        #expect(interpreter.diagnostics.settings.map(\.result) == [15_360])
    }
}
