import Bencode

/// The members of a dictionary in a session file; a value that cannot be used is a problem, not the end.
struct SessionMembers {
    private let members: [ArraySlice<UInt8>: BencodeNode]

    /// - Parameter node: empty if it is no dictionary.
    init(_ node: BencodeNode) {
        // Looked up by key, for a file has some thirty of them.
        members = Dictionary(
            (node.dictionary ?? []).compactMap { pair in pair.key.slice.map { ($0, pair.value) } },
            uniquingKeysWith: { first, _ in first })
    }

    subscript(key: String) -> BencodeNode? { members[Array(key.utf8)[...]] }

    func integer(_ key: String, in range: ClosedRange<Int64>, _ problems: inout [String]) -> Int64? {
        guard let node = self[key] else { return nil }
        guard let value = node.integer else {
            problems.append("\"\(key)\" is a \(node.kind), not a number")
            return nil
        }
        guard range.contains(value) else {
            problems.append("\"\(key)\" is \(value), wanted \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    func bytes(_ key: String, _ problems: inout [String]) -> [UInt8]? {
        value(key, "a string", &problems) { $0.bytes }
    }

    func list(_ key: String, _ problems: inout [String]) -> [BencodeNode]? {
        value(key, "a list", &problems) { $0.list }
    }

    func dictionary(_ key: String, _ problems: inout [String]) -> [(key: BencodeNode, value: BencodeNode)]? {
        value(key, "a dictionary", &problems) { $0.dictionary }
    }

    private func value<T>(
        _ key: String, _ wanted: String, _ problems: inout [String], _ read: (BencodeNode) -> T?
    ) -> T? {
        guard let node = self[key] else { return nil }
        let value = read(node)
        if value == nil { problems.append("\"\(key)\" is a \(node.kind), not \(wanted)") }
        return value
    }
}
