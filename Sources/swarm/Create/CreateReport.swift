import Metainfo
import Storage

/// What `create` tells of its settings and its result.
enum CreateReport {
    /// The settings, a line each.
    static func settings(_ builder: TorrentBuilder, name: [UInt8], output: String) -> [String] {
        let draft = builder.draft
        let layout = builder.layout
        var lines = [
            "name:          \(String(decoding: name, as: UTF8.self))",
            "output:        \(output)",
            "piece length:  \(ByteFormat.size(Int64(layout.pieceLength)))",
            "threads:       \(builder.threads)",
            "created:       \(draft.creationDate.map { "\($0) s after 1970" } ?? "not written")",
            "created by:    \(draft.createdBy ?? "not written")",
            "private:       \(draft.isPrivate ? "yes" : "no")",
        ]
        for (index, tier) in draft.tiers.enumerated() {
            lines.append("tier \(index + 1):        \(tier.joined(separator: " "))")
        }
        lines += draft.webSeeds.map { "web seed:      \($0)" }
        if let comment = draft.comment { lines.append("comment:       \(comment)") }
        if let source = draft.source { lines.append("source:        \(source)") }
        lines += builder.walk.files.map { "adding:        \($0.path) (\(ByteFormat.size($0.length)))" }
        lines.append("total:         \(layout.totalLength) bytes in \(layout.pieceCount) pieces")
        return lines
    }

    /// What was made: the members of `swarm show --json`, behind where it was written.
    static func json(_ metainfo: MetainfoFile, path: String) -> JSONValue {
        let output: (key: String, value: JSONValue) = ("output", .string(path))
        guard case .object(let members) = TorrentJSON.value(of: metainfo) else { return .object([output]) }
        return .object([output] + members)
    }
}
