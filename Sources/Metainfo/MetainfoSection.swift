import Bencode

/// A dictionary of the torrent and its place in it, for errors that name both.
struct MetainfoSection {
    let node: BencodeNode
    let name: String

    func error(_ key: String, _ node: BencodeNode?, _ problem: String) -> MetainfoError {
        let path = name.isEmpty ? key : key.isEmpty ? name : "\(name).\(key)"
        return .field(path, offset: (node ?? self.node).range.lowerBound, problem: problem)
    }

    func missing(_ key: String, wanted: String) -> MetainfoError {
        error(key, nil, "found nothing, wanted \(wanted)")
    }

    /// The value of a key: nil if it is not there, an error if it is something else than `kind`.
    func value(_ key: String, _ kind: BencodeNode.Kind) throws(MetainfoError) -> BencodeNode? {
        guard let value = node[key] else { return nil }
        guard value.kind == kind else {
            throw error(key, value, "found \(value.kind.article), wanted \(kind.article)")
        }
        return value
    }

    func required(_ key: String, _ kind: BencodeNode.Kind) throws(MetainfoError) -> BencodeNode {
        guard let value = try value(key, kind) else { throw missing(key, wanted: kind.article) }
        return value
    }

    func integer(_ key: String) throws(MetainfoError) -> Int64? {
        try value(key, .integer)?.integer
    }
}

extension BencodeNode.Kind {
    /// "a string", "an integer".
    var article: String { self == .integer ? "an integer" : "a \(rawValue)" }
}
