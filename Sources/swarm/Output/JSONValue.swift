/// A JSON document to print; objects keep the order in which they were written.
indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(Int64)
    /// Written with as many digits as it needs; what JSON has no number for becomes null.
    case real(Double)
    case string(String)
    case array([JSONValue])
    case object([(key: String, value: JSONValue)])

    /// One value or null.
    init(_ text: String?) { self = text.map { .string($0) } ?? .null }
    init(_ number: Int64?) { self = number.map { .number($0) } ?? .null }
    init(_ number: Int) { self = .number(Int64(number)) }
    init(_ texts: [String]) { self = .array(texts.map { .string($0) }) }

    /// Indented by two spaces, one member a line, without a line end.
    var text: String {
        var out = ""
        write(to: &out, indent: "")
        return out
    }

    private func write(to out: inout String, indent: String) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .number(let value): out += String(value)
        case .real(let value): out += value.isFinite ? String(value) : "null"
        case .string(let text): Self.write(text, to: &out)
        case .array(let members):
            Self.write(members, between: ("[", "]"), to: &out, indent: indent) { member, out, indent in
                member.write(to: &out, indent: indent)
            }
        case .object(let members):
            Self.write(members, between: ("{", "}"), to: &out, indent: indent) { member, out, indent in
                Self.write(member.key, to: &out)
                out += ": "
                member.value.write(to: &out, indent: indent)
            }
        }
    }

    private static func write<Member>(
        _ members: [Member], between brackets: (String, String), to out: inout String, indent: String,
        _ body: (Member, inout String, String) -> Void
    ) {
        out += brackets.0
        for (index, member) in members.enumerated() {
            out += index == 0 ? "\n" : ",\n"
            out += indent + "  "
            body(member, &out, indent + "  ")
        }
        if !members.isEmpty { out += "\n" + indent }
        out += brackets.1
    }

    /// RFC 8259: quotes, backslashes and control characters must be escaped; the rest may stand as it is, but C1 controls and
    /// direction marks in names from strangers would reach a terminal.
    private static func write(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\u{0}"..<" ", "\u{7f}"..<"\u{a0}", "\u{200e}", "\u{200f}", "\u{2028}"..."\u{202e}",
                "\u{2066}"..."\u{2069}":
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { (key: $0.0, value: $0.1) })
    }

    init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }
}
