import Bencode

/// What v1 and v2 files tell alike: the letters of `attr` and lists of path components (BEP 47).
enum FileAttributes {
    static func read(_ file: BencodeNode) -> FileEntry.Attributes {
        var attributes: FileEntry.Attributes = []
        for letter in file["attr"]?.slice ?? [] {
            switch letter {
            case UInt8(ascii: "p"): attributes.insert(.padding)
            case UInt8(ascii: "x"): attributes.insert(.executable)
            case UInt8(ascii: "h"): attributes.insert(.hidden)
            case UInt8(ascii: "l"): attributes.insert(.symlink)
            default: break
            }
        }
        return attributes
    }

    /// The strings of a path, as they came.
    static func parts(
        of node: BencodeNode, _ key: String, in file: MetainfoSection
    ) throws(MetainfoError) -> [ArraySlice<UInt8>] {
        guard let members = node.list else {
            throw file.error(key, node, "found \(node.kind.article), wanted a list of strings")
        }
        var parts: [ArraySlice<UInt8>] = []
        parts.reserveCapacity(members.count)
        for member in members {
            guard let part = member.slice else {
                throw file.error(key, member, "found \(member.kind.article), wanted a string")
            }
            parts.append(part)
        }
        return parts
    }
}
