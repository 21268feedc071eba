import Commands
import RPC

/// `network.scgi.*`, `network.xmlrpc.*`, `network.rpc.*`: how front ends reach us and what they may send.
func defineControlSockets(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    let scope = CommandParameter.string("scope: read, control or admin").optional
    table.action(
        "network.scgi.open_local", [.path("path"), scope], scope: .admin,
        help: "open a unix socket for front ends; scope admin unless said otherwise"
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        try arguments.expect(1...2)
        let written = context.interpreter.expandingTilde(try arguments.text(0))
        guard !written.isEmpty else { throw .input("Could not parse address.") }
        let path = written.hasPrefix("/") ? written : WorkingDirectory.path + "/" + written
        let mode = controller.global.socketMode ?? SocketTrust.usualMode()
        let address = SCGIAddress.local(path: path, mode: mode)
        let trust = try SocketTrust(word: word(arguments), address: address, command: "network.scgi.open_local")
        try controller.loop.openSocket(trust.request(for: address))
    }
    table.action(
        "network.scgi.open_port", [.string("host:port"), scope], scope: .admin,
        help: "open a TCP socket for front ends; scope control unless said otherwise"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        try arguments.expect(1...2)
        let address = try SCGIAddress.parsingPort(try arguments.text(0))
        let trust = try SocketTrust(word: word(arguments), address: address, command: "network.scgi.open_port")
        try controller.loop.openSocket(trust.request(for: address))
        if let warning = trust.warning(for: address) { controller.global.logs.log(.warn, warning) }
    }
    table.text(
        "network.scgi.socket_mode", "", scope: .admin,
        help: "mode of unix sockets opened from now on, octal such as 0660; empty: by the umask, nothing for others"
    ) { [unowned controller] text throws(CommandFault) in
        if text.isEmpty {
            controller.global.socketMode = nil
            return text
        }
        guard let mode = UInt32(text, radix: 8), mode <= 0o777 else {
            throw .input(
                "Not a value.", explanation: "\"\(text)\" is no octal mode such as 0660", subject: Array(text.utf8))
        }
        controller.global.socketMode = mode
        return text
    }
    table.flag(
        "network.scgi.dont_route", false,
        help: "packets of TCP sockets opened from now on do not leave the local network")
    table.action(
        "network.scgi.open_systemd", [], .isNotYet, scope: .admin, help: "take over sockets that systemd opened"
    ) { (_, _) throws(CommandFault) in throw .input("No sockets passed by systemd.") }
    table.flag("network.scgi.use_gzip", false, .isNotYet, help: "answer compressed where the client says that it can")
    table.number(
        "network.scgi.gzip.min_size", 1_000, unit: .bytes, .isNotYet, help: "shorter answers are not compressed")
    defineFormats(table, controller)
}

private func word(_ arguments: Arguments) throws(CommandFault) -> String? {
    arguments.count > 1 ? try arguments.text(1) : nil
}

private func defineFormats(_ table: SettingTable, _ controller: Controller) {
    table.number(
        "network.xmlrpc.size_limit", 16 << 20, unit: .bytes, scope: .admin, isSilent: true,
        help: "longest request that is answered"
    ) { [unowned controller] number throws(CommandFault) in
        guard (0..<(64 << 20)).contains(number) else {
            throw .input("Invalid XMLRPC limit size.", explanation: "\(number) is not from 0 to below 64 MiB")
        }
        controller.global.rpcSettings.sizeLimit = Int(number)
        return number
    }
    table.action(
        "network.xmlrpc.dialect.set", [.string("i8, apache or generic")], help: "how numbers are written in XML-RPC"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        guard let dialect = XMLRPCDialect(rawValue: try arguments.text(0)) else {
            throw .input("Unsupported XMLRPC dialect selected.")
        }
        controller.global.rpcSettings.dialect = dialect
    }
    table.flag("network.rpc.use_xmlrpc", true, scope: .admin, help: "answer XML-RPC") {
        [unowned controller] isUsed throws(CommandFault) in controller.global.rpcSettings.usesXML = isUsed
    }
    table.flag("network.rpc.use_jsonrpc", true, scope: .admin, help: "answer JSON-RPC") {
        [unowned controller] isUsed throws(CommandFault) in controller.global.rpcSettings.usesJSON = isUsed
    }
}
