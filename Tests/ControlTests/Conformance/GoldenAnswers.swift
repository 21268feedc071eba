import Commands
import Testing

@testable import RPC

/// What was recorded in one state: an answer for each getter and target.
struct GoldenAnswers {
    struct Answer {
        let name: String
        /// `global`, `single`, `multi`.
        let subject: String
        /// What stands behind the hash: empty, `:f0`, `:t2`.
        let part: String
        /// An argument behind the target: `view.size(main)`.
        let argument: Value?
        let type: String
        /// Nil for a fault.
        let value: RPCParameter?
        let fault: CommandFault?

        var place: String { "\(subject)\(part) \(name)" }
    }

    let answers: [Answer]

    init(_ state: String) throws {
        let bytes = Fixture.bytes("golden/\(state).json")
        let root = try bytes.withUnsafeBufferPointer { try JSONParser.parse($0) }
        var answers = Self.members(root["global"]).map { Self.answer($0, "global", "") }
        for subject in ["single", "multi"] {
            guard case .structure(let members) = root else { continue }
            let torrent = members.first { $0.name.elementsEqual(subject.utf8) }?.value
            answers += Self.members(torrent?["d"]).map { Self.answer($0, subject, "") }
            for (kind, list) in [("f", torrent?["f"]), ("t", torrent?["t"])] {
                guard case .array(let rows)? = list else { continue }
                for (index, row) in rows.enumerated() {
                    answers += Self.members(row).map { Self.answer($0, subject, ":\(kind)\(index)") }
                }
            }
        }
        self.answers = answers
    }

    private static func members(_ value: RPCParameter?) -> [RPCParameter.Member] {
        if case .structure(let members)? = value { members } else { [] }
    }

    private static func answer(_ member: RPCParameter.Member, _ subject: String, _ part: String) -> Answer {
        var name = String(decoding: member.name, as: UTF8.self)
        var argument: Value?
        if let bracket = name.firstIndex(of: "(") {
            let text = String(name[name.index(after: bracket)...].dropLast())
            argument = Int64(text).map { .integer($0) } ?? .text(text)
            name = String(name[..<bracket])
        }
        if let fault = member.value["fault"], case .integer(let code)? = fault["code"],
            case .string(let text)? = fault["string"]
        {
            return Answer(
                name: name, subject: subject, part: part, argument: argument, type: "fault", value: nil,
                fault: CommandFault(
                    FaultCode(rawValue: Int32(truncatingIfNeeded: code)), String(decoding: text, as: UTF8.self)))
        }
        let (type, value) = typed(member.value)
        return Answer(
            name: name, subject: subject, part: part, argument: argument, type: type, value: value, fault: nil)
    }

    /// `{type, value}` as the type's name and the value.
    private static func typed(_ value: RPCParameter) -> (String, RPCParameter) {
        guard case .string(let type)? = value["type"], let inner = value["value"] else { return ("", .null) }
        let name = String(decoding: type, as: UTF8.self)
        switch inner {
        case .array(let elements): return (name, .array(elements.map { typed($0).1 }))
        case .structure(let members):
            return (name, .structure(members.map { .init(name: $0.name, value: typed($0.value).1) }))
        default: return (name, inner)
        }
    }
}
