import Commands
import Testing

@Suite("Command map")
struct CommandMapTests {
    @Test("describes each command from its definition")
    func descriptions() throws {
        let map = try makeInterpreter().map

        #expect(map["throttle.global_up.max_rate.set"]?.usage == "throttle.global_up.max_rate.set = value (KiB/s)")
        #expect(map["branch"]?.usage == "branch = condition, [then…]")
        #expect(map.commands.allSatisfy { !$0.help.isEmpty })
    }

    @Test("has rows of aliases that are unique, and lead to names that are no aliases of the table")
    func aliasTable() {
        let names = AliasTable.rows.map(\.name)

        #expect(Set(names).count == names.count)
        #expect(names.count > 350)
        #expect(Set(names).isDisjoint(with: AliasTable.rows.map(\.target)))
        #expect(Set(names).isDisjoint(with: AliasTable.retired))
    }

    @Test("installs the aliases of what exists and reports the rest")
    func installation() {
        let map = CommandMap()
        map.define("load.start", [.path("file")], .void, help: "adds a torrent") { (_, _) throws(CommandFault) in .none
        }
        map.define("network.bind_address.set", [.string("a")], .void, help: "address") { (_, _) throws(CommandFault) in
            .none
        }

        let dangling = map.installAliases()

        #expect(map["load_start"]?.alias?.modernName == "load.start")
        #expect(map["load_start"]?.alias?.generation == .before09)
        #expect(map["bind"]?.alias?.generation == .until016)
        #expect(map["hash_interval"]?.flags.contains(.isNeutral) == true)
        #expect(dangling.allSatisfy { $0.target != "load.start" && map[$0.target] == nil })
    }

    @Test("knows what 0.16 calls a command")
    func successors() {
        #expect(AliasTable.successor(of: "schedule2") == "schedule")
        #expect(AliasTable.successor(of: "d.name") == nil)
    }

    @Test("lets a setting veto or adjust what is stored")
    func observers() throws {
        let interpreter = try makeInterpreter()
        interpreter.map.variable("limit", .value(3), help: "a limit") { (_, value) throws(CommandFault) in
            guard let number = value.integer, number >= 0 else { throw .input("Invalid value.") }
            return .integer(min(number, 10))
        }

        #expect(try interpreter.evaluate("limit.set=50") == 10)
        #expect(throws: CommandFault.self) { try interpreter.evaluate("limit.set=-1") }
        #expect(interpreter.map.value(of: "limit") == 10)
        #expect(interpreter.map.value(of: "none") == .none)
    }
}
