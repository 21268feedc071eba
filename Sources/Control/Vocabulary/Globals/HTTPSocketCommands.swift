import Commands
import Glibc
import RPC

/// `network.http_rpc.*`: front ends over HTTP, without a web server in between. Ours alone.
func defineHTTPSockets(in map: CommandMap, _ controller: Controller) {
    let table = SettingTable(map)
    table.action(
        "network.http_rpc.open", [.string("host:port"), .string("scope: read, control or admin").optional],
        scope: .admin,
        help: "serve /RPC2 over HTTP, XML-RPC and JSON-RPC; scope control unless said otherwise"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        try arguments.expect(1...2)
        let address = try SCGIAddress.parsingPort(try arguments.text(0))
        let word = arguments.count > 1 ? try arguments.text(1) : nil
        let trust = try SocketTrust(word: word, address: address, command: "network.http_rpc.open")
        guard word != nil || address.isGuarded else {
            throw .input(
                "Scope wanted.",
                explanation: "\(address) can be reached from other machines; say behind it what they may do: "
                    + "read, control or admin_from_network")
        }
        try controller.loop.openSocket(trust.request(for: address, by: .http))
        if let warning = trust.warning(for: address) { controller.global.logs.log(.warn, warning) }
    }
    map.variable(
        "network.http_rpc.hosts", .list([]), scope: .admin,
        help:
            "names, besides localhost and numbers, that HTTP clients may call us by; others are refused (DNS rebinding)"
    ) { [unowned controller] (_, value) throws(CommandFault) in
        let names = (value.list ?? []).compactMap { $0.text?.lowercased() }.filter { !$0.isEmpty }
        controller.global.httpAccess.change { $0.names = Set(names) }
        return .texts(names)
    }
    defineCredentials(table, controller)
}

/// Set, never read: a front end that may read settings is not to learn the password.
private func defineCredentials(_ table: SettingTable, _ controller: Controller) {
    table.action(
        "network.http_rpc.user.set", [.string("name")], scope: .admin,
        help: "name that HTTP clients give (basic authentication); empty with an empty password: none is asked for"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        let name = String(decoding: try arguments.onlyString(), as: UTF8.self)
        guard !name.contains(":") else { throw .input("Not a value.", explanation: "a name has no colon") }
        controller.global.httpUser = name
        controller.global.applyCredentials()
    }
    table.action(
        "network.http_rpc.password.set", [.string("password")], scope: .admin,
        help: "password that HTTP clients give; see network.http_rpc.password_file.set for one outside the config"
    ) { [unowned controller] (_, arguments) throws(CommandFault) in
        controller.global.httpPassword = String(decoding: try arguments.onlyString(), as: UTF8.self)
        controller.global.applyCredentials()
    }
    table.action(
        "network.http_rpc.password_file.set", [.path("file")], scope: .admin,
        help: "take the password that HTTP clients give from the first line of a file, now"
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        let path = context.interpreter.expandingTilde(try arguments.text(0))
        guard let line = firstLine(of: path), !line.isEmpty else {
            throw .input("Could not read password.", explanation: "\(path): no line with a password to be read there")
        }
        controller.global.httpPassword = line
        controller.global.applyCredentials()
    }
}

extension GlobalState {
    fileprivate func applyCredentials() {
        let text = "\(httpUser):\(httpPassword)"
        httpAccess.change { $0.credentials = text == ":" ? nil : text }
    }
}

/// nil if there is no regular file to be read. Waits for nobody: a pipe is refused.
private func firstLine(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard FileStatus(descriptor: descriptor)?.isRegular == true else { return nil }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return String(decoding: bytes[..<count].prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
}
