import Commands
import Glibc

/// The recorded answers of rtorrent 0.9.8, in the notation of Fixtures/record.py.
enum Fixtures {
    static func text(_ name: String) throws -> String {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return String(
            decoding: try SystemServices.readFile("/\(folder)/Fixtures/\(name)", limit: 1 << 20), as: UTF8.self)
    }

    static func lines(_ name: String) throws -> [String] {
        try text(name).split(separator: "\n").map(String.init)
    }

    /// Rows of tab-separated columns, comments left out.
    static func rows(_ name: String) throws -> [[String]] {
        try lines(name).filter { !$0.hasPrefix("##") }.map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    static func decoded(_ text: String) -> String {
        String(text.map { $0 == "␤" ? "\n" : $0 == "␉" ? "\t" : $0 == "␍" ? "\r" : $0 })
    }

    static func encoded(_ text: String) -> String {
        String(text.unicodeScalars.map { $0 == "\n" ? "␤" : $0 == "\t" ? "␉" : $0 == "\r" ? "␍" : Character($0) })
    }

    /// A result in the notation of the recordings.
    static func answer(_ body: () throws(CommandFault) -> Value) -> String {
        do throws(CommandFault) {
            let value = try body()
            return value == .none ? "void" : encoded(json(value))
        } catch {
            return encoded("!\(error.code.rawValue) \(error.message)")
        }
    }

    /// As Python's `json.dumps` writes it.
    static func json(_ value: Value) -> String {
        switch value {
        case .none: "0"
        case .integer(let number): String(number)
        case .string(let bytes): quoted(String(decoding: bytes, as: UTF8.self))
        case .list(let values): "[" + values.map(json).joined(separator: ", ") + "]"
        case .map(let map):
            "{"
                + map.entries.map { quoted(String(decoding: $0.key, as: UTF8.self)) + ": " + json($0.value) }
                .joined(separator: ", ") + "}"
        case .command(let command): json(.list(command.listed))
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            case 0x0A: result += "\\n"
            case 0x0D: result += "\\r"
            case 0x09: result += "\\t"
            case 0x20..<0x7F: result += String(UnicodeScalar(UInt8(unit)))
            default:
                let hex = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            }
        }
        return result + "\""
    }
}
