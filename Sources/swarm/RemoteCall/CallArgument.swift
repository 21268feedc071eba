import Commands
import Glibc
import RPC

/// A word of the command line as a parameter of a call.
///
/// A word is text as it stands. Prefixes name other types as XML-RPC does: `i8:5` (or `i4:`, `int:`), `string:i8:5` for text that looks
/// like one of them, `json:[1,2]`, and `file:PATH` for the bytes of a file.
enum CallArgument {
    /// More than any server takes.
    private static let longestFile = 64 << 20

    /// - Throws: what is wrong with the word, as one sentence.
    static func value(_ word: String) throws(CallArgumentError) -> Value {
        guard let colon = word.firstIndex(of: ":") else { return .text(word) }
        let rest = String(word[word.index(after: colon)...])
        switch word[..<colon] {
        case "i8", "i4", "int":
            guard let number = Int64(rest) else { throw CallArgumentError(word, "wanted a number behind the colon") }
            return .integer(number)
        case "string": return .text(rest)
        case "json": return try json(rest, of: word)
        case "file":
            do {
                return .string(try SystemServices.readFile(rest, limit: longestFile))
            } catch {
                throw CallArgumentError(word, error.reason)
            }
        default: return .text(word)
        }
    }

    /// A word that is JSON as a whole.
    static func json(_ word: String) throws(CallArgumentError) -> Value { try json(word, of: word) }

    private static func json(_ text: String, of word: String) throws(CallArgumentError) -> Value {
        do {
            return try Value.json(Array(text.utf8))
        } catch {
            throw CallArgumentError(word, error.description)
        }
    }
}

/// A word that cannot be a parameter.
struct CallArgumentError: Error, Equatable, CustomStringConvertible {
    let word: String
    let reason: String

    init(_ word: String, _ reason: String) {
        self.word = word
        self.reason = reason
    }

    var description: String { "\(word): \(reason)" }
}
