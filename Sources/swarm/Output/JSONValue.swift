/// JSON for scripts: members in the order given, absent values as null, nothing a terminal would act upon.
enum JSONValue {
    case null
    case bool(Bool)
    case integer(Int64)
    case string(String)
    case array([JSONValue])
    case object([(key: String, value: JSONValue)])

    init(_ text: String?) { self = text.map { .string($0) } ?? .null }
    init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
    init(_ number: Int) { self = .integer(Int64(number)) }
    init(_ texts: [String]) { self = .array(texts.map { .string($0) }) }

    /// Indented by two spaces, with a line break at the end.
    var text: String {
        var output: [UInt8] = []
        append(to: &output, indent: 0)
        output.append(UInt8(ascii: "\n"))
        return String(decoding: output, as: UTF8.self)
    }

    private func append(to output: inout [UInt8], indent: Int) {
        switch self {
        case .null: output += Array("null".utf8)
        case .bool(let flag): output += Array((flag ? "true" : "false").utf8)
        case .integer(let number): output += Array(String(number).utf8)
        case .string(let text): Self.append(text, to: &output)
        case .array(let members):
            Self.append(members, "[", "]", indent, to: &output) { $0.append(to: &$1, indent: indent + 1) }
        case .object(let members):
            Self.append(members, "{", "}", indent, to: &output) { member, output in
                Self.append(member.key, to: &output)
                output += Array(": ".utf8)
                member.value.append(to: &output, indent: indent + 1)
            }
        }
    }

    private static func append<Member>(
        _ members: [Member], _ opening: String, _ closing: String, _ indent: Int, to output: inout [UInt8],
        each: (Member, inout [UInt8]) -> Void
    ) {
        output += Array(opening.utf8)
        for (index, member) in members.enumerated() {
            output += Array((index == 0 ? "\n" : ",\n").utf8)
            output += [UInt8](repeating: 0x20, count: 2 * (indent + 1))
            each(member, &output)
        }
        if !members.isEmpty {
            output.append(UInt8(ascii: "\n"))
            output += [UInt8](repeating: 0x20, count: 2 * indent)
        }
        output += Array(closing.utf8)
    }

    /// Escapes what JSON must, and DEL, C1 and direction marks, which JSON would let through to a terminal.
    private static func append(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: output += [UInt8(ascii: "\\"), UInt8(scalar.value)]
            case 0x0A: output += Array("\\n".utf8)
            case 0x09: output += Array("\\t".utf8)
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
                let digits = String(scalar.value, radix: 16)
                output += Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            default: output += Array(scalar.utf8)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
