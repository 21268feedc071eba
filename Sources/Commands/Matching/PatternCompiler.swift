/// From a pattern's text to the steps of a ``BytePattern``.
struct PatternCompiler {
    private static let longestPattern = 4_096
    private static let longestProgram = 20_000
    private static let deepestGroup = 50
    private static let mostRepetitions = 1_000

    private let text: [UInt8]
    private var index = 0
    private var depth = 0

    init(_ text: [UInt8]) { self.text = text }

    /// nil if the pattern is malformed or too large.
    mutating func compile() -> [BytePattern.Step]? {
        guard text.count <= Self.longestPattern, var program = alternatives(), index == text.count else { return nil }
        program.append(.match)
        return program.count <= Self.longestProgram ? program : nil
    }

    private var peek: UInt8? { index < text.count ? text[index] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    // Fragments are position-independent: targets count from the fragment's own start until they are placed.

    private mutating func alternatives() -> [BytePattern.Step]? {
        guard var fragment = sequence() else { return nil }
        while take(UInt8(ascii: "|")) {
            guard let other = sequence() else { return nil }
            var joined: [BytePattern.Step] = [.split(1, fragment.count + 2)]
            joined += moved(fragment, by: 1)
            joined.append(.jump(fragment.count + other.count + 2))
            joined += moved(other, by: fragment.count + 2)
            fragment = joined
            guard fragment.count <= Self.longestProgram else { return nil }
        }
        return fragment
    }

    private mutating func sequence() -> [BytePattern.Step]? {
        var fragment: [BytePattern.Step] = []
        while let byte = peek, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            guard var part = atom() else { return nil }
            while let range = quantifier() {
                guard let range, let repeated = repeated(part, range) else { return nil }
                part = repeated
            }
            fragment += moved(part, by: fragment.count)
            guard fragment.count <= Self.longestProgram else { return nil }
        }
        return fragment
    }

    private mutating func atom() -> [BytePattern.Step]? {
        guard let byte = peek else { return nil }
        index += 1
        switch byte {
        case UInt8(ascii: "("):
            if take(UInt8(ascii: "?")) { guard take(UInt8(ascii: ":")) else { return nil } }
            guard depth < Self.deepestGroup else { return nil }
            depth += 1
            guard let group = alternatives(), take(UInt8(ascii: ")")) else { return nil }
            depth -= 1
            return group
        case UInt8(ascii: "["): return set().map { [.bytes($0.ignoringCase)] }
        case UInt8(ascii: "."):
            var lineEnds = ByteSet()
            lineEnds.insert(0x0A)
            lineEnds.insert(0x0D)
            return [.bytes(lineEnds.inverted)]
        case UInt8(ascii: "^"): return [.start]
        case UInt8(ascii: "$"): return [.end]
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"): return nil
        case UInt8(ascii: "\\"): return escape().map { [.bytes($0.ignoringCase)] }
        default:
            var set = ByteSet()
            set.insert(byte)
            return [.bytes(set.ignoringCase)]
        }
    }

    /// Outer nil: none here. Inner nil: malformed.
    private mutating func quantifier() -> ClosedRange<Int>?? {
        let range: ClosedRange<Int>
        switch peek {
        case UInt8(ascii: "*"): range = 0...Int.max
        case UInt8(ascii: "+"): range = 1...Int.max
        case UInt8(ascii: "?"): range = 0...1
        case UInt8(ascii: "{"):
            index += 1
            guard let least = number() else { return .some(nil) }
            var most = least
            if take(UInt8(ascii: ",")) { most = peek == UInt8(ascii: "}") ? Int.max : number() ?? -1 }
            guard peek == UInt8(ascii: "}"), least <= most else { return .some(nil) }
            range = least...most
        default: return nil
        }
        index += 1
        _ = take(UInt8(ascii: "?"))
        return .some(range)
    }

    private mutating func number() -> Int? {
        var number: Int?
        while let byte = peek, byte >= 48, byte <= 57 {
            number = (number ?? 0) * 10 + Int(byte - 48)
            guard let value = number, value <= Self.mostRepetitions else { return nil }
            index += 1
        }
        return number
    }

    private func repeated(_ part: [BytePattern.Step], _ range: ClosedRange<Int>) -> [BytePattern.Step]? {
        let copies = range.upperBound == Int.max ? range.lowerBound + 1 : range.upperBound
        guard (part.count + 2) * copies <= Self.longestProgram else { return nil }
        var fragment: [BytePattern.Step] = []
        for _ in 0..<range.lowerBound { fragment += moved(part, by: fragment.count) }
        if range.upperBound == Int.max {
            let loop = fragment.count
            fragment.append(.split(loop + 1, loop + part.count + 2))
            fragment += moved(part, by: loop + 1)
            fragment.append(.jump(loop))
        } else {
            let end = fragment.count + (range.upperBound - range.lowerBound) * (part.count + 1)
            for _ in range.lowerBound..<range.upperBound {
                fragment.append(.split(fragment.count + 1, end))
                fragment += moved(part, by: fragment.count)
            }
        }
        return fragment
    }

    private func moved(_ fragment: [BytePattern.Step], by distance: Int) -> [BytePattern.Step] {
        fragment.map { step in
            switch step {
            case .split(let first, let second): .split(first + distance, second + distance)
            case .jump(let target): .jump(target + distance)
            default: step
            }
        }
    }

    // MARK: - Sets

    private mutating func set() -> ByteSet? {
        let isInverted = take(UInt8(ascii: "^"))
        var set = ByteSet()
        while let byte = peek {
            index += 1
            if byte == UInt8(ascii: "]") { return isInverted ? set.ignoringCase.inverted : set }
            var first = byte
            if byte == UInt8(ascii: "["), peek == UInt8(ascii: ":") {
                guard let named = namedSet() else { return nil }
                set.formUnion(named)
                continue
            }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = peek, let members = escape() else { return nil }
                guard let literal = Self.literal(escaped) else {
                    set.formUnion(members)
                    continue
                }
                first = literal
            }
            if peek == UInt8(ascii: "-"), index + 1 < text.count, text[index + 1] != UInt8(ascii: "]") {
                index += 1
                guard var last = peek else { return nil }
                index += 1
                if last == UInt8(ascii: "\\") {
                    guard let escaped = peek, let literal = Self.literal(escaped) else { return nil }
                    index += 1
                    last = literal
                }
                guard first <= last else { return nil }
                set.insert(first...last)
            } else {
                set.insert(first)
            }
        }
        return nil
    }

    private mutating func namedSet() -> ByteSet? {
        guard let end = text[index...].firstIndex(of: UInt8(ascii: "]")), end > index + 1,
            text[end - 1] == UInt8(ascii: ":")
        else { return nil }
        let name = String(decoding: text[(index + 1)..<(end - 1)], as: UTF8.self)
        index = end + 1
        var set = ByteSet()
        let isMember: (UInt8) -> Bool
        switch name {
        case "digit", "d": isMember = Self.isDigit
        case "alpha": isMember = Self.isLetter
        case "alnum": isMember = { Self.isDigit($0) || Self.isLetter($0) }
        case "upper", "lower": isMember = Self.isLetter
        case "space", "s": isMember = isSpace
        case "blank": isMember = isBlank
        case "punct": isMember = { $0 > 32 && $0 < 127 && !Self.isDigit($0) && !Self.isLetter($0) }
        case "xdigit": isMember = { Self.isDigit($0) || (Self.isLetter($0) && ($0 | 0x20) <= 102) }
        case "cntrl": isMember = { $0 < 32 || $0 == 127 }
        case "graph": isMember = { $0 > 32 && $0 < 127 }
        case "print": isMember = { $0 >= 32 && $0 < 127 }
        case "w": isMember = { Self.isDigit($0) || Self.isLetter($0) || $0 == UInt8(ascii: "_") }
        default: return nil
        }
        for byte in UInt8.min...UInt8.max where isMember(byte) { set.insert(byte) }
        return set
    }

    /// What a backslash and the byte at `index` stand for.
    private mutating func escape() -> ByteSet? {
        guard let byte = peek else { return nil }
        index += 1
        var set = ByteSet()
        switch byte | 0x20 {
        case UInt8(ascii: "d") where Self.isLetter(byte): set.insert(48...57)
        case UInt8(ascii: "s") where Self.isLetter(byte):
            set.insert(9...13)
            set.insert(32)
        case UInt8(ascii: "w") where Self.isLetter(byte):
            set.insert(48...57)
            set.insert(65...90)
            set.insert(97...122)
            set.insert(UInt8(ascii: "_"))
        default:
            guard let literal = Self.literal(byte) else { return nil }
            set.insert(literal)
            return set
        }
        return byte & 0x20 == 0 ? set.inverted : set
    }

    /// The byte that an escaped one means; nil for classes and for what we do not have.
    private static func literal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "v"): 11
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "r"): 13
        default: isDigit(byte) || isLetter(byte) ? nil : byte
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 97 && (byte | 0x20) <= 122 }
}
