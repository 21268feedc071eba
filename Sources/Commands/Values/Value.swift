/// What a command takes and gives: nothing, a 64-bit integer, bytes, a list, a map, or a call that is not yet made.
///
/// Strings are bytes, as on the wire: torrent and file names need not be UTF-8. Integers are the only numbers.
package enum Value: Hashable, Sendable {
    /// No value; `<i4>0</i4>` on the wire and an empty string in text.
    case none
    case integer(Int64)
    case string([UInt8])
    case list([Value])
    case map(ValueMap)
    /// `((name,…))` after one evaluation: what `branch`, `schedule2` and `method.set_key` run later.
    case command(DeferredCommand)

    /// The bytes of `text`.
    package static func text(_ text: String) -> Value { .string([UInt8](text.utf8)) }

    /// 1 or 0.
    package static func bool(_ isTrue: Bool) -> Value { .integer(isTrue ? 1 : 0) }

    package static let emptyString = Value.string([])

    /// A list of strings.
    package static func texts(_ texts: some Sequence<String>) -> Value { .list(texts.map { .text($0) }) }
}

extension Value: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(stringLiteral value: String) { self = .text(value) }
    package init(arrayLiteral elements: Value...) { self = .list(elements) }
}

extension Value {
    package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    package var bytes: [UInt8]? { if case .string(let bytes) = self { bytes } else { nil } }

    /// A string's text, invalid UTF-8 repaired; nil for other values.
    package var text: String? {
        if case .string(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    package var list: [Value]? { if case .list(let values) = self { values } else { nil } }

    package var map: ValueMap? { if case .map(let map) = self { map } else { nil } }

    /// Truth as the logic commands see it: an integer that is not 0, a string that is not empty, a list whose first element is true.
    ///
    /// So the text `0` is true. rTorrent's rule; a list deeper than it is long cannot occur, so the descent ends.
    package var isTrue: Bool {
        var value = self
        while true {
            switch value {
            case .integer(let number): return number != 0
            case .string(let bytes): return !bytes.isEmpty
            case .list(let values):
                guard let first = values.first else { return false }
                value = first
            case .none, .map, .command: return false
            }
        }
    }

    /// The names of the cases, for "type mismatch" decisions and messages.
    package var kindName: String {
        switch self {
        case .none: "nothing"
        case .integer: "number"
        case .string: "text"
        case .list: "list"
        case .map: "map"
        case .command: "command"
        }
    }

    func hasSameKind(as other: Value) -> Bool {
        switch (self, other) {
        case (.none, .none), (.integer, .integer), (.string, .string), (.list, .list), (.map, .map),
            (.command, .command):
            true
        default: false
        }
    }
}
