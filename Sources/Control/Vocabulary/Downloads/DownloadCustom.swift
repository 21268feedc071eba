import Commands

/// Texts that users and front ends keep with a download; nothing here means anything to us.
func defineDownloadCustom(in map: CommandMap) {
    defineNumberedTexts(in: map)
    defineKeyedTexts(in: map)
}

/// `d.custom1` … `d.custom5`: ruTorrent's label, its comment, and three more.
private func defineNumberedTexts(in map: CommandMap) {
    let meanings = ["the label of ruTorrent", "the comment of ruTorrent", "a text", "a text", "a text"]
    for index in 0..<5 {
        let name = "d.custom\(index + 1)"
        map.define(name, on: .download, .string, flags: .isUntrustedSafe, help: "custom text: \(meanings[index])") {
            (context, _) throws(CommandFault) in
            let customs = try context.download().record.customs
            return .string(customs.indices.contains(index) ? customs[index] : [])
        }
        map.define(
            name + ".set", on: .download, [.string("text")], .string, scope: .control,
            help: "set: custom text: \(meanings[index]); answers the new text"
        ) { (context, arguments) throws(CommandFault) in
            let download = try context.download()
            let text = try arguments.onlyString()
            var customs = download.record.customs
            while customs.count <= index { customs.append([]) }
            customs[index] = text
            download.change(\.customs, to: customs)
            return .string(text)
        }
    }
}

/// `d.custom=key`: any number of texts by key.
private func defineKeyedTexts(in map: CommandMap) {
    map.define(
        "d.custom", on: .download, [.string("key")], .string, flags: .isUntrustedSafe, scope: .read,
        help: "the text under a key, empty if there is none"
    ) { (context, arguments) throws(CommandFault) in
        try context.download().record.custom[try arguments.onlyString()] ?? .emptyString
    }
    map.define(
        "d.custom_throw", on: .download, [.string("key")], .string, scope: .read,
        help: "the text under a key; faults if there is none"
    ) { (context, arguments) throws(CommandFault) in
        guard let text = try context.download().record.custom[try arguments.onlyString()] else {
            throw .input("No such custom value.")
        }
        return text
    }
    map.define(
        "d.custom.if_z", on: .download, [.string("key"), .string("default")], .string, scope: .read,
        help: "the text under a key, the default if it is empty or missing"
    ) { (context, arguments) throws(CommandFault) in
        guard arguments.count > 0 else { throw .input("d.custom.if_z: Missing key argument.") }
        let key = try arguments.string(0)
        guard !key.isEmpty else { throw .input("d.custom.if_z: Empty key argument.") }
        guard arguments.count > 1 else { throw .input("d.custom.if_z: Missing default argument.") }
        let fallback = try arguments.string(1)
        guard let text = try context.download().record.custom[key], text != .emptyString else {
            return .string(fallback)
        }
        return text
    }
    map.define(
        "d.custom.set", on: .download, [.string("key"), .string("text")], .void, scope: .control,
        help: "keeps a text under a key"
    ) { (context, arguments) throws(CommandFault) in
        let key = try key(arguments)
        guard arguments.count > 1 else { throw .input("Missing value argument.") }
        let text = try arguments.string(1)
        let download = try context.download()
        download.record.custom[key] = .string(text)
        download.needsSaving = true
        return .none
    }
    map.define("d.custom.keys", on: .download, .list, help: "keys of the custom texts; faults while there are none") {
        (context, arguments) throws(CommandFault) in
        .list(try customs(context, arguments).keys.map { .string($0) })
    }
    map.define("d.custom.items", on: .download, .map, help: "the custom texts by key; faults while there are none") {
        (context, arguments) throws(CommandFault) in .map(try customs(context, arguments))
    }
}

private func key(_ arguments: Arguments) throws(CommandFault) -> [UInt8] {
    guard arguments.count > 0 else { throw .input("Missing key argument.") }
    return try arguments.string(0)
}

/// rTorrent refuses any argument; the empty text that `d.custom.items=` gives passes here, so both can be columns.
private func customs(_ context: CommandContext, _ arguments: Arguments) throws(CommandFault) -> ValueMap {
    guard arguments.isBlank else { throw .input("d.custom.keys/items takes no arguments.") }
    let customs = try context.download().record.custom
    guard !customs.isEmpty else { throw .input("Object operator [custom] could not find element") }
    return customs
}
