/// Why bytes are not a bencoded value, and at which byte that shows.
package struct BencodeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Offset of the first byte that is wrong; the length of the input when it ends too soon.
    package let offset: Int
    /// What is wrong there.
    package let reason: Reason

    /// What was found; the texts say what is wanted.
    package enum Reason: Hashable, Sendable {
        /// The input ends inside a value.
        case truncated(wanted: String)
        case unexpectedByte(UInt8, wanted: String)
        /// Not the one spelling of a number that BEP 3 allows: "-0", "007".
        case nonCanonicalInteger
        case integerOutOfRange
        case stringTooLong(available: Int)
        case keyNotString(UInt8)
        case duplicateKey([UInt8])
        case trailingBytes(count: Int)
        case tooDeep(limit: Int)
        case tooManyItems(limit: Int)
        case tooLarge(size: Int, limit: Int)
    }

    /// An error at a byte of the input.
    package init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }

    /// Place, find and want in one sentence, free of control characters.
    package var description: String {
        "byte \(offset): \(what)"
    }

    /// What was found and what is wanted, without the place.
    package var what: String {
        switch reason {
        case .truncated(let wanted): "input ends, wanted \(wanted)"
        case .unexpectedByte(let byte, let wanted): "found \(Self.show(byte)), wanted \(wanted)"
        case .nonCanonicalInteger: "found a number with a leading zero or \"-0\", wanted its shortest form"
        case .integerOutOfRange: "found a number beyond 64 bits, wanted one from -2^63 to 2^63-1"
        case .stringTooLong(let left): "found a string longer than the \(left) bytes left, wanted a whole string"
        case .keyNotString(let byte): "found \(Self.show(byte)), wanted a string as dictionary key"
        case .duplicateKey(let key): "found key \(Self.show(key)) a second time, wanted each key once"
        case .trailingBytes(let count): "found \(count) bytes behind the value, wanted the end of input"
        case .tooDeep(let limit): "found nesting deeper than \(limit), wanted at most that"
        case .tooManyItems(let limit): "found more than \(limit) values, wanted at most that"
        case .tooLarge(let size, let limit): "found \(size) bytes of input, wanted at most \(limit)"
        }
    }

    private static func show(_ byte: UInt8) -> String {
        if byte > 0x20, byte < 0x7f { return "'\(Character(Unicode.Scalar(byte)))'" }
        let digits = String(byte, radix: 16)
        return "byte 0x" + (digits.count < 2 ? "0" : "") + digits
    }

    /// Foreign bytes never reach a terminal raw, and never at more than 40 characters.
    private static func show(_ key: [UInt8]) -> String {
        var text = "\""
        for byte in key.prefix(40) {
            text += byte >= 0x20 && byte < 0x7f ? String(Unicode.Scalar(byte)) : "?"
        }
        return text + (key.count > 40 ? "…\"" : "\"")
    }
}
