import Commands

/// Why a text is no JSON.
struct JSONFault: Error {
    let reason: String
    let offset: Int
}

/// Reads JSON (RFC 8259) into parameters, bounded in depth and count. Numbers with a fraction or an exponent are `.double`.
struct JSONParser {
    private static let deepest = 60
    private static let mostValues = 500_000

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var depth = 0
    private var valueCount = 0

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONFault) -> RPCParameter {
        var parser = JSONParser(bytes)
        let value = try parser.value()
        parser.skipBlanks()
        guard parser.index == bytes.count else { throw parser.fault("text behind the end of the value") }
        return value
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func value() throws(JSONFault) -> RPCParameter {
        valueCount += 1
        guard valueCount <= Self.mostValues else { throw fault("too many values") }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return try nested { (parser) throws(JSONFault) in try parser.object() }
        case UInt8(ascii: "["): return try nested { (parser) throws(JSONFault) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw fault("the text ends too early")
        case .some(let byte):
            guard byte == UInt8(ascii: "-") || byte >= 48 && byte <= 57 else { throw fault("a value is missing") }
            return try number()
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONFault) -> RPCParameter
    ) throws(JSONFault) -> RPCParameter {
        guard depth < Self.deepest else { throw fault("nested too deeply") }
        depth += 1
        index += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func array() throws(JSONFault) -> RPCParameter {
        var elements: [RPCParameter] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return .array([]) }
        while true {
            elements.append(try value())
            skipBlanks()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw fault("a comma or ] is missing") }
        }
    }

    private mutating func object() throws(JSONFault) -> RPCParameter {
        var members: [RPCParameter.Member] = []
        skipBlanks()
        if take(UInt8(ascii: "}")) { return .structure([]) }
        while true {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw fault("a name in quotes is missing") }
            let name = try string()
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw fault("a colon is missing") }
            members.append(.init(name: name, value: try value()))
            skipBlanks()
            if take(UInt8(ascii: "}")) { return .structure(members) }
            guard take(UInt8(ascii: ",")) else { throw fault("a comma or } is missing") }
        }
    }

    private mutating func number() throws(JSONFault) -> RPCParameter {
        let start = index
        _ = take(UInt8(ascii: "-"))
        let first = index
        skipDigits()
        guard index > first, bytes[first] != UInt8(ascii: "0") || index == first + 1 else {
            throw fault("a malformed number")
        }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            let fraction = index
            skipDigits()
            guard index > fraction else { throw fault("a malformed number") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            let exponent = index
            skipDigits()
            guard index > exponent else { throw fault("a malformed number") }
        }
        guard isWhole, let (number, _) = IntegerText.prefix(Array(bytes[start..<index]), base: 10) else {
            return .double
        }
        return .integer(number)
    }

    private mutating func string() throws(JSONFault) -> [UInt8] {
        index += 1
        var text: [UInt8] = []
        while let byte = peek {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): try escape(&text)
            case 0..<0x20: throw fault("a control character in a string")
            case 0x20..<0x80: text.append(byte)
            default:
                let length = UTF8Text.sequenceLength(bytes, at: index - 1)
                guard length > 0 else { throw fault("malformed UTF-8") }
                text.append(contentsOf: bytes[(index - 1)..<(index - 1 + length)])
                index += length - 1
            }
        }
        throw fault("a string does not end")
    }

    private mutating func escape(_ text: inout [UInt8]) throws(JSONFault) {
        guard let byte = peek else { throw fault("a string does not end") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var unit = try hexadecimal()
            if (0xD800..<0xDC00).contains(unit), peek == UInt8(ascii: "\\"), index + 1 < bytes.count,
                bytes[index + 1] == UInt8(ascii: "u")
            {
                index += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw fault("half of a surrogate pair") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw fault("half of a surrogate pair") }
            text.append(contentsOf: String(scalar).utf8)
        default: throw fault("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(JSONFault) -> UInt32 {
        guard index + 4 <= bytes.count else { throw fault("a malformed \\u escape") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch bytes[index] {
            case 48...57: digit = bytes[index] - 48
            case 65...70: digit = bytes[index] - 55
            case 97...102: digit = bytes[index] - 87
            default: throw fault("a malformed \\u escape")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }

    private mutating func word(_ word: StaticString, _ value: RPCParameter) throws(JSONFault) -> RPCParameter {
        let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[index...].starts(with: letters) else { throw fault("an unknown word") }
        index += letters.count
        return value
    }

    private mutating func skipDigits() {
        while let byte = peek, byte >= 48, byte <= 57 { index += 1 }
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func fault(_ reason: String) -> JSONFault { JSONFault(reason: reason, offset: index) }
}
