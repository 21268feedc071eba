import Commands
import Engine

/// `network.*` towards peers and trackers: addresses, ports, and how much may be open at a time.
func defineNetwork(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    defineBindAddresses(table, controller)
    defineListening(table, controller)
    defineAnnounced(table, controller)
    defineDescriptors(table, controller)
    defineBuffers(table)
}

extension Controller {
    /// Changes where we listen and dial; takes effect at the start, or now.
    fileprivate func changeNetwork(_ change: (inout NetworkSettings) throws(CommandFault) -> Void) throws(CommandFault)
    {
        var network = global.network
        try change(&network)
        guard network != global.network else { return }
        let isElsewhere = global.network.listens(unlike: network)
        global.network = network
        guard !global.isRehearsal else { return }
        engine.setAnnounced(
            address: network.announcedAddress.isEmpty ? nil : network.announcedAddress,
            port: network.announcedPort == 0 ? nil : network.announcedPort)
        applyAddressFilter()
        if global.hasStarted, isElsewhere { global.networkChanged(network) }
    }
}

private func defineBindAddresses(_ table: SettingTable, _ controller: Controller) {
    let rows: [(suffix: String, flags: CommandFlags, WritableKeyPath<NetworkSettings, String>)] = [
        ("", .isUntrustedSafe, \.bindAddress), (".ipv4", [], \.bindAddress4), (".ipv6", [], \.bindAddress6),
    ]
    for (suffix, flags, path) in rows {
        let any = suffix.isEmpty ? "0.0.0.0" : ""
        table.text(
            "network.bind_address\(suffix)", any, flags, isSilent: true,
            help: "address to listen on and to connect from; \(suffix.isEmpty ? "0.0.0.0" : "empty") is every address"
        ) { [unowned controller] text throws(CommandFault) in
            let address = try NetworkSettings.resolve(text, for: "bind address")
            try controller.changeNetwork { network throws(CommandFault) in
                network[keyPath: path] = address == "0.0.0.0" ? "" : address
            }
            return address.isEmpty ? any : address
        }
    }
    let blocks: [(String, WritableKeyPath<NetworkSettings, Bool>)] = [
        ("ipv4", \.blocksIPv4), ("ipv6", \.blocksIPv6),
    ]
    for (name, path) in blocks {
        table.flag("network.block.\(name)", false, [], isSilent: true, help: "neither call nor take calls over \(name)")
        {
            [unowned controller] isBlocked throws(CommandFault) in
            try controller.changeNetwork { network throws(CommandFault) in network[keyPath: path] = isBlocked }
        }
    }
    table.flag(
        "network.block.ipv4in6", false, .isNeutral, isSilent: true,
        help: "refuse IPv4 addresses written as IPv6; neutral: they count as IPv4 here")
    table.flag("network.block.outgoing", false, .isNotYet, isSilent: true, help: "make no connections, only take them")
    table.flag("network.prefer.ipv6", false, .isNotYet, isSilent: true, help: "call a peer over IPv6 where it has both")
}

private func defineListening(_ table: SettingTable, _ controller: Controller) {
    table.text(
        "network.port_range", "6881-6999", help: "ports to listen on for peers, first-last: the first that is free"
    ) {
        [unowned controller] text throws(CommandFault) in
        // Text that is no range is an error when we listen, as in rTorrent; while running that is now.
        if controller.global.hasStarted { _ = try NetworkSettings.ports(in: text) }
        try controller.changeNetwork { network throws(CommandFault) in network.portRange = text }
        return text
    }
    table.flag("network.port_random", false, help: "begin at a random port of the range") {
        [unowned controller] isRandom throws(CommandFault) in
        try controller.changeNetwork { network throws(CommandFault) in network.isPortRandom = isRandom }
    }
    table.flag("network.port_open", true, help: "listen for peers at all") {
        [unowned controller] isOpen throws(CommandFault) in
        try controller.changeNetwork { network throws(CommandFault) in network.isPortOpen = isOpen }
    }
    table.figure("network.listen.port", help: "the port that peers reach us on; 0: none yet") {
        [unowned controller] () throws(CommandFault) in Int64(controller.engine.listenPort)
    }
    table.action("network.listen.port.set", [.value("port")], help: "listen on that port only") {
        (context, arguments) throws(CommandFault) in
        let port = try arguments.onlyInteger()
        guard (0...65_535).contains(port) else { throw .input("Invalid port number.") }
        _ = try context.interpreter.call("network.port_range.set", .text("\(port)-\(port)"), context)
    }
    table.number(
        "network.listen.backlog", 4_096, .safeNeutral, isSilent: true,
        help: "peers that may wait to be let in; neutral: the system's own bound holds"
    ) { number throws(CommandFault) in
        guard (1...65_535).contains(number) else { throw .input("backlog value out of bounds") }
        return number
    }
    table.figure("network.total_handshakes", .safeNotYet, help: "connections that are being made") {
        () throws(CommandFault) in 0
    }
}

private func defineAnnounced(_ table: SettingTable, _ controller: Controller) {
    for (suffix, flags) in [("", CommandFlags.isUntrustedSafe), (".ipv4", .isNotYet), (".ipv6", .isNotYet)] {
        table.text(
            "network.local_address\(suffix)", "", flags, isSilent: true,
            help: "address that trackers are told; empty is what they see"
        ) { [unowned controller] text throws(CommandFault) in
            let address = try NetworkSettings.resolve(text, for: "local address")
            if suffix.isEmpty {
                try controller.changeNetwork { network throws(CommandFault) in
                    network.announcedAddress = address == "0.0.0.0" ? "" : address
                }
            }
            return address
        }
        let portFlags: CommandFlags = suffix.isEmpty ? .isUntrustedSafe : .safeNotYet
        table.number(
            "network.local_port\(suffix)", 0, portFlags, isSilent: true,
            help: "port that trackers are told; 0 is the one that we listen on"
        ) { [unowned controller] number throws(CommandFault) in
            guard let port = UInt16(exactly: number) else { throw .input("Invalid port number.") }
            if suffix.isEmpty {
                try controller.changeNetwork { network throws(CommandFault) in network.announcedPort = port }
            }
            return number
        }
    }
}

private func defineDescriptors(_ table: SettingTable, _ controller: Controller) {
    table.number("network.max_open_files", 256, isSilent: true, help: "files held open at a time, at most") {
        [unowned controller] number throws(CommandFault) in
        guard (4...65_535).contains(number) else {
            throw .input(
                "Max open files must be between 4 and 2^16.", explanation: "\(number) is not between 4 and 65535")
        }
        controller.engine.limits.maxOpenFiles = Int(number)
        return number
    }
    table.figure("network.open_files", help: "files open now") { [unowned controller] () throws(CommandFault) in
        Int64(controller.engine.figures.openFiles)
    }
    table.number(
        "network.max_open_sockets", Int64(EngineLimits().maxOpenSockets), isSilent: true,
        help: "connections with peers at a time, at most"
    ) { [unowned controller] number throws(CommandFault) in
        controller.engine.limits.maxOpenSockets = Int(max(0, min(number, 1 << 20)))
        return number
    }
    table.figure("network.open_sockets", help: "connections with peers now") {
        [unowned controller] () throws(CommandFault) in Int64(controller.engine.figures.openSockets)
    }
}

private func defineBuffers(_ table: SettingTable) {
    for name in ["receive", "send"] {
        table.number(
            "network.\(name)_buffer.size", 0, unit: .bytes, .safeNotYet, isSilent: true,
            help: "the system's \(name) buffer of a peer's connection; 0 is the system's choice")
    }
    let services = ["default", "lowdelay", "throughput", "reliability", "mincost"]
    table.names("strings.ip_tos", help: "names that network.tos.set takes", services)
    table.action(
        "network.tos.set", [.string("name or number")], .isNotYet, help: "type of service of peers' connections"
    ) { (_, arguments) throws(CommandFault) in
        let word = try arguments.text(0)
        guard services.contains(word) || IntegerText.parse(Array(word.utf8)) != nil else { throw .invalidOption(word) }
    }
}
