import Commands
import RPC

/// The methods of a daemon, for `swarm rpc --list` and for shells that complete a word.
enum MethodNames {
    /// Names asked about in one `system.multicall`.
    private static let batch = 500

    static func print(matching text: String, _ client: SCGIClient, namesOnly: Bool, json: Bool) throws {
        let names = try all(client).filter { text.isEmpty || $0.contains(text) }
        if namesOnly, !json {
            names.forEach(Terminal.say)
            return
        }
        let help = namesOnly ? [:] : try self.help(of: names, client)
        if json {
            let rows = names.map { name in
                JSONValue.object([(key: "name", value: .string(name)), (key: "help", value: JSONValue(help[name]))])
            }
            Terminal.say(JSONValue.array(rows).text)
            return
        }
        for name in names {
            let lines = (help[name] ?? "").split(separator: "\n").map { TerminalText.visible(String($0)) }
            // The first line is the usage, which begins with the name.
            Terminal.say(lines.count > 1 ? lines[0] : TerminalText.visible(name))
            for line in lines.dropFirst(lines.count > 1 ? 1 : 0) { Terminal.say("    \(line)") }
        }
    }

    static func all(_ client: SCGIClient) throws -> [String] {
        guard case .array(let names) = try client.call("system.listMethods", []) else { return [] }
        return names.compactMap {
            if case .string(let name) = $0 { String(decoding: name, as: UTF8.self) } else { nil }
        }
    }

    private static func help(of names: [String], _ client: SCGIClient) throws -> [String: String] {
        var texts: [String: String] = [:]
        for start in stride(from: 0, to: names.count, by: batch) {
            let part = names[start..<min(start + batch, names.count)]
            let calls = part.map { name in
                Value.map(["methodName": "system.methodHelp", "params": .list([.text(name)])])
            }
            guard case .array(let answers) = try client.call("system.multicall", [.list(calls)]) else { continue }
            for (name, answer) in zip(part, answers) {
                if case .array(let one) = answer, case .string(let text)? = one.first {
                    texts[name] = String(decoding: text, as: UTF8.self)
                }
            }
        }
        return texts
    }

    /// What may follow in a shell. Nobody waits long for that, and without a daemon there is nothing to offer.
    static func complete(_ words: [String]) -> [String] {
        var named: String?
        if let index = words.firstIndex(where: { $0 == "--socket" || $0 == "-s" }), index + 1 < words.count {
            named = words[index + 1]
        }
        let places =
            named.map { [SocketLocation.parse($0)] }
            ?? SocketLocation.candidates(environment: Environment.value, config: ConfigLocation.found)
        for place in places {
            var client = SCGIClient(address: place)
            client.timeoutSeconds = 2
            if let names = try? all(client) { return names }
        }
        return []
    }
}
