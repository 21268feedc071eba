/// A bencoded value to build and encode; `BencodeNode` is the one to read.
package indirect enum BencodeValue: Hashable, Sendable {
    case integer(Int64)
    case string([UInt8])
    case list([BencodeValue])
    case dictionary([[UInt8]: BencodeValue])

    /// A string from text.
    package init(_ text: String) { self = .string(Array(text.utf8)) }

    /// The value of `key` in a dictionary; nil for other kinds. Setting makes a dictionary of any other kind.
    package subscript(key: String) -> BencodeValue? {
        get {
            guard case .dictionary(let members) = self else { return nil }
            return members[Array(key.utf8)]
        }
        set {
            var members: [[UInt8]: BencodeValue] = [:]
            if case .dictionary(let existing) = self { members = existing }
            members[Array(key.utf8)] = newValue
            self = .dictionary(members)
        }
    }
}

extension BencodeValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(stringLiteral value: String) { self.init(value) }
    package init(arrayLiteral elements: BencodeValue...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, BencodeValue)...) {
        self = .dictionary(Dictionary(elements.map { (Array($0.0.utf8), $0.1) }, uniquingKeysWith: { _, last in last }))
    }
}
