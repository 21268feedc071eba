import Commands
import RPC

extension TargetKind {
    static let download = TargetKind(1)
    static let part = TargetKind(2)
}

/// A download with the values that were recorded from rtorrent 0.9.8; see Fixtures/golden.
final class Download {
    let hash: String
    let fields: [String: Value]
    let parts: [String: [[Value]]]
    var custom1: [UInt8] = []

    init(hash: String, fields: [String: Value], parts: [String: [[Value]]] = [:]) {
        self.hash = hash
        self.fields = fields
        self.parts = parts
    }
}

/// The scenario of the golden exchanges, as far as they ask.
final class Vocabulary: CommandHost, TargetResolver {
    let single = Download(
        hash: "D56D8A4A5C5A318337A64270FD3D7A7F76A462A4",
        fields: ["d.name": "single.bin", "d.size_bytes": 300_000, "d.bytes_done": 300_000, "d.bitfield": "F8"])
    let multi = Download(
        hash: "9E416837C7222271D878F82746FD33BA692F7F1E",
        fields: ["d.name": "multi", "d.size_bytes": 250_000, "d.bytes_done": 250_000, "d.bitfield": "FF"],
        parts: [
            "f": [["a.txt", 100_000, 1, 4, 4], ["sub/b.bin", 150_000, 1, 5, 5], ["sub/empty.dat", 0, 1, 1, 0]],
            "t": [
                ["http://127.0.0.1:36969/announce", 1, 1, 0, 5], ["http://127.0.0.1:36970/announce", 1, 1, 0, 0],
                ["udp://127.0.0.1:36971/announce", 2, 1, 1, 0],
            ],
        ])
    var downloads: [Download] { [single, multi] }

    func print(_ text: [UInt8]) {}
    func log(_ message: String) {}
    func execute(_ request: ProgramRequest) throws(CommandFault) -> ProgramResult { ProgramResult(waitStatus: 0) }

    func target(named text: [UInt8]) throws(CommandFault) -> CommandTarget {
        if text.isEmpty { return .none }
        let words = String(decoding: text, as: UTF8.self).split(separator: ":", maxSplits: 1)
        guard words[0].count == 40 else { throw CommandFault(.type, "Unsupported target type found.") }
        guard let download = downloads.first(where: { $0.hash == words[0].uppercased() }) else {
            throw CommandFault(.type, "Could not find info-hash.")
        }
        if words.count == 1 { return CommandTarget(.download, download) }
        throw CommandFault(.type, "Invalid index.")
    }

    func makeDispatcher() throws -> RPCDispatcher {
        multi.custom1 = [UInt8]("lbl".utf8)
        let interpreter = Interpreter(host: self)
        defineSystem(in: interpreter.map)
        defineDownloads(in: interpreter.map)
        defineTables(in: interpreter.map)
        interpreter.map.installAliases()
        return RPCDispatcher(interpreter: interpreter, targets: self)
    }

    private func defineSystem(in map: CommandMap) {
        let constants: [(String, Value)] = [
            ("system.client_version", "0.9.8"), ("system.library_version", "0.13.8"), ("system.api_version", "10"),
            ("system.pid", 4_711), ("throttle.max_peers.seed", -1),
            (
                "view.list",
                .texts(
                    "main default name active started stopped complete incomplete hashing seeding leeching".split(
                        separator: " "
                    ).map(String.init))
            ),
            ("dht.statistics", .map(["dht": "disable", "active": 0, "throttle": ""])),
        ]
        for (name, value) in constants {
            map.define(name, value.integer == nil ? .string : .value, help: "constant") { (_, _) throws(CommandFault) in
                value
            }
        }
        map.variable("throttle.max_uploads", .value(50), help: "upload slots")
        map.define("load.raw", [.any("data")], .void, help: "adds a torrent") { (_, _) throws(CommandFault) in .none }
        map.define("system.shutdown.normal", .void, help: "ends") { (_, _) throws(CommandFault) in .none }
        map.define("execute.secret", .void, scope: .admin, help: "needs trust") { (_, _) throws(CommandFault) in .none }
    }

    private func defineDownloads(in map: CommandMap) {
        let defaults: [String: Value] = [
            "d.state": 0, "d.is_open": 1, "d.is_active": 0, "d.complete": 1, "d.up.rate": 0, "d.message": "",
        ]
        for name in ["d.name", "d.size_bytes", "d.bytes_done", "d.bitfield"] + defaults.keys.sorted() {
            map.define(name, on: .download, .any, flags: .isUntrustedSafe, help: "a field") {
                (context, _) throws(CommandFault) in
                try Self.download(context).fields[name] ?? defaults[name] ?? .none
            }
        }
        map.define("d.hash", on: .download, .string, flags: .isUntrustedSafe, help: "info-hash") {
            (context, _) throws(CommandFault) in .text(try Self.download(context).hash)
        }
        map.define("d.custom1", on: .download, .string, help: "label") { (context, _) throws(CommandFault) in
            .string(try Self.download(context).custom1)
        }
        map.define("d.custom1.set", on: .download, [.string("label")], .string, help: "set: label") {
            (context, arguments) throws(CommandFault) in
            let download = try Self.download(context)
            download.custom1 = try arguments.onlyString()
            return .string(download.custom1)
        }
        map.define("d.update_priorities", on: .download, .void, help: "acts") { (_, _) throws(CommandFault) in .none }
        map.define("f.path", on: .part, .string, help: "path") { (_, _) throws(CommandFault) in "" }
    }

    private func defineTables(in map: CommandMap) {
        let downloads = downloads
        map.define("download_list", [.string("view").optional], .list, help: "hashes") { (_, _) throws(CommandFault) in
            .texts(downloads.map(\.hash))
        }
        map.define(
            "d.multicall2", [.string("view"), .command("column").variadic], .list, flags: .isUntrustedSafe,
            scope: .read,
            help: "a row of results for each download"
        ) { (context, arguments) throws(CommandFault) in
            var columns: [ParsedCommand] = []
            for index in 1..<max(1, arguments.count) {
                if let column = try context.interpreter.parse(try arguments.string(index)) {
                    columns.append(column.command)
                }
            }
            var rows: [Value] = []
            for download in downloads {
                var row: [Value] = []
                for column in columns {
                    row.append(try context.interpreter.run(column, context.on(CommandTarget(.download, download))))
                }
                rows.append(.list(row))
            }
            return .list(rows)
        }
        for kind in ["f", "t", "p"] {
            map.define(
                "\(kind).multicall", on: .download, [.any("pattern"), .command("column").variadic], .list, help: "rows"
            ) {
                (context, _) throws(CommandFault) in
                .list((try Self.download(context).parts[kind] ?? []).map { .list($0) })
            }
        }
    }

    private static func download(_ context: CommandContext) throws(CommandFault) -> Download {
        guard let download = context.target.object as? Download else { throw .wrongTarget }
        return download
    }
}
