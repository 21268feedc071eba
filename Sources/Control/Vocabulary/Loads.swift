import Commands
import Metainfo
import RPC

/// `load.*`: taking in torrent files, URLs, magnets and raw data.
///
/// As in rTorrent the answer comes at once and what goes wrong is only logged; `load.throw` and `load.start_throw`, which Flood asks for,
/// fault where it can be seen beforehand.
func defineLoads(in map: CommandMap, _ controller: Controller) {
    for isStarted in [false, true] {
        for isVerbose in [false, true] {
            let verb = (isStarted ? "start" : "") + (isStarted && isVerbose ? "_" : "") + (isVerbose ? "verbose" : "")
            let does = "load\(isStarted ? " and start" : "") %@\(isVerbose ? ", log errors" : "")"
            defineLoad("load." + (verb.isEmpty ? "normal" : verb), does, isStarted, isVerbose, in: map, controller)
            defineRaw("load.raw" + (verb.isEmpty ? "" : "_" + verb), does, isStarted, isVerbose, in: map, controller)
        }
        defineThrowing(isStarted ? "load.start_throw" : "load.throw", isStarted, in: map, controller)
    }
}

private let pathParameters: [CommandParameter] = [
    .path("path, URL or magnet"), CommandParameter.command("command").variadic,
]

private func defineLoad(
    _ name: String, _ help: String, _ isStarted: Bool, _ isVerbose: Bool, in map: CommandMap, _ controller: Controller
) {
    map.define(
        name, pathParameters, .void, scope: .control,
        help: help.replacing("%@", with: "torrent files (wildcards allowed), a URL or a magnet; run commands on them")
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        let options = try options(arguments, context, isStarted, isVerbose)
        let source = try source(try arguments.string(0))
        controller.load(source, options)
        return .none
    }
}

private func defineRaw(
    _ name: String, _ help: String, _ isStarted: Bool, _ isVerbose: Bool, in map: CommandMap, _ controller: Controller
) {
    map.define(
        name, [.string("data"), CommandParameter.command("command").variadic], .void, scope: .control,
        help: help.replacing("%@", with: "a torrent given as bytes; run commands on it")
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        var options = try options(arguments, context, isStarted, isVerbose)
        options.isTied = false
        controller.load(.raw(try arguments.string(0)), options)
        return .none
    }
}

private func defineThrowing(_ name: String, _ isStarted: Bool, in map: CommandMap, _ controller: Controller) {
    map.define(
        name, pathParameters, .void, scope: .control,
        help:
            "load\(isStarted ? " and start" : "") a torrent file, URL or magnet; faults if it is no torrent or here already"
    ) { [unowned controller] (context, arguments) throws(CommandFault) in
        let options = try options(arguments, context, isStarted, true)
        let source = try source(try arguments.string(0))
        try check(source, controller)
        controller.load(source, options)
        return .none
    }
}

private func options(
    _ arguments: Arguments, _ context: CommandContext, _ isStarted: Bool, _ isVerbose: Bool
) throws(CommandFault) -> LoadOptions {
    guard arguments.count > 0 else { throw .tooFewArguments }
    _ = try arguments.string(0)
    var options = LoadOptions()
    options.isStarted = isStarted
    options.isVerbose = isVerbose
    options.caller = context.caller
    options.commands = arguments.dropping(1)
    for command in options.commands {
        switch command {
        case .string, .command: break
        default: throw .wrongObjectType
        }
    }
    return options
}

/// Flood sends files as `data:…;base64,…` where others send a path.
private func source(_ text: [UInt8]) throws(CommandFault) -> LoadSource {
    guard text.starts(with: "data:".utf8) else { return .path(text) }
    guard let comma = text.firstIndex(of: UInt8(ascii: ",")),
        let bytes = Base64.decode(Array(text[(comma + 1)...]))
    else { throw .input("Not a data address.", explanation: "wanted is data:TYPE;base64,DATA") }
    return .raw(bytes)
}

private func check(_ source: LoadSource, _ controller: Controller) throws(CommandFault) {
    let bytes: [UInt8]
    switch source {
    case .raw(let data): bytes = data
    case .path(let path):
        // Wildcards and addresses show what they are only later.
        guard path.first == UInt8(ascii: "/"), !path.contains(UInt8(ascii: "*")) else { return }
        do throws(FileReadFault) {
            bytes = try controller.host.readFile(String(decoding: path, as: UTF8.self), limit: 256 << 20)
        } catch {
            throw .input("Could not read torrent file: " + error.reason)
        }
    }
    let metainfo: MetainfoFile
    do throws(MetainfoError) {
        metainfo = try MetainfoFile.decode(bytes)
    } catch {
        throw .input("Could not create download: \(error)")
    }
    guard controller.downloads[metainfo.networkHash] == nil else {
        throw .input("Could not create download: Info hash already used by another torrent.")
    }
}
