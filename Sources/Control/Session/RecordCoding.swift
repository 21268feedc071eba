import Bencode
import Commands

/// `HASH.torrent.rtorrent`: a download's record as rTorrent keeps it.
enum RecordCoding {
    private typealias Path<T> = any WritableKeyPath<DownloadRecord, T> & Sendable

    private static let numbers: [(key: String, path: Path<Int64>, range: ClosedRange<Int64>)] = [
        ("priority", \.priority, 0...3), ("key", \.trackerKey, .min ... .max),
        ("state_changed", \.stateChanged, 0 ... .max), ("state_counter", \.stateCounter, 0 ... .max),
        ("timestamp.started", \.startedAt, 0 ... .max), ("timestamp.finished", \.finishedAt, 0 ... .max),
        ("total_uploaded", \.uploaded, 0 ... .max), ("total_downloaded", \.downloaded, 0 ... .max),
        ("chunks_done", \.chunksDone, 0 ... .max), ("chunks_wanted", \.chunksWanted, 0 ... .max),
    ]

    private static let flags: [(key: String, path: Path<Bool>)] = [
        ("state", \.isStarted), ("complete", \.isComplete), ("ignore_commands", \.ignoresCommands),
    ]

    private static let texts: [(key: String, path: Path<[UInt8]>)] = [
        ("directory", \.directory), ("loaded_file", \.loadedFile), ("tied_to_file", \.tiedToFile),
        ("throttle_name", \.throttleName), ("connection_leech", \.connectionLeech),
        ("connection_seed", \.connectionSeed),
    ]

    private static let heuristics = ["up.leech", "up.seed", "down.leech", "down.seed"].map { "choke_heuristics.\($0)" }

    /// Whether a front end may store maps in maps; rTorrent itself keeps only strings.
    private static let maxCustomDepth = 8

    // MARK: Reading

    /// - Parameters:
    ///   - root: a dictionary.
    ///   - problems: told of each value that could not be used; its field is as in a new record then.
    static func decode(_ root: BencodeNode, _ problems: inout [String]) -> DownloadRecord {
        var record = DownloadRecord()
        let members = SessionMembers(root)
        for (key, path, range) in numbers {
            if let value = members.integer(key, in: range, &problems) { record[keyPath: path] = value }
        }
        for (key, path) in flags {
            if let value = members.integer(key, in: .min ... .max, &problems) { record[keyPath: path] = value != 0 }
        }
        for (key, path) in texts {
            if let value = members.bytes(key, &problems) { record[keyPath: path] = value }
        }
        for index in 0..<5 { record.customs[index] = members.bytes("custom\(index + 1)", &problems) ?? [] }
        for (index, key) in heuristics.enumerated() {
            record.chokeHeuristics[index] = members.bytes(key, &problems) ?? []
        }
        if let kind = members.integer("hashing", in: 0...3, &problems) {
            record.hashing = HashingKind(rawValue: kind) ?? .none
        }
        record.views = (members.list("views", &problems) ?? []).compactMap(\.bytes)
        if let custom = members.dictionary("custom", &problems) {
            record.custom = ValueMap(custom.map { .init(key: $0.key.bytes ?? [], value: value($0.value, 0)) })
        }
        return record
    }

    private static func value(_ node: BencodeNode, _ depth: Int) -> Value {
        switch node.kind {
        case .integer: .integer(node.integer ?? 0)
        case .string: .string(node.bytes ?? [])
        case .list: .list(depth < maxCustomDepth ? (node.list ?? []).map { value($0, depth + 1) } : [])
        case .dictionary:
            .map(
                ValueMap(
                    depth < maxCustomDepth
                        ? (node.dictionary ?? []).map {
                            .init(key: $0.key.bytes ?? [], value: value($0.value, depth + 1))
                        }
                        : []))
        }
    }

    // MARK: Writing

    /// - Parameter base: what is in the file; keys that are not known here stay.
    static func encode(_ record: DownloadRecord, over base: BencodeValue?) -> BencodeValue {
        var members: [[UInt8]: BencodeValue] = [:]
        if case .dictionary(let old) = base { members = old }
        func set(_ key: String, _ value: BencodeValue?) { members[Array(key.utf8)] = value }
        for (key, path, _) in numbers { set(key, .integer(record[keyPath: path])) }
        for (key, path) in flags { set(key, .integer(record[keyPath: path] ? 1 : 0)) }
        for (key, path) in texts { set(key, .string(record[keyPath: path])) }
        for (index, text) in record.customs.prefix(5).enumerated() { set("custom\(index + 1)", .string(text)) }
        for (key, text) in zip(heuristics, record.chokeHeuristics) { set(key, .string(text)) }
        set("hashing", .integer(record.hashing.rawValue))
        set("views", .list(record.views.map { .string($0) }))
        // rTorrent has this key only once it was used, and tells front ends the difference.
        set("custom", record.custom.isEmpty ? nil : value(.map(record.custom), 0))
        return .dictionary(members)
    }

    private static func value(_ value: Value, _ depth: Int) -> BencodeValue {
        switch value {
        case .integer(let number): return .integer(number)
        case .string(let bytes): return .string(bytes)
        case .list(let values) where depth <= maxCustomDepth: return .list(values.map { Self.value($0, depth + 1) })
        case .map(let map) where depth <= maxCustomDepth:
            let members = map.entries.map { ($0.key, Self.value($0.value, depth + 1)) }
            return .dictionary(Dictionary(members, uniquingKeysWith: { $1 }))
        case .none, .list, .map, .command: return .string([])
        }
    }
}
