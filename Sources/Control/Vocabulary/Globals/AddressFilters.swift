import Commands
import Engine
import Metainfo

/// `ipv4_filter.*`, `ip_tables.*`: whom we have nothing to do with.
func defineAddressFilters(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    let range = CommandParameter.string("address, address/bits or first-last")
    table.action(
        "ipv4_filter.add_address", [range, .string("unwanted or preferred")], scope: .admin,
        help: "mark a range of addresses"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        guard arguments.count == 2 else { throw .input("Incorrect number of arguments.") }
        let mark = try mark(arguments)
        guard controller.global.addressFilter.add(try arguments.text(0), mark) else { return }
        controller.applyAddressFilter()
    }
    table.action(
        "ipv4_filter.load", [.path("file"), .string("unwanted or preferred")], scope: .admin,
        help: "mark the ranges of a file, one in a line"
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        guard arguments.count == 2 else { throw .input("Incorrect number of arguments.") }
        let mark = try mark(arguments)
        let path = try arguments.text(0)
        let bytes: [UInt8]
        do throws(FileReadFault) {
            bytes = try controller.host.readFile(context.interpreter.expandingTilde(path), limit: 256 << 20)
        } catch {
            throw .input(
                "Could not open ip filter file: \(path)", explanation: "cannot read \(path): \(error.reason)",
                subject: Array(path.utf8))
        }
        let count = controller.global.addressFilter.add(lines: bytes, mark)
        controller.global.logs.log(.info, "\(path): \(count) ranges are \(mark)")
        controller.applyAddressFilter()
    }
    map.define("ipv4_filter.dump", .list, help: "marked ranges: first-last mark") {
        [unowned controller] (_, _) throws(CommandFault) in .texts(controller.global.addressFilter.lines)
    }
    map.define("ipv4_filter.get", [.string("address")], .value, scope: .read, help: "mark of an address: 32 unwanted") {
        [unowned controller] (_, arguments) throws(CommandFault) in
        .integer(try lookUp(try arguments.text(0), in: controller.global.addressFilter).rawValue)
    }
    table.figure("ipv4_filter.size_data", [], help: "bytes that the ranges take") {
        [unowned controller] () throws(CommandFault) in Int64(controller.global.addressFilter.count) * 12
    }
    table.names("strings.ip_filter", help: "marks of address ranges", ["unwanted", "preferred"])
    defineAddressTables(table, controller)
}

private func mark(_ arguments: Arguments) throws(CommandFault) -> AddressFilter.Mark {
    let word = try arguments.text(1)
    guard let mark = AddressFilter.Mark.allCases.first(where: { "\($0)" == word }) else { throw .invalidOption(word) }
    return mark
}

private func lookUp(_ text: String, in filter: AddressFilter) throws(CommandFault) -> AddressFilter.Mark {
    guard let address = PeerAddress(host: text, port: 1) else { throw .input("Invalid address format.") }
    guard let mark = filter.mark(of: address) else { throw .input("No value defined for specified IP(s).") }
    return mark
}

/// Named tables that only expressions ask; rTorrent blocks nobody by them either.
private func defineAddressTables(_ table: SettingTable, _ controller: Controller) {
    let missing = CommandFault.input("Could not find ip table.")
    table.action("ip_tables.insert_table", [.string("table")], scope: .admin, help: "make a table of addresses") {
        [unowned controller] (_, arguments) throws(CommandFault) in
        let name = try arguments.string(0)
        guard controller.global.addressTables[name] == nil else { throw .input("IP table already exists.") }
        guard controller.global.addressTables.count < 1_024 else { throw .input("Too many ip tables.") }
        controller.global.addressTables[name] = AddressFilter()
    }
    table.action(
        "ip_tables.add_address", [.string("table"), .string("address or range"), .string("block")], scope: .admin,
        help: "add a range to a table"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        guard arguments.count == 3 else { throw .input("Incorrect number of arguments.") }
        let name = try arguments.string(0)
        guard controller.global.addressTables[name] != nil else { throw missing }
        guard try arguments.text(2) == "block" else { throw .input("Invalid value.") }
        guard controller.global.addressTables[name]?.add(try arguments.text(1), .unwanted) == true else {
            throw .input("Invalid address format.")
        }
    }
    table.map.define(
        "ip_tables.get", [.string("table"), .string("address")], .value, scope: .read,
        help: "1 if the address is in the table; a fault if not"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        guard let filter = controller.global.addressTables[try arguments.string(0)] else { throw missing }
        _ = try lookUp(try arguments.text(1), in: filter)
        return 1
    }
    table.map.define("ip_tables.size_data", [.string("table")], .value, scope: .read, help: "bytes that a table takes")
    {
        [unowned controller] (_, arguments) throws(CommandFault) in
        guard let filter = controller.global.addressTables[try arguments.string(0)] else { throw missing }
        return .integer(Int64(filter.count) * 12)
    }
}

extension Controller {
    /// Hands the engine a copy of what is marked; with nothing to refuse it asks nobody.
    func applyAddressFilter() {
        let filter = global.addressFilter
        let (no4, no6) = (global.network.blocksIPv4, global.network.blocksIPv6)
        guard filter.count > 0 || no4 || no6 else { return engine.setAddressFilter(nil) }
        engine.setAddressFilter { address in
            if address.isIPv6 ? no6 : no4 { return false }
            return filter.isAllowed(address)
        }
    }
}
